import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { effectTime, injectionTime } from './fault-time.ts';
import { interruptedJob, subjectJobs, type ObservedJob } from './job-timeline.ts';

/** A moment on the way to recovery, or beside it. `at` is undefined when it was not seen. */
export interface DerivedMilestone {
  readonly id: string;
  readonly title: string;
  readonly at: Bounds | undefined;
  readonly isOnPath: boolean;
  readonly evidence: readonly number[];
}

type Seen = { readonly at: Bounds; readonly evidence: readonly number[] } | undefined;

/** A moment that can be found in a record. A new scenario picks from these; what it lacks is added here for all. */
interface MilestoneKind {
  readonly title: string;
  find(history: History): Seen;
}

const KINDS = {
  injected: {
    title: 'Fault injected',
    find: (history) => {
      const injected = injectionTime(history);
      return injected && { at: injected.at, evidence: [injected.event.i] };
    },
  },
  'took-effect': {
    title: 'Fault took effect',
    find: (history) => {
      const effect = effectTime(history);
      return effect && { at: effect.at, evidence: [effect.event.i] };
    },
  },
  detected: {
    title: 'Detected: the attempt was given up',
    find: (history) => ofInterruptedJob(history, detection),
  },
  'next-attempt-started': {
    title: 'Next attempt started',
    find: (history) => ofInterruptedJob(history, nextAttempt),
  },
  'new-records-committed': {
    title: 'New records committed',
    find: (history) =>
      ofInterruptedJob(history, (job) => {
        const effect = effectTime(history);
        return effect && resumption(history, job, effect.at);
      }),
  },
  'instance-restarted': {
    title: 'Killed instance ready again',
    find: (history) => {
      const injected = injectionTime(history);
      return injected && restart(history, injected.event);
    },
  },
  'full-capacity': {
    title: 'Full capacity back',
    find: (history) => {
      const injected = injectionTime(history);
      return injected && capacity(history, injected.event);
    },
  },
  'job-finished': { title: 'Interrupted job finished', find: (history) => ofInterruptedJob(history, finish) },
  'next-run-finished': {
    title: 'Next scheduled run finished',
    find: (history) => ofInterruptedJob(history, (job) => nextRun(history, job)),
  },
} satisfies Record<string, MilestoneKind>;

export type MilestoneId = keyof typeof KINDS;

/** The moment `id` of a trial, or undefined when it was not seen. Instants in milliseconds on the run's clock. */
export function findMilestone(history: History, id: MilestoneId): Seen {
  return KINDS[id].find(history);
}

/** The milestones that the scenario of the record names: those on the way to recovery, then those beside it. */
export function milestonesOf(history: History): DerivedMilestone[] {
  const named = history.first('run.started')?.milestones;
  const describe = (id: string, isOnPath: boolean): DerivedMilestone => {
    const kind: MilestoneKind | undefined = isMilestoneId(id) ? KINDS[id] : undefined;
    const seen = kind?.find(history);
    return { id, title: kind?.title ?? id, isOnPath, at: seen?.at, evidence: seen?.evidence ?? [] };
  };
  return [
    ...(named?.path ?? []).map((id) => describe(id, true)),
    ...(named?.beside ?? []).map((id) => describe(id, false)),
  ];
}

function isMilestoneId(id: string): id is MilestoneId {
  return Object.hasOwn(KINDS, id);
}

function ofInterruptedJob(history: History, find: (job: ObservedJob, faultAt: Bounds) => Seen): Seen {
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
 * The first look at the destination that showed a record number above the highest of the first look that began after the
 * victim was gone. Until then a commit of the dead worker may still have been on its way; after it, it cannot.
 */
function resumption(history: History, job: ObservedJob, effectAt: Bounds): Seen {
  const looks = history.all('delivery').filter((look) => look.connectionId === job.connectionId);
  const baseline = looks.find((look) => look.start >= effectAt.high);
  if (baseline === undefined) return undefined;
  const first = looks.find((look) => look.start >= baseline.start && look.maxSeq > baseline.maxSeq);
  // Records that arrive when the job is over are another job's: the interrupted one did not recover.
  const isTooLate = first !== undefined && job.finished !== undefined && first.previousStart > job.finished.high;
  return first === undefined || isTooLate
    ? undefined
    : { at: between(first.previousStart, first.end), evidence: [baseline.i, first.i] };
}

function restart(history: History, injected: EventOf<'fault.injected'>): Seen {
  const names = new Set(injected.targets.map((target) => target.instance));
  const pids = new Set(injected.targets.map((target) => target.pid));
  const events = history.all('component').filter((event) => names.has(event.instance) && event.t >= injected.start);
  const ready = events.find((event) => event.ready && event.pid !== undefined && !pids.has(event.pid));
  if (ready === undefined) return undefined;
  const before = events[events.indexOf(ready) - 1];
  return { at: between(before?.t ?? injected.start, ready.t, ready.t), evidence: [ready.i] };
}

function capacity(history: History, injected: EventOf<'fault.injected'>): Seen {
  const expected = history.latest('platform.ready')?.expected ?? {};
  const readyBy = new Map<string, Set<string>>();
  let lackedAt: number | undefined;
  let previous = injected.start;
  let back: Seen;
  for (const event of history.all('component')) {
    const ready = readyBy.get(event.component) ?? new Set();
    readyBy.set(event.component, event.ready ? ready.add(event.instance) : without(ready, event.instance));
    if (event.t < injected.start) continue;
    const isFull = Object.entries(expected).every(([name, wanted]) => (readyBy.get(name)?.size ?? 0) >= wanted);
    if (!isFull) {
      lackedAt = event.t;
      back = undefined;
    } else if (lackedAt !== undefined && back === undefined) {
      back = { at: between(previous, event.t, event.t), evidence: [event.i] };
    }
    previous = event.t;
  }
  return back;
}

function without(set: Set<string>, item: string): Set<string> {
  set.delete(item);
  return set;
}

function finish(job: ObservedJob): Seen {
  const event = job.events.find((candidate) => candidate.status === job.status);
  return job.finished && { at: job.finished, evidence: event === undefined ? [] : [event.i] };
}

function nextRun(history: History, interrupted: ObservedJob): Seen {
  const next = subjectJobs(history).find(
    (job) => job.jobId !== interrupted.jobId && job.created.high > interrupted.created.high,
  );
  return next && finish(next);
}
