import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob } from '../core/derive/job-timeline.ts';
import type { Check } from '../core/scenario.ts';
import { outcomeOf, unprovenBecause, withRecords } from './job-outcome.ts';
import { count } from './words.ts';

/** The sync that ran at the fault went on as if nothing had happened: one attempt, succeeded, with its records. */
export function syncUndisturbed(): Check {
  return {
    id: 'sync_undisturbed',
    title: 'The running sync was not disturbed',
    failure: 'The running sync was disturbed',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const job = interruptedJob(history, injected.at);
      if (job === undefined) {
        const summary = 'No sync was running at the fault, so none was put to the test.';
        return { verdict: 'unknown', summary, evidence: [injected.event.i] };
      }
      const evidence = [injected.event.i, ...job.attempts.flatMap((attempt) => attempt.evidence)];
      const outcome = outcomeOf(history, job);
      if (outcome === 'not-finished') {
        const summary = `Job ${job.jobId} was still "${job.status}" when the run ended early.`;
        return { verdict: 'unknown', summary, evidence, consequenceOf: 'job_outcome' };
      }
      const failed = job.attempts.filter((attempt) => attempt.status === 'failed');
      if (failed.length > 0) {
        const reasons = failed.map(({ number, failure }) => `attempt ${number + 1}: ${failure ?? 'no reason given'}`);
        const summary = `Job ${job.jobId} was disturbed: ${count(failed.length, 'attempt')} failed (${reasons.join('; ')}), and it ended as "${job.status}".`;
        return { verdict: 'fail', summary, evidence };
      }
      if (outcome !== 'succeeded') {
        const summary = `Job ${job.jobId} did not go on to a good end: ${outcome}.`;
        return { verdict: 'fail', summary, evidence, consequenceOf: 'job_outcome' };
      }
      if (job.attempts.length > 1) {
        const summary = `Job ${job.jobId} was disturbed: it needed ${count(job.attempts.length, 'attempt')}.`;
        return { verdict: 'fail', summary, evidence };
      }
      const unproven = unprovenBecause(history, job);
      if (unproven !== undefined) {
        const summary = `Job ${job.jobId} is reported as succeeded, ${unproven}.`;
        return { verdict: 'unknown', summary, evidence, consequenceOf: 'job_outcome' };
      }
      return {
        verdict: 'pass',
        summary: `Job ${job.jobId} went on: one attempt, succeeded${withRecords(history, job)}.`,
        evidence,
      };
    },
  };
}
