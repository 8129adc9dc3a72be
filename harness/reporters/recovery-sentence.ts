import { formatMillis } from '../core/duration.ts';
import type { EventOf } from '../core/events.ts';
import { formatBytes } from '../core/wal.ts';
import { formatMany } from './measurement.ts';

type RecoveryEvent = EventOf<
  | 'backup'
  | 'archive'
  | 'archive.awaited'
  | 'archive.read'
  | 'archive.damaged'
  | 'recovery.target'
  | 'database.restored'
  | 'runbook.started'
  | 'runbook.step'
  | 'snapshot'
>;

const BACKUPS = { base: 'Base backup', logical: 'Logical dump', configuration: 'Configuration export' } as const;
const MOMENTS = {
  archived: 'before the fault',
  last: 'just before the fault',
  recovered: 'after the recovery',
  followed: 'after the schedules had been watched',
} as const;

/** One plain sentence for an event about backups and the recovery from them. The text is not escaped. */
export function describeRecovery(event: RecoveryEvent): string {
  switch (event.type) {
    case 'backup':
      return `${BACKUPS[event.kind]} ${event.backupId} was taken${event.bytes === undefined ? '' : ` (${formatBytes(event.bytes)})`} in ${formatMillis(event.end - event.start)}.`;
    case 'archive':
      return `The archive holds segments up to ${event.newest ?? 'none'}; the log is at ${event.lsn}, ${formatBytes(event.lagBytes)} ahead. The database claims ${event.claimed ?? 'none'}, ${formatMany(event.failures, 'failure')}.`;
    case 'archive.awaited':
      return event.isHeld
        ? `The archive held ${event.what} (log up to ${event.lsn}) after ${formatMillis(event.end - event.start)}.`
        : `The archive did not hold ${event.what} (log up to ${event.lsn}) within ${formatMillis(event.timeoutMs)}.`;
    case 'archive.read':
      return describeReading(event);
    case 'archive.damaged':
      return `Segment ${event.segment} of the archive was ${event.how}, because this variant asks for it.`;
    case 'recovery.target':
      return `The restore is to reach ${event.wall}.`;
    case 'database.restored':
      return `The database was restored from ${event.backupId} up to ${event.lsn}, ${formatMany(event.segmentsReplayed, 'segment')} replayed, now on timeline ${event.timeline}${event.problems.map(({ segment, problem }) => `; ${segment}: ${problem}`).join('')}.`;
    case 'runbook.started':
      return `Runbook "${event.title}" begins: ${formatMany(event.steps.length, 'step')}.`;
    case 'runbook.step':
      return `${event.ok ? 'Done' : 'NOT done'}: ${event.title}, ${formatMillis(event.end - event.start)}: ${event.details}.`;
    case 'snapshot':
      return `Snapshot ${MOMENTS[event.moment]}: ${formatMany(event.items.length, 'object')} and ${formatMany(event.jobs.length, 'job')}.`;
    default:
      return event satisfies never;
  }
}

function describeReading({ from, to, segments, bytes, missing, unreadable }: EventOf<'archive.read'>): string {
  const flaws = [
    ...missing.map((segment) => `${segment} is missing`),
    ...unreadable.map(({ segment, problem }) => `${segment}: ${problem}`),
  ];
  const found = flaws.length === 0 ? 'all there and readable' : flaws.join('; ');
  return `The archive was read from ${from} to ${to ?? 'nothing'}: ${formatMany(segments, 'segment')}, ${formatBytes(bytes)}; ${found}.`;
}
