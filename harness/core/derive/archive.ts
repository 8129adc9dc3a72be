import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { lsnBytes, parseSegment } from '../wal.ts';

const SEGMENT_NAME_LENGTH = 24;

/** What the record knows of the archive of the log. */
export interface ArchiveFindings {
  /** The last look before the fault. */
  readonly atFault: EventOf<'archive'> | undefined;
  /** What had been written and was not in the archive within the time that it was given. */
  readonly notHeld: EventOf<'archive.awaited'> | undefined;
  /** What had been written and was in the archive in time, before the fault. */
  readonly held: EventOf<'archive.awaited'> | undefined;
  readonly read: EventOf<'archive.read'> | undefined;
  /** Segments that cannot be used, as the harness or the restore found them. */
  readonly flaws: readonly { readonly segment: string; readonly problem: string }[];
  /** The segment that the database claimed before the fault and the store does not hold. */
  readonly onlyClaimed: string | undefined;
}

export function archiveFindings(history: History): ArchiveFindings {
  const fault = history.first('fault.injected');
  const atFault = history.latest('archive', (look) => fault === undefined || look.start <= fault.start);
  const read = history.latest('archive.read');
  const flaws = new Map<string, string>();
  for (const { segment, problem } of history.latest('database.restored')?.problems ?? []) flaws.set(segment, problem);
  for (const { segment, problem } of read?.unreadable ?? []) flaws.set(segment, problem);
  for (const segment of read?.missing ?? []) flaws.set(segment, 'is missing');
  return {
    atFault,
    notHeld: history.latest('archive.awaited', (event) => !event.isHeld),
    held: history.latest('archive.awaited', (event) => event.isHeld && event.start <= (fault?.start ?? Infinity)),
    read,
    flaws: [...flaws]
      .map(([segment, problem]) => ({ segment, problem }))
      .toSorted((a, b) => (a.segment < b.segment ? -1 : 1)),
    onlyClaimed: onlyClaimed(atFault, read),
  };
}

/** Bytes of the archived log that a restore to the latest point left out, at most; 0 when it used all. */
export function leftOutBytes(history: History): number {
  const restored = history.latest('database.restored');
  const { atFault } = archiveFindings(history);
  if (restored === undefined || atFault?.newest == null || history.latest('recovery.target') !== undefined) return 0;
  const newest = parseSegment(atFault.newest, atFault.segmentBytes);
  // The last segment may be cut short by a switch, so a restore that reached it has used it.
  if (newest === undefined || lsnBytes(restored.lsn) > newest.start) return 0;
  return newest.end - lsnBytes(restored.lsn);
}

/** The check that holds the cause when the restored database lacks what it should have: the archive, or the restore itself. */
export function causeOfShortRestore(history: History): 'backup_sound' | 'recovery_point' | undefined {
  const { notHeld, flaws, onlyClaimed: lied } = archiveFindings(history);
  if (notHeld !== undefined || flaws.length > 0 || lied !== undefined) return 'backup_sound';
  return leftOutBytes(history) > 0 ? 'recovery_point' : undefined;
}

function onlyClaimed(
  atFault: EventOf<'archive'> | undefined,
  read: EventOf<'archive.read'> | undefined,
): string | undefined {
  if (atFault?.claimed == null || read === undefined) return undefined;
  // The label of a backup (`….00000028.backup`) is archived after the segment that it is named after.
  const claimed = parseSegment(atFault.claimed.slice(0, SEGMENT_NAME_LENGTH), atFault.segmentBytes);
  const held = read.to === null ? undefined : parseSegment(read.to, atFault.segmentBytes);
  const isHeld = claimed === undefined || (held !== undefined && held.start >= claimed.start);
  return isHeld ? undefined : atFault.claimed;
}
