import { elapsed, type Bounds } from '../core/bounds.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import { replayRetryPolicy, type RetryDecision } from '../core/retry-policy.ts';
import type { Check } from '../core/scenario.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { isTerminal, jobsInFlight, observedJobs, type ObservedJob } from '../core/derive/job-timeline.ts';
import { sentence } from '../core/sentence.ts';
import { count, describeBounds } from './words.ts';

/** Starting an attempt takes this long at most once its wait is over: a workflow task, a worker slot, connector start. */
const START_ALLOWANCE: Duration = '10s';
/** The ends of a wait are known to within two looks each; a second is plenty where the API answers. Milliseconds. */
const LOOKS_MS = 2000;
/** A wait may be this share shorter than prescribed: the API's statuses lag what really happened by a write. */
const EARLY_SHARE = 0.2;

/** The wait before each attempt after the first: as measured, and as the policy prescribes. */
export interface AttemptWait {
  readonly attempt: number;
  readonly measured: Bounds;
  readonly prescribed: RetryDecision;
}

/** The measured and the prescribed wait of each retry of a job. */
export function attemptWaits(history: History, job: ObservedJob): AttemptWait[] {
  const decisions = decisionsFor(history, job);
  return job.attempts.flatMap((attempt, index) => {
    const before = job.attempts[index - 1];
    const prescribed = decisions[index - 1];
    if (before?.ended === undefined || prescribed === undefined) return [];
    return [{ attempt: attempt.number, measured: elapsed(before.ended, attempt.started), prescribed }];
  });
}

/** What a job did against its retry policy, in words. Empty when it kept it. */
export function policyViolations(history: History, job: ObservedJob, startWithin = START_ALLOWANCE): string[] {
  const violations = attemptWaits(history, job).flatMap(({ attempt, measured, prescribed }) => {
    if (prescribed.kind === 'stop')
      return [`job ${job.jobId} was tried again (attempt ${attempt + 1}) although ${prescribed.because}`];
    const waitMs = prescribed.waitSeconds * 1000 * timeScale(history);
    const isEarly = measured.high < waitMs * (1 - EARLY_SHARE);
    const isLate = measured.low > waitMs + toMillis(startWithin);
    if (!isEarly && !isLate) return [];
    const word = isEarly ? 'early' : 'late';
    return [
      `attempt ${attempt + 1} of job ${job.jobId} came too ${word}: after ${describeBounds(measured)}, prescribed ${formatMillis(waitMs)}`,
    ];
  });
  const last = decisionsFor(history, job).at(-1);
  if (isTerminal(job.status) && last?.kind === 'retry') {
    violations.push(
      `job ${job.jobId} ended as "${job.status}" after ${count(job.attempts.length, 'attempt')}, where the policy prescribes another`,
    );
  }
  return violations;
}

export interface RetryPolicyOptions {
  /** False where a sync may well live through the fault: without a retry there was then nothing to keep the policy in. */
  readonly isRetryExpected?: boolean;
  /** How long starting an attempt may take once its wait is over. */
  readonly startWithin?: Duration;
}

/** After how many attempts the policy gives the job up, and why; `allowed` is undefined while it prescribes another. */
export function policyEnd(
  history: History,
  job: ObservedJob,
): { readonly attempts: number; readonly allowed: number | undefined; readonly because: string } {
  const decisions = decisionsFor(history, job);
  const end = decisions.findIndex((decision) => decision.kind === 'stop');
  const stop = decisions[end];
  const because = stop?.kind === 'stop' ? stop.because : 'the policy prescribes another';
  return { attempts: job.attempts.length, allowed: end === -1 ? undefined : end + 1, because };
}

/** Attempts and the waits between them are those of the retry policy. */
export function retryPolicy({ isRetryExpected = true, startWithin = START_ALLOWANCE }: RetryPolicyOptions = {}): Check {
  return {
    id: 'retry_policy',
    title: 'Retries followed the retry policy',
    failure: 'Retries did not follow the retry policy',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const jobs = jobsInFlight(observedJobs(history), injected.at);
      const evidence = jobs.flatMap((job) => job.attempts.flatMap((attempt) => attempt.evidence));
      const violations = jobs.flatMap((job) => policyViolations(history, job, startWithin));
      // A job that claims success after a failed attempt breaks the policy only by its claim: job_outcome judges claims.
      const isClaim =
        jobs.some((job) => job.status === 'succeeded') && violations.every((text) => text.includes('"succeeded"'));
      if (violations.length > 0) {
        return {
          verdict: 'fail',
          summary: sentence(violations.join('; ')),
          evidence,
          ...(isClaim ? { consequenceOf: 'job_outcome' } : {}),
        };
      }
      const open = jobs.find((job) => !isTerminal(job.status));
      if (open !== undefined) {
        const summary = `Job ${open.jobId} is not over, so its policy cannot be replayed to the end.`;
        return { verdict: 'unknown', summary, evidence, consequenceOf: 'job_outcome' };
      }
      const waits = jobs.flatMap((job) => attemptWaits(history, job));
      if (waits.length === 0 && !isRetryExpected && jobs.some((job) => job.status === 'succeeded')) {
        return { verdict: 'pass', summary: 'No attempt failed, so none had to be retried.', evidence };
      }
      // That a configuration error is not retried is what the policy says of it, so it was put to the test.
      if (
        waits.length === 0 &&
        jobs.length > 0 &&
        jobs.every(({ attempts }) => attempts.at(-1)?.isConfigError === true)
      ) {
        const summary = `${jobs.map((job) => `Job ${job.jobId} was not tried again: ${policyEnd(history, job).because}`).join('; ')}.`;
        return { verdict: 'pass', summary, evidence };
      }
      if (waits.length === 0) {
        return {
          verdict: 'unknown',
          summary: 'No attempt was retried, so the policy was not put to the test.',
          evidence,
          consequenceOf: 'job_outcome',
        };
      }
      const uncertain = waits.filter((wait) => isUncertain(history, wait, startWithin));
      if (uncertain.length > 0) {
        const named = uncertain.map(
          ({ attempt, measured }) => `attempt ${attempt + 1} came ${describeBounds(measured)} after the one before`,
        );
        const summary = `Looks at the job were too far apart to tell whether it waited as prescribed: ${named.join('; ')}.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const unseen = jobs.find((job) => job.attempts.length !== attemptWaits(history, job).length + 1);
      if (unseen !== undefined) {
        const summary = `Not every attempt of job ${unseen.jobId} was seen to end, so its waits are not known.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const described = waits.map(({ attempt, measured, prescribed }) => {
        const wanted =
          prescribed.kind === 'retry' ? formatMillis(prescribed.waitSeconds * 1000 * timeScale(history)) : 'none';
        return `attempt ${attempt + 1} came ${describeBounds(measured)} after the one before (prescribed wait ${wanted})`;
      });
      const scale = timeScale(history);
      const scaled = scale === 1 ? '' : ` All waits run at ${scale} of the policy's own time.`;
      return { verdict: 'pass', summary: `${described.join('; ')}.${scaled}`, evidence };
    },
  };
}

/** Whether the wait may as well have been against the policy, for want of looks: bounds of a few looks are no matter. */
function isUncertain(history: History, { measured, prescribed }: AttemptWait, startWithin: Duration): boolean {
  if (prescribed.kind !== 'retry' || measured.high - measured.low <= LOOKS_MS) return false;
  const waitMs = prescribed.waitSeconds * 1000 * timeScale(history);
  return measured.high > waitMs + toMillis(startWithin) || measured.low < waitMs * (1 - EARLY_SHARE);
}

/** The wait that the policy prescribes before an attempt, in seconds as it runs here; undefined when it prescribes none. */
export function prescribedWaitSeconds(history: History, wait: AttemptWait): number | undefined {
  return wait.prescribed.kind === 'retry' ? wait.prescribed.waitSeconds * timeScale(history) : undefined;
}

function decisionsFor(history: History, job: ObservedJob): RetryDecision[] {
  const policy = history.first('run.started')?.retryPolicy;
  if (policy === undefined) return [];
  const ended = job.attempts.filter((attempt) => attempt.status !== 'running');
  return replayRetryPolicy(
    policy,
    ended.map((attempt) => ({
      hasFailed: attempt.status === 'failed',
      hasProgress: (attempt.recordsCommitted ?? 0) > 0,
      isConfigError: attempt.isConfigError,
    })),
  );
}

/** The stack can be told to wait a fraction of the policy's time, so that a long policy can be rehearsed in a short run. */
function timeScale(history: History): number {
  const scale = history.first('run.started')?.parameters['retryTimeScale'];
  return typeof scale === 'number' ? scale : 1;
}
