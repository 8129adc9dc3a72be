import { setTimeout as delay } from 'node:timers/promises';
import type { ArchiveSeen } from '../../core/audit-observations.ts';
import { ChaosError } from '../../core/errors.ts';
import { lsnBytes, missingSegments, parseSegment, type Segment } from '../../core/wal.ts';
import type { SqlClient } from '../sql.ts';
import type { WalArchive } from '../wal-archive.ts';

/** A segment that has just been finished is on its way for some seconds; a busy archive may have several. */
const ON_ITS_WAY_MS = 30_000;
const LOOK_EVERY_MS = 500;

interface ArchiverRow {
  readonly mode: string;
  readonly timeout: string;
  readonly claimed: string | null;
  readonly failing: boolean;
  readonly lsn: string;
}

/** Bytes of a segment of this cluster. @throws ChaosError `client`. */
export async function readSegmentBytes(sql: SqlClient): Promise<number> {
  const rows = await sql.query<{ setting: string }>(
    "SELECT setting FROM pg_settings WHERE name = 'wal_segment_size'", // in bytes
  );
  return Number(rows[0]?.setting);
}

/**
 * What the store really holds of the log, against what the database has written and what it believes. What has just been finished is waited for. Only reads.
 * @param neededFrom the first segment that the newest good base backup needs
 * @throws ChaosError `client`.
 */
export async function readArchive(
  sql: SqlClient,
  archive: WalArchive,
  {
    segmentBytes,
    neededFrom,
    signal,
  }: { readonly segmentBytes: number; readonly neededFrom: string | undefined; readonly signal: AbortSignal },
): Promise<ArchiveSeen> {
  const written = lsnBytes((await readArchiver(sql)).lsn);
  const giveUpAt = performance.now() + ON_ITS_WAY_MS;
  let segments = await archive.segments();
  const endAtFirst = segments.at(-1)?.end ?? 0;
  while (behind(segments, written, segmentBytes) > 0 && performance.now() < giveUpAt) {
    await delay(LOOK_EVERY_MS, undefined, { signal });
    segments = await archive.segments();
  }
  // What it believes is asked before the last look into the store, so that the store is never behind by having been asked earlier.
  const { mode, timeout, claimed, failing } = await readArchiver(sql);
  segments = await archive.segments();
  const newest = segments.at(-1);
  const claimedSegment = parseSegment((claimed ?? '').slice(0, 24), segmentBytes);
  return {
    mode,
    timeoutSeconds: Number(timeout),
    claimed: claimed ?? undefined,
    isFailing: failing,
    stored: newest === undefined ? undefined : await describeStored(archive, newest),
    claimedBeyondStored: claimedSegment !== undefined && !segments.some(({ name }) => name === claimedSegment.name),
    segmentsBehind: behind(segments, written, segmentBytes),
    isMoving: (newest?.end ?? 0) > endAtFirst,
    openBytes: Math.max(0, written - (newest?.end ?? 0)),
    missing: missingFrom(segments, neededFrom, segmentBytes),
  };
}

async function readArchiver(sql: SqlClient): Promise<ArchiverRow> {
  const [row] = await sql.query<ArchiverRow>(
    `SELECT current_setting('archive_mode') AS mode,
       (SELECT setting FROM pg_settings WHERE name = 'archive_timeout') AS timeout,
       last_archived_wal AS claimed, pg_current_wal_lsn()::text AS lsn,
       last_failed_time IS NOT NULL AND last_failed_time > coalesce(last_archived_time, '-infinity') AS failing
     FROM pg_stat_archiver`,
  );
  if (row !== undefined) return row;
  throw new ChaosError({ code: 'client', message: 'PostgreSQL shows nothing of its archive.' });
}

/** How many segments that were finished when the position was read are not in the store. */
function behind(segments: readonly Segment[], written: number, segmentBytes: number): number {
  const finished = Math.floor(written / segmentBytes) * segmentBytes;
  return Math.max(0, Math.round((finished - (segments.at(-1)?.end ?? 0)) / segmentBytes));
}

async function describeStored(archive: WalArchive, newest: Segment): Promise<NonNullable<ArchiveSeen['stored']>> {
  const { problem } = await archive.read(newest);
  return { segment: newest.name, at: archive.storedAt(newest).toISOString(), problem };
}

function missingFrom(
  segments: readonly Segment[],
  neededFrom: string | undefined,
  segmentBytes: number,
): readonly string[] {
  const first = neededFrom === undefined ? undefined : parseSegment(neededFrom, segmentBytes);
  if (first === undefined) return [];
  const since = segments.filter(({ start }) => start >= first.start);
  const hasFirst = since.some(({ start }) => start === first.start);
  return [...(hasFirst ? [] : [first.name]), ...missingSegments(since, segmentBytes).map(({ name }) => name)];
}
