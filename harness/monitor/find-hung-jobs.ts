import type { AttemptFacts, JobFacts } from '../core/airbyte-look.ts';
import { formatMillis } from '../core/duration.ts';
import type { RetryPolicy } from '../core/events.ts';
import { replayRetryPolicy } from '../core/retry-policy.ts';
import { endOf, hasEnded, isOpen, lastAttempt, movesData, subjectOf, type Indexed } from './jobs.ts';
import type { Memory } from './memory.ts';
import type { Finding, Severity } from './report-schema.ts';
import { timersOf, type Timers } from './timers.ts';

/** The defaults of the retry manager (facts §3.2). */
const AIRBYTE_RETRIES: RetryPolicy = {
  kind: 'airbyte',
  completeSuccessive: 5,
  completeTotal: 10,
  partialSuccessive: 1000,
  partialTotal: 20,
  minSeconds: 10,
  maxSeconds: 1800,
  base: 3,
};
/** A run is unusually long when it takes this many times the longest of at least {@link ENOUGH} that succeeded. */
const UNUSUAL = 3;
const ENOUGH = 3;

interface Suspicion {
  readonly severity: Severity;
  readonly why: string;
  readonly known: readonly string[];
  readonly cannotTell: readonly string[];
}

/** Jobs that are open and, by the timers of the version, ought not to be. `hungAfterMs` replaces those timers. */
export function findHungJobs(indexed: Indexed, memory: Memory | undefined, hungAfterMs: number | undefined): Finding[] {
  const timers = timersOf(indexed.look.version);
  return indexed.look.jobs.items.filter(isOpen).flatMap((job) => {
    const openForMs = indexed.look.at - job.createdAt;
    const suspicion =
      hungAfterMs === undefined ? suspect(indexed, job, timers, memory) : openTooLong(openForMs, hungAfterMs);
    if (suspicion === undefined) return [];
    const { severity, why, known, cannotTell } = suspicion;
    const finding: Finding = {
      kind: 'job_hung',
      verdict: 'problem',
      severity,
      summary: `Job ${job.id} of ${indexed.nameOf(job.connectionId)} is ${job.status} for ${formatMillis(openForMs)}: ${why}.`,
      known: [`${job.attempts.length} attempts`, ...known],
      cannotTell: [...cannotTell],
      ...subjectOf(indexed, job),
    };
    return [finding];
  });
}

function openTooLong(openForMs: number, limitMs: number): Suspicion | undefined {
  if (openForMs <= limitMs) return undefined;
  const why = `longer than the limit that was given, ${formatMillis(limitMs)}`;
  return { severity: 'critical', why, known: [], cannotTell: ['Whether it still moves data.'] };
}

function suspect(indexed: Indexed, job: JobFacts, timers: Timers, memory: Memory | undefined): Suspicion | undefined {
  const { at } = indexed.look;
  if (at - job.createdAt > timers.longestSeconds * 1000) {
    const why = `longer than any job may live, ${formatMillis(timers.longestSeconds * 1000)}`;
    return { severity: 'critical', why, known: [], cannotTell: ['Whether SYNC_JOB_MAX_TIMEOUT_DAYS was raised.'] };
  }
  const last = lastAttempt(job);
  if (job.status === 'queued') return queuedTooLong(at - job.updatedAt, timers);
  if (last === undefined) return neverBegun(at - job.createdAt, timers);
  if (last.status === 'running' && last.endedAt === undefined) return silent(indexed, job, last, timers, memory);
  return leftBetween(at, job, last, timers);
}

function queuedTooLong(forMs: number, { queuedSeconds, basis }: Timers): Suspicion | undefined {
  if (forMs <= queuedSeconds * 1000) return undefined;
  return {
    severity: 'warning',
    why: 'it still waits for capacity',
    known: [`limit ${formatMillis(queuedSeconds * 1000)} (${basis})`],
    cannotTell: ['Whether there is too little capacity, or nobody takes work from the queue.'],
  };
}

function neverBegun(forMs: number, { betweenSeconds, basis }: Timers): Suspicion | undefined {
  if (forMs <= betweenSeconds * 1000) return undefined;
  return {
    severity: 'critical',
    why: 'it has no attempt',
    known: [`limit ${formatMillis(betweenSeconds * 1000)} (${basis})`],
    cannotTell: ['Whether Temporal still knows its workflow.'],
  };
}

/** The last attempt is over, and the job is neither over nor, by the retry policy, in the pause before the next attempt. */
function leftBetween(
  at: number,
  job: JobFacts,
  last: AttemptFacts,
  { betweenSeconds, basis }: Timers,
): Suspicion | undefined {
  const endedAt = last.endedAt ?? last.updatedAt;
  const decision = replayRetryPolicy(
    AIRBYTE_RETRIES,
    job.attempts
      .toSorted((a, b) => a.number - b.number)
      .map((attempt) => ({
        hasFailed: attempt.status !== 'succeeded',
        hasProgress: (attempt.recordsCommitted ?? 0) + (attempt.recordsRejected ?? 0) > 0,
        isConfigError: attempt.failures[0]?.type === 'config_error',
      })),
  ).at(-1);
  const pauseSeconds = decision?.kind === 'retry' ? decision.waitSeconds : 0;
  const limitMs = (pauseSeconds + betweenSeconds) * 1000;
  const sinceMs = at - endedAt;
  if (sinceMs <= limitMs) return undefined;
  const due =
    decision?.kind === 'stop'
      ? `and the job should be over (${decision.because})`
      : `and the next was due after ${pauseSeconds} s`;
  return {
    severity: 'critical',
    why: `its last attempt ${last.status} ${formatMillis(sinceMs)} ago, ${due}`,
    known: [`limit ${formatMillis(limitMs)} (${basis}, retry policy of Airbyte)`],
    cannotTell: ['Whether the retry policy of this Airbyte was changed to longer pauses.'],
  };
}

/** An attempt runs. A dead one looks like a long one; what can be told is how long it showed nothing new, and what is usual. */
function silent(
  indexed: Indexed,
  job: JobFacts,
  last: AttemptFacts,
  timers: Timers,
  memory: Memory | undefined,
): Suspicion | undefined {
  const { at } = indexed.look;
  const ranForMs = at - last.createdAt;
  const limitMs = timers.suspectSeconds * 1000;
  if (ranForMs <= limitMs) return undefined;
  const neverNotices = timers.noticeSeconds === undefined;
  const known = [
    neverNotices
      ? `${timers.basis} does not notice a dead worker by itself (WORKLOAD_MONITOR_ENABLED is off by default)`
      : `a dead worker is noticed within ${formatMillis(limitMs)} (${timers.basis})`,
  ];
  const cannotTell = ['The API shows no heartbeat: a slow sync and a dead one look the same.'];
  const severity = neverNotices ? 'critical' : 'warning';
  const still = memory?.progress.get(job.id)?.since;
  if (still !== undefined && at - still > limitMs) {
    return { severity, why: `nothing of it has changed for ${formatMillis(at - still)}`, known, cannotTell };
  }
  const usualMs = longestSuccess(indexed, job.connectionId);
  if (usualMs === undefined || ranForMs <= usualMs * UNUSUAL) return undefined;
  return {
    severity,
    why: `its attempt runs for ${formatMillis(ranForMs)}, and the longest that succeeded took ${formatMillis(usualMs)}`,
    known,
    cannotTell,
  };
}

function longestSuccess({ jobsOf }: Indexed, connectionId: string): number | undefined {
  const took = (jobsOf.get(connectionId) ?? [])
    .filter((job) => hasEnded(job) && job.status === 'succeeded' && movesData(job))
    .map((job) => endOf(job) - (job.startedAt ?? job.createdAt));
  return took.length < ENOUGH ? undefined : Math.max(...took);
}
