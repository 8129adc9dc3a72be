import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { injectionTime } from '../fault-time.ts';
import { alertOf, interruptedJob, observedJobs, type ObservedJob } from '../job-timeline.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** What the system does after the fault beside the job that was in flight: new syncs, alerts, logs. */
export const AFTERMATH_MILESTONES = {
  'new-sync-started': {
    title: 'A sync asked for after the fault runs',
    of: 'system',
    judgedBy: 'new_sync',
    find: (history) => {
      const attempt = newSyncs(history)
        .map((job) => job.attempts[0])
        .find((first) => first !== undefined);
      return attempt && { at: attempt.started, evidence: attempt.evidence.slice(0, 1) };
    },
  },
  'new-sync-delivered': {
    title: 'Its first records arrived',
    of: 'system',
    judgedBy: 'new_sync',
    find: (history) => {
      const look = newSyncs(history).flatMap((job) => firstDelivery(history, job) ?? [])[0];
      return look && { at: between(look.previousStart, look.end), evidence: [look.i] };
    },
  },
  'sync-failed': {
    title: 'A sync failed for good',
    of: 'system',
    find: (history) => {
      const job = failedJob(history);
      return job?.finished && { at: job.finished, evidence: job.events.slice(-1).map(({ i }) => i) };
    },
  },
  'alert-received': {
    title: 'Its alert arrived',
    of: 'system',
    judgedBy: 'alert_delivery',
    find: (history) => {
      const job = failedJob(history);
      return job && alertOf(history, job);
    },
  },
  'log-readable': {
    title: 'Log of the running attempt can be read',
    of: 'system',
    judgedBy: 'attempt_logs',
    find: logReadable,
  },
} as const satisfies Record<string, MilestoneKind>;

/** The jobs that were first seen after the fault. */
function jobsSince(history: History): ObservedJob[] {
  const injected = injectionTime(history);
  if (injected === undefined) return [];
  return observedJobs(history).filter((job) => job.created.high >= injected.at.high);
}

function failedJob(history: History): ObservedJob | undefined {
  return jobsSince(history).find((job) => job.status === 'failed');
}

/** The first look that showed more than there was before the job. */
function firstDelivery(history: History, job: ObservedJob): EventOf<'delivery'> | undefined {
  const looks = history.all('delivery').filter(({ connectionId }) => connectionId === job.connectionId);
  const before = looks.findLast(({ start }) => start <= job.created.low)?.maxSeq ?? 0;
  return looks.find((look) => look.end >= job.created.low && look.maxSeq > before);
}

/** Jobs of connections that are synced on demand only. */
function newSyncs(history: History): ObservedJob[] {
  const onDemand = history.all('connection').filter(({ role }) => role === 'background');
  const ids = new Set(onDemand.map(({ connectionId }) => connectionId));
  return jobsSince(history).filter((job) => ids.has(job.connectionId));
}

function logReadable(history: History): Seen {
  const injected = injectionTime(history);
  const job = injected && interruptedJob(history, injected.at);
  // The log of an attempt that was over before the fault could be read all along.
  const over = job?.attempts.filter(({ ended }) => (ended?.high ?? Infinity) < (injected?.at.low ?? 0)) ?? [];
  const log = history.first(
    'attempt.log',
    (event) => event.jobId === job?.jobId && event.lines > 0 && !over.some(({ number }) => number === event.attempt),
  );
  return log && { at: between(log.previousStart, log.end), evidence: [log.i] };
}
