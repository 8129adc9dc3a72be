import type { History } from '../core/history.ts';
import type { CheckResult, JournalJob } from '../core/journal.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts } from '../core/verdict.ts';
import { INTERRUPTED_JOB_WAIT } from '../core/wait-names.ts';
import { highestProduced } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { jobsInFlight, observedJobs, type ObservedJob } from '../core/derive/job-timeline.ts';
import { policyViolations } from './retry-policy.ts';
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
      return isFalseSuccess(history, job) ? 'false-success' : 'succeeded';
    case 'failed':
    case 'cancelled':
      return job.status;
    case 'pending':
    case 'queued':
    case 'running':
    case 'incomplete':
      return history.all('wait').some((wait) => wait.name === INTERRUPTED_JOB_WAIT && !wait.satisfied)
        ? 'hung'
        : 'not-finished';
    default:
      return job.status satisfies never;
  }
}

/** Every job that was in flight at the fault ended as succeeded, with its records. */
export function jobOutcome(): Check {
  return {
    id: 'job_outcome',
    title: 'Every sync in flight ended well, with its records',
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
      const results = jobs.map((job) => judgeJob(history, job));
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
    case 'succeeded':
      return { verdict: 'pass', summary: `${name} succeeded after ${attempts}, with its records.` };
    case 'false-success':
      return {
        verdict: 'fail',
        summary: `${name} is reported as succeeded, but the destination did not hold its records when it ended.`,
      };
    case 'hung':
      return { verdict: 'fail', summary: `${name} hangs: still "${job.status}" when the time for it was over.` };
    case 'lost':
      return {
        verdict: 'fail',
        summary: `${name} is lost: the API showed it before the fault and no longer knows it.`,
      };
    case 'cancelled':
      return { verdict: 'fail', summary: `${name} was cancelled.` };
    case 'failed': {
      const isAgainstPolicy = policyViolations(history, job).length > 0;
      const summary = `${name} failed after ${attempts}: ${job.attempts.at(-1)?.failure ?? 'no reason given'}.`;
      return { verdict: 'fail', summary, ...(isAgainstPolicy ? { consequenceOf: 'retry_policy' } : {}) };
    }
    case 'not-finished':
      return { verdict: 'unknown', summary: `${name} was still "${job.status}" when the run ended early.` };
    default:
      return outcome satisfies never;
  }
}

/** Looks at the destination as it was when the success was first seen: a later run may repair what this one left out. */
function isFalseSuccess(history: History, job: ObservedJob): boolean {
  const finished = job.finished;
  if (finished === undefined) return false;
  const owed = highestProduced(history, job.connectionId, job.created.low);
  if (owed === 0) return false;
  const looks = history.all('delivery').filter((look) => look.connectionId === job.connectionId);
  const look = looks.find((candidate) => candidate.start >= finished.high) ?? looks.at(-1);
  return look !== undefined && look.maxSeq < owed;
}
