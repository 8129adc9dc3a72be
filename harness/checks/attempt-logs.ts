import { injectionTime } from '../core/derive/fault-time.ts';
import { isTerminal, jobsInFlight, subjectJobs } from '../core/derive/job-timeline.ts';
import type { Check } from '../core/scenario.ts';
import { count } from './words.ts';

/** The log of every attempt that was running at the fault can be read afterwards. */
export function attemptLogs(): Check {
  return {
    id: 'attempt_logs',
    title: 'The logs of the running attempts are there',
    failure: 'Logs of attempts that ran are lost',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const jobs = jobsInFlight(subjectJobs(history), injected.at);
      const ended = jobs.flatMap((job) =>
        job.attempts
          .filter((attempt) => attempt.ended !== undefined)
          .map(({ number }) => ({
            name: `job ${job.jobId}, attempt ${number + 1}`,
            log: history.latest('attempt.log', (event) => event.jobId === job.jobId && event.attempt === number),
          })),
      );
      const evidence = ended.flatMap(({ log }) => log?.i ?? []);
      const open = jobs.find((job) => !isTerminal(job.status));
      const running = jobs.flatMap((job) =>
        job.attempts
          .filter((attempt) => attempt.ended === undefined)
          .map(({ number }) => `job ${job.jobId}, attempt ${number + 1}`),
      );
      if (open !== undefined || ended.length === 0) {
        const summary = open === undefined ? 'No attempt was running at the fault.' : `Job ${open.jobId} is not over.`;
        return { verdict: 'unknown', summary, evidence, consequenceOf: 'job_outcome' };
      }
      const lost = ended.filter(({ log }) => log?.lines === 0).map(({ name }) => name);
      if (lost.length > 0) return { verdict: 'fail', summary: `The API has no log of ${lost.join('; ')}.`, evidence };
      const unread = ended.filter(({ log }) => log === undefined).map(({ name }) => name);
      if (unread.length > 0)
        return { verdict: 'unknown', summary: `The log of ${unread.join('; ')} was never asked for.`, evidence };
      if (running.length > 0) {
        const summary = `The end of ${running.join('; ')} was not seen, so nothing is known of its log.`;
        return { verdict: 'unknown', summary, evidence };
      }
      const lines = ended.reduce((sum, { log }) => sum + (log?.lines ?? 0), 0);
      const summary = `The logs of ${ended.map(({ name }) => name).join('; ')} can be read: ${count(lines, 'line')}.`;
      return { verdict: 'pass', summary, evidence };
    },
  };
}
