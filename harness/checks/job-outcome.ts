import { formatMillis } from '../core/duration.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { CheckResult, JournalJob } from '../core/journal.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts } from '../core/verdict.ts';
import { INTERRUPTED_JOB_WAIT, SYNCS_OVER_WAIT } from '../core/wait-names.ts';
import { deliveryOf, highestProduced, producedBy } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { jobsInFlight, observedJobs, type ObservedJob } from '../core/derive/job-timeline.ts';
import { policyEnd, policyViolations } from './retry-policy.ts';
import { sentence } from '../core/sentence.ts';
import { countIn } from '../core/sequence.ts';
import { count } from './words.ts';

type Result = Pick<CheckResult, 'verdict' | 'summary' | 'consequenceOf'>;

/**
 * The harness's own word for how a job ended. `succeeded` in the API is a claim: it stands only when the destination held
 * the records that the source had acknowledged before the job began.
 */
export function outcomeOf(history: History, job: ObservedJob): JournalJob['outcome'] {
  if (job.isGone) return 'lost';
  switch (job.status) {
    case 'succeeded':
      return falseBecause(history, job) === undefined ? 'succeeded' : 'false-success';
    case 'failed':
    case 'cancelled':
      return job.status;
    case 'pending':
    case 'queued':
    case 'running':
    case 'incomplete':
      return isHung(history) ? 'hung' : 'not-finished';
    default:
      return job.status satisfies never;
  }
}

/**
 * A job that is still open is hung once the limit of the objective has passed since the fault: the limit for hanging is its own,
 * not that of the recovery. An objective without one leaves it to the wait for the job.
 */
function isHung(history: History): boolean {
  const limitSeconds = history.first('run.started')?.objective.hungAfterSeconds;
  const injected = injectionTime(history);
  if (limitSeconds !== undefined && injected !== undefined)
    return history.endMs - injected.at.high >= limitSeconds * 1000;
  return history.all('wait').some(({ name, satisfied }) => OVER_WAITS.has(name) && !satisfied);
}

const OVER_WAITS: ReadonlySet<string> = new Set([INTERRUPTED_JOB_WAIT, SYNCS_OVER_WAIT]);

export interface JobOutcomeOptions {
  /**
   * `success` (the default): every job succeeded, with its records. `given-up`: every job failed for good, after exactly the
   * attempts that the retry policy allows; success would mean that what it needs was never away.
   */
  readonly expect?: 'success' | 'given-up';
  /** How many attempts there must be before it is given up, where the kind of failure says so whatever the policy is. */
  readonly attempts?: number;
}

const TITLES = {
  success: 'Every sync in flight ended well, with its records',
  'given-up': 'Every sync in flight was given up, exactly when the retry policy says',
} as const;

const FAILURES = {
  success: 'A sync in flight did not end well, with its records',
  'given-up': 'A sync in flight was not given up exactly when the retry policy says',
} as const;

/** Every job that was in flight at the fault ended as expected. */
export function jobOutcome({ expect = 'success', attempts }: JobOutcomeOptions = {}): Check {
  return {
    id: 'job_outcome',
    title: TITLES[expect],
    failure: FAILURES[expect],
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const jobs = jobsInFlight(observedJobs(history), injected.at);
      if (jobs.length === 0) {
        return {
          verdict: 'unknown',
          summary: 'No sync was in flight at the fault, so none was put to the test.',
          evidence: [injected.event.i],
        };
      }
      const results = jobs.map((job) =>
        expect === 'success' ? judgeJob(history, job) : judgeGivenUp(history, job, attempts),
      );
      const bad = results.find((result) => result.verdict !== 'pass');
      return {
        verdict: combineVerdicts(results.map((result) => result.verdict)),
        summary: results.map((result) => result.summary).join(' '),
        evidence: jobs.flatMap((job) => job.events.slice(-1).map((event) => event.i)),
        ...(bad?.consequenceOf === undefined ? {} : { consequenceOf: bad.consequenceOf }),
      };
    },
  };
}

function judgeJob(history: History, job: ObservedJob): Result {
  const name = `Job ${job.jobId}`;
  const attempts = count(job.attempts.length, 'attempt');
  const outcome = outcomeOf(history, job);
  switch (outcome) {
    case 'succeeded': {
      const unproven = unprovenBecause(history, job);
      return unproven === undefined
        ? { verdict: 'pass', summary: `${name} succeeded after ${attempts}${withRecords(history, job)}.` }
        : { verdict: 'unknown', summary: `${name} is reported as succeeded after ${attempts}, ${unproven}.` };
    }
    case 'false-success':
      return {
        verdict: 'fail',
        summary: `${name} is reported as succeeded, ${falseBecause(history, job) ?? ''}.`,
      };
    case 'hung':
      return { verdict: 'fail', summary: `${name} hangs: still "${job.status}" ${hungAfter(history)}.` };
    case 'lost':
      return {
        verdict: 'fail',
        summary: `${name} is lost: the API showed it before the fault and no longer knows it.`,
      };
    case 'cancelled':
      return { verdict: 'fail', summary: `${name} was cancelled.` };
    case 'failed': {
      const isAgainstPolicy = policyViolations(history, job).length > 0;
      const summary = sentence(
        `${name} failed after ${attempts}: ${job.attempts.at(-1)?.failure ?? 'no reason given'}`,
      );
      return { verdict: 'fail', summary, ...(isAgainstPolicy ? { consequenceOf: 'retry_policy' } : {}) };
    }
    case 'not-finished':
      return { verdict: 'unknown', summary: `${name} was still "${job.status}" when the run ended early.` };
    default:
      return outcome satisfies never;
  }
}

function hungAfter(history: History): string {
  const limitSeconds = history.first('run.started')?.objective.hungAfterSeconds;
  return limitSeconds === undefined
    ? 'when the time for it was over'
    : `${formatMillis(limitSeconds * 1000)} after the fault`;
}

/** Only an end as failed is judged here; every other end is what it is anywhere else, and success is the wrong one. */
function judgeGivenUp(history: History, job: ObservedJob, expected: number | undefined): Result {
  const outcome = outcomeOf(history, job);
  const name = `Job ${job.jobId}`;
  if (outcome === 'succeeded') {
    const attempts = count(job.attempts.length, 'attempt');
    return { verdict: 'fail', summary: `${name} succeeded after ${attempts}, where it was to be given up.` };
  }
  if (outcome !== 'failed') return judgeJob(history, job);
  const { attempts, allowed, because } = policyEnd(history, job);
  const given = job.attempts.at(-1)?.failure ?? 'no reason given';
  if (expected !== undefined && attempts !== expected) {
    const summary = `${name} was given up after ${count(attempts, 'attempt')}, where this failure allows ${expected}. ${given}`;
    return { verdict: 'fail', summary };
  }
  if (attempts === allowed) {
    return {
      verdict: 'pass',
      summary: `${name} was given up after ${count(attempts, 'attempt')}: ${because}. ${given}`,
    };
  }
  const word = allowed === undefined || attempts < allowed ? 'early' : 'late';
  const summary = `${name} was given up too ${word}: after ${count(attempts, 'attempt')}, where ${because}.`;
  return { verdict: 'fail', summary, consequenceOf: 'retry_policy' };
}

/** What speaks against a success that the API reports, in words; undefined where nothing does. */
function falseBecause(history: History, job: ObservedJob): string | undefined {
  if (job.attempts.at(-1)?.status === 'failed') return 'but its last attempt failed';
  if (job.finished === undefined) return undefined;
  const owed = countIn(producedBy(history, job.connectionId, job.created.low));
  const highest = highestProduced(history, job.connectionId, job.created.low);
  // As it was when the success was first seen: a later run may repair what this one left out.
  const look = looksAt(history, job).find(({ start }) => start >= (job.finished?.high ?? Infinity));
  const isShort = look !== undefined && (look.maxSeq < highest || look.rows < owed - lostForGood(history, job));
  return isShort ? 'but the destination did not hold its records when it ended' : undefined;
}

/** Why it is not known that a job which is called succeeded has its records; undefined where it is, or where none were counted. */
export function unprovenBecause(history: History, job: ObservedJob): string | undefined {
  const open = job.attempts.find(({ status }) => status === 'running');
  if (job.attempts.length === 0) return 'and none of its attempts was seen';
  if (open !== undefined) return `and attempt ${open.number + 1} is still called running`;
  if (!isCounted(history, job)) return undefined;
  const highest = highestProduced(history, job.connectionId, job.created.low);
  if (highest === 0) return 'and nobody wrote down what its source held';
  const isHeld = looksAt(history, job).some(({ start, maxSeq }) => start >= job.created.low && maxSeq >= highest);
  return isHeld ? undefined : 'and its destination was not looked at after that';
}

/** Whether the harness made its records, so that it can tell whether they are there. */
function isCounted(history: History, { connectionId }: ObservedJob): boolean {
  const { role } = history.first('connection', (one) => one.connectionId === connectionId) ?? {};
  const looked = [...history.all('source.rows'), ...history.all('delivery')];
  return role === 'subject' || looked.some((event) => event.connectionId === connectionId);
}

function looksAt(history: History, { connectionId }: ObservedJob): readonly EventOf<'delivery'>[] {
  return history.all('delivery').filter((look) => look.connectionId === connectionId);
}

/** Records that are not in the destination at the end: those are told by `destination_complete`, and are no matter of one job. */
function lostForGood(history: History, { connectionId }: ObservedJob): number {
  const connection = history.first('connection', (one) => one.connectionId === connectionId);
  const delivery = connection && deliveryOf(history, connection);
  return delivery?.read === undefined ? 0 : countIn(delivery.missing);
}

/** For a sentence about a success that is borne out. */
export function withRecords(history: History, job: ObservedJob): string {
  if (lostForGood(history, job) > 0) return '; not all records are in its destination';
  return isCounted(history, job) ? ', with its records' : '; its records were not counted';
}
