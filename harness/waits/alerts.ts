import { toMillis, type Duration } from '../core/duration.ts';
import { observedJobs } from '../core/derive/job-timeline.ts';
import type { Wait } from '../core/scenario.ts';

/** Every job that has failed for good has raised at least one alert, and at least one job has failed. */
export function failedJobsAlerted({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'every failed job has raised an alert',
    timeoutMs: toMillis(within),
    isOver(history) {
      const failed = observedJobs(history).filter((job) => job.status === 'failed');
      const alerted = new Set(history.all('alert').map((alert) => alert.jobId));
      const silent = failed.filter((job) => !alerted.has(job.jobId)).map((job) => job.jobId);
      if (failed.length === 0) return 'no job has failed';
      return silent.length === 0 ? true : `no alert for job ${silent.join(', ')}`;
    },
  };
}

/** A job has failed for good. */
export function jobFailedForGood({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'a job has failed for good',
    timeoutMs: toMillis(within),
    isOver(history) {
      const job = observedJobs(history).find(({ status }) => status === 'failed');
      return job === undefined ? 'no job has failed' : true;
    },
  };
}
