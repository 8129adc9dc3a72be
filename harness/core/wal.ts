/** PostgreSQL's write-ahead log as an archive holds it: positions (LSN), and segments of one size, which the cluster was made with. */
import { ChaosError } from './errors.ts';

const FILE_ID_BYTES = 0x1_0000_0000;
const LSN = /^([0-9A-F]{1,8})\/([0-9A-F]{1,8})$/i;
const SEGMENT = /^([0-9A-F]{8})([0-9A-F]{8})([0-9A-F]{8})$/i;

/** A segment of the log: which timeline wrote it, and where it begins and ends, in bytes from the beginning of the log. */
export interface Segment {
  readonly name: string;
  readonly timeline: number;
  readonly start: number;
  readonly end: number;
}

/**
 * Bytes from the beginning of the log to a position as PostgreSQL writes it (`16/B374D848`).
 * @throws ChaosError `client` when the text is no position.
 */
export function lsnBytes(lsn: string): number {
  const match = LSN.exec(lsn);
  if (match === null) throw new ChaosError({ code: 'client', message: `"${lsn}" is no position in the log.` });
  return Number.parseInt(match[1] ?? '', 16) * FILE_ID_BYTES + Number.parseInt(match[2] ?? '', 16);
}

/** The segment that a file name like `000000010000000000000003` stands for; undefined for other files of the archive. */
export function parseSegment(name: string, segmentBytes: number): Segment | undefined {
  const match = SEGMENT.exec(name);
  if (match === null) return undefined;
  const [timeline = 0, fileId = 0, part = 0] = match.slice(1).map((digits) => Number.parseInt(digits, 16));
  const start = fileId * FILE_ID_BYTES + part * segmentBytes;
  return { name: name.toUpperCase(), timeline, start, end: start + segmentBytes };
}

/** The segment of a timeline that a position, in bytes from the beginning of the log, lies in. */
export function segmentAt(timeline: number, position: number, segmentBytes: number): Segment {
  const hex = (value: number): string => value.toString(16).toUpperCase().padStart(8, '0');
  const start = Math.floor(position / segmentBytes) * segmentBytes;
  const fileId = Math.floor(start / FILE_ID_BYTES);
  const name = hex(timeline) + hex(fileId) + hex((start - fileId * FILE_ID_BYTES) / segmentBytes);
  return { name, timeline, start, end: start + segmentBytes };
}

/** By position in the log, then by timeline: a later timeline went on from the earlier one. */
export function compareSegments(a: Segment, b: Segment): number {
  return a.start - b.start || a.timeline - b.timeline;
}

/** The segments that lack between the first and the last of a list, by the timeline of the one before. */
export function missingSegments(present: readonly Segment[], segmentBytes: number): Segment[] {
  const missing: Segment[] = [];
  let previous: Segment | undefined;
  for (const segment of present.toSorted(compareSegments)) {
    for (let at = previous?.end ?? segment.start; at < segment.start; at += segmentBytes)
      missing.push(segmentAt(previous?.timeline ?? segment.timeline, at, segmentBytes));
    previous = segment;
  }
  return missing;
}

/** An amount of WAL for people: `740 kB`, `16.8 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${Math.round(bytes)} B`;
  if (bytes < 1_000_000) return `${(bytes / 1000).toFixed(bytes < 10_000 ? 1 : 0)} kB`;
  return `${(bytes / 1_000_000).toFixed(1)} MB`;
}
