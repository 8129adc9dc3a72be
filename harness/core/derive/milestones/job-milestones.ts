import { between, type Bounds } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { effectTime, injectionTime } from '../fault-time.ts';
import { interruptedJob, type ObservedJob } from '../job-timeline.ts';
import { nextRun } from '../next-run.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments in the life of the sync that the fault interrupted. */
export const JOB_MILESTONES = {
  detected: {
    title: 'Detected: the attempt was given up',
    of: 'job',
    find: (history) => ofInterruptedJob(history, detection),
  },
  'next-attempt-started': {
    title: 'Next attempt started',
    of: 'job',
    find: (history) => ofInterruptedJob(history, nextAttempt),
  },
  'new-records-committed': {
    title: 'New records committed',
    of: 'job',
    isToldAtOnce: true,
    find: (history) =>
      ofInterruptedJob(history, (job, injectedAt) => {
        const effect = effectTime(history);
        return effect && resumption(history, job, injectedAt, effect.at);
      }),
    // Without an attempt that they could be of, they may as well be the dead worker's last.
    mayHaveCome: (history) =>
      ofInterruptedJob(history, (job, injectedAt) => {
        const effect = effectTime(history);
        const looks = effect === undefined ? [] : looksAfter(history, job, effect.at);
        const hasArrived = looks.some((look) => look.maxSeq > (looks[0]?.maxSeq ?? 0));
        return hasArrived && nextAttempt(job, injectedAt) === undefined;
      }) === true,
  },
  'job-finished': {
    title: 'Interrupted job finished',
    of: 'job',
    find: (history) => ofInterruptedJob(history, finish),
  },
  'next-run-finished': {
    title: 'Next scheduled run finished',
    of: 'job',
    find: (history) => {
      const next = nextRun(history);
      return next && finish(next);
    },
  },
} as const satisfies Record<string, MilestoneKind>;

function ofInterruptedJob<Found>(
  history: History,
  find: (job: ObservedJob, faultAt: Bounds) => Found,
): Found | undefined {
  const injected = injectionTime(history);
  const job = injected && interruptedJob(history, injected.at);
  return injected && job && find(job, injected.at);
}

function detection(job: ObservedJob, faultAt: Bounds): Seen {
  const attempt = job.attempts.find(
    (candidate) => candidate.ended !== undefined && candidate.ended.high >= faultAt.low,
  );
  return attempt?.ended && { at: attempt.ended, evidence: attempt.evidence.slice(-1) };
}

function nextAttempt(job: ObservedJob, faultAt: Bounds): Seen {
  const attempt = job.attempts.find((candidate) => candidate.number > 0 && candidate.started.high >= faultAt.low);
  return attempt && { at: attempt.started, evidence: attempt.evidence.slice(0, 1) };
}

/**
 * The first look at the destination that showed a record number above the highest of the last look that began before the next
 * attempt. Until then a commit of the dead worker may still become visible: its database goes on with what it was sent. Records
 * of the next attempt cannot have been there.
 */
function resumption(history: History, job: ObservedJob, injectedAt: Bounds, effectAt: Bounds): Seen {
  const next = nextAttempt(job, injectedAt);
  const looks = looksAfter(history, job, effectAt);
  const baseline = next && (looks.findLast((look) => look.start < next.at.low) ?? looks[0]);
  if (baseline === undefined) return undefined;
  const first = looks.find((look) => look.start > baseline.start && look.maxSeq > baseline.maxSeq);
  // Records that arrive when the job is over are another job's: the interrupted one did not recover.
  const isTooLate = first !== undefined && job.finished !== undefined && first.previousStart > job.finished.high;
  return first === undefined || isTooLate
    ? undefined
    : { at: between(first.previousStart, first.end), evidence: [baseline.i, first.i] };
}

/** The looks at the job's destination that began after the victim was gone. */
function looksAfter(history: History, job: ObservedJob, effectAt: Bounds): EventOf<'delivery'>[] {
  return history
    .all('delivery')
    .filter((look) => look.connectionId === job.connectionId && look.start >= effectAt.high);
}

function finish(job: ObservedJob): Seen {
  const event = job.events.find((candidate) => candidate.status === job.status);
  return job.finished && { at: job.finished, evidence: event === undefined ? [] : [event.i] };
}
