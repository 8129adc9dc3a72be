import { injectionTime } from '../core/derive/fault-time.ts';
import { observedJobs } from '../core/derive/job-timeline.ts';
import type { Check } from '../core/scenario.ts';
import { sentence } from '../core/sentence.ts';
import { outcomeOf, unprovenBecause } from './job-outcome.ts';
import { count, nameSome } from './words.ts';

/** Every sync of a burst succeeded in its first attempt: whoever takes instances away again takes none that is at work. */
export function burstSucceeded(): Check {
  return {
    id: 'burst_succeeded',
    title: 'Every sync of the burst ran through',
    failure: 'Not every sync of the burst ran through',
    judge(history) {
      const connections = history.all('connection').filter(({ role }) => role === 'background');
      const ids = new Set(connections.map(({ connectionId }) => connectionId));
      const jobs = observedJobs(history).filter(({ connectionId }) => ids.has(connectionId));
      if (injectionTime(history) === undefined || jobs.length === 0)
        return { verdict: 'unknown', summary: 'No sync of a burst was seen.', evidence: [] };
      const evidence = jobs.flatMap(({ events }) => events.slice(-1).map(({ i }) => i));
      const open = jobs.filter((job) => ['hung', 'not-finished'].includes(outcomeOf(history, job)));
      const seen = new Set(jobs.map(({ connectionId }) => connectionId));
      if (open.length > 0 || seen.size < ids.size) {
        const summary = `${count(open.length + ids.size - seen.size, 'sync')} of the burst had not ended when the run did.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const bad = jobs.filter((job) => outcomeOf(history, job) !== 'succeeded');
      if (bad.length > 0) {
        const words = bad.map(
          (job) =>
            `job ${job.jobId} is ${outcomeOf(history, job)} (${job.attempts.at(-1)?.failure ?? 'no reason given'})`,
        );
        return { verdict: 'fail', summary: `Not all succeeded: ${words.join(', ')}.`, evidence };
      }
      const repeated = jobs.filter(({ attempts }) => attempts.length > 1);
      if (repeated.length > 0) {
        const words = repeated.map((job) => `job ${job.jobId} needed ${count(job.attempts.length, 'attempt')}`);
        return { verdict: 'fail', summary: `A sync was interrupted: ${words.join(', ')}.`, evidence };
      }
      const unproven = jobs.flatMap((job) => {
        const why = unprovenBecause(history, job);
        return why === undefined ? [] : [`job ${job.jobId} is reported as succeeded, ${why}`];
      });
      if (unproven.length > 0) return { verdict: 'unknown', summary: sentence(nameSome(unproven, '; ')), evidence };
      return {
        verdict: 'pass',
        summary: `${count(jobs.length, 'sync')} succeeded, each in its first attempt.`,
        evidence,
      };
    },
  };
}
