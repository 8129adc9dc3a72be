import { isTerminal, observedJobs } from '../core/derive/job-timeline.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

export interface JobSucceededOptions {
  readonly connectionId: string;
  readonly within: Duration;
}

/** A job of the connection has succeeded. Hopeless once one has ended otherwise. */
export function jobSucceeded({ connectionId, within }: JobSucceededOptions): Wait {
  return {
    name: 'a sync of another connection has succeeded',
    timeoutMs: toMillis(within),
    isOver(history) {
      const job = observedJobs(history).find((one) => one.connectionId === connectionId);
      if (job === undefined) return 'it has not been started';
      return job.status === 'succeeded' ? true : `job ${job.jobId} is ${job.status}`;
    },
    isHopeless(history) {
      const job = observedJobs(history).find((one) => one.connectionId === connectionId);
      return job !== undefined && isTerminal(job.status) && `job ${job.jobId} ended as ${job.status}`;
    },
  };
}
