import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import type { Seen } from './milestones/milestone-kind.ts';

/** One attempt as it was seen from outside. Instants in milliseconds on the run's clock. */
export interface ObservedAttempt {
  readonly number: number;
  readonly status: 'running' | 'failed' | 'succeeded';
  readonly started: Bounds;
  readonly ended: Bounds | undefined;
  readonly recordsEmitted: number | undefined;
  readonly recordsCommitted: number | undefined;
  readonly recordsRejected: number | undefined;
  readonly failure: string | undefined;
  readonly isConfigError: boolean;
  /** Indexes of the events in which it first appeared and first was over. */
  readonly evidence: readonly number[];
}

/** One job as it was seen from outside. */
export interface ObservedJob {
  readonly jobId: string;
  readonly connectionId: string;
  readonly trigger: 'manual' | 'schedule' | 'unknown';
  readonly status: EventOf<'job'>['status'];
  readonly created: Bounds;
  /** The API no longer knows the job: it was lost, for example by a restore to a time before it. */
  readonly isGone: boolean;
  /** When a terminal status was first seen. */
  readonly finished: Bounds | undefined;
  readonly attempts: readonly ObservedAttempt[];
  readonly events: readonly EventOf<'job'>[];
}

const TERMINAL: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

export function isTerminal(status: string): boolean {
  return TERMINAL.has(status);
}

/** All jobs in the order in which they were first seen. */
export function observedJobs(history: History): ObservedJob[] {
  const byJob = Map.groupBy(history.all('job'), (event) => event.jobId);
  return [...byJob.values()].flatMap((events) => {
    const first = events[0];
    const last = events.at(-1);
    if (first === undefined || last === undefined) return [];
    const finished = events.find((event) => isTerminal(event.status));
    return [
      {
        jobId: first.jobId,
        connectionId: first.connectionId,
        trigger: last.trigger,
        status: last.status,
        isGone: last.isGone === true,
        created: changeTime(first),
        finished: finished === undefined ? undefined : changeTime(finished),
        attempts: last.attempts.map((attempt) => observeAttempt(attempt.number, events)),
        events,
      },
    ];
  });
}

/** The jobs that were not over when the fault was injected. */
export function jobsInFlight(jobs: readonly ObservedJob[], faultAt: Bounds): ObservedJob[] {
  return jobs.filter(
    (job) => job.created.low <= faultAt.high && (job.finished === undefined || job.finished.high > faultAt.low),
  );
}

/** The connection whose sync the scenario interrupts, and its jobs. */
export function subjectJobs(history: History): ObservedJob[] {
  const subject = history.first('connection', (connection) => connection.role === 'subject');
  return observedJobs(history).filter((job) => job.connectionId === subject?.connectionId);
}

/** The subject's job that was in flight when the fault was injected. */
export function interruptedJob(history: History, faultAt: Bounds): ObservedJob | undefined {
  return jobsInFlight(subjectJobs(history), faultAt)[0];
}

/** True for a message that tells of a failure: a receiver may be told of successes too. */
export function tellsOfFailure({ success }: EventOf<'alert'>): boolean {
  return success !== true;
}

/** The first alert that names the job and tells of a failure; deliveries of the same one again are later. Undefined when there was none. */
export function alertOf(history: History, job: Pick<ObservedJob, 'jobId'>): Seen {
  const alert = history.first('alert', (event) => event.jobId === job.jobId && tellsOfFailure(event));
  return alert && { at: changeTime(alert), evidence: [alert.i] };
}

function changeTime(event: EventOf<'job'> | EventOf<'alert'>): Bounds {
  return between(event.previousStart, event.end);
}

function observeAttempt(number: number, events: readonly EventOf<'job'>[]): ObservedAttempt {
  const views = events.flatMap((event) => {
    const attempt = event.attempts.find((candidate) => candidate.number === number);
    return attempt === undefined ? [] : [{ event, attempt }];
  });
  const first = views[0];
  const last = views.at(-1);
  if (first === undefined || last === undefined) throw new RangeError(`attempt ${number} is in none of the events`);
  const over = views.find(({ attempt }) => attempt.status !== 'running');
  return {
    number,
    status: last.attempt.status,
    started: changeTime(first.event),
    ended: over === undefined ? undefined : changeTime(over.event),
    recordsEmitted: last.attempt.recordsEmitted,
    recordsCommitted: last.attempt.recordsCommitted,
    recordsRejected: last.attempt.recordsRejected,
    failure: last.attempt.failure,
    isConfigError: last.attempt.failureType === 'config_error',
    evidence: [...new Set([first.event.i, ...(over === undefined ? [] : [over.event.i])])],
  };
}
