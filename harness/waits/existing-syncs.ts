import { injectionTime } from '../core/derive/fault-time.ts';
import { isTerminal, jobsInFlight, observedJobs, subjectJobs } from '../core/derive/job-timeline.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';
import { SYNCS_OVER_WAIT } from '../core/wait-names.ts';

/** A sync of the connection that is looked at runs, by what Airbyte says: where its records go cannot be read. */
export function syncRuns({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'a sync runs',
    timeoutMs: toMillis(within),
    isOver(history) {
      const jobs = subjectJobs(history);
      const job = jobs.findLast(({ status }) => !isTerminal(status));
      const last = jobs.at(-1);
      if (job === undefined && last !== undefined) return `no sync runs: job ${last.jobId} is ${last.status} already`;
      if (job === undefined) return 'no sync runs';
      const attempt = job.attempts.at(-1);
      if (job.status !== 'running' || attempt?.status !== 'running') return `job ${job.jobId} is ${job.status}`;
      return true;
    },
  };
}

/** Every sync that was in flight at the fault has a final status; at once where there was none. */
export function syncsOver({ within }: { readonly within: Duration }): Wait {
  return {
    name: SYNCS_OVER_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return 'nothing was broken';
      const open = jobsInFlight(observedJobs(history), injected.at).filter(
        ({ status, isGone }) => !isGone && !isTerminal(status),
      );
      if (open.length === 0) return true;
      return open
        .map(({ jobId, status, attempts }) => `job ${jobId} is ${status}, attempt ${attempts.length}`)
        .join('; ');
    },
  };
}
