import { isTerminal, observedJobs } from '../core/derive/job-timeline.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';
import { NEW_SYNC_WAIT } from '../core/wait-names.ts';

/** The sync that was asked for after the fault has a final status, and the destination has been looked at since. */
export function newSyncOver({ within }: { readonly within: Duration }): Wait {
  return {
    name: NEW_SYNC_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      const connection = history.first('connection', (event) => event.role === 'background');
      const job = observedJobs(history).find((each) => each.connectionId === connection?.connectionId);
      if (job === undefined) return 'the API shows no job';
      if (job.isGone) return true;
      if (!isTerminal(job.status) || job.finished === undefined) return `job ${job.jobId} is ${job.status}`;
      const seenMs = job.finished.high;
      const hasLooked = history
        .all('delivery')
        .some((look) => look.connectionId === job.connectionId && look.start >= seenMs);
      return hasLooked ? true : 'its destination has not been looked at since';
    },
  };
}
