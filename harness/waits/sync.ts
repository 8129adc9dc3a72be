import { highestProduced } from '../core/derive/deliveries.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal, subjectJobs, type ObservedJob } from '../core/derive/job-timeline.ts';
import { findMilestone, isOfInterruptedJob, milestonesOf, type MilestoneId } from '../core/derive/milestones.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import { capacityBeforeGrowth, missingCapacity, type History } from '../core/history.ts';
import type { Wait } from '../core/scenario.ts';
import { notWantedAnyMore } from './platform.ts';
import { INTERRUPTED_JOB_WAIT, NEXT_RUN_WAIT, RECOVERY_WAIT } from '../core/wait-names.ts';

/** The subject's sync is running and its destination holds at least one record. */
export function syncMovesRecords({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'a sync is moving records',
    timeoutMs: toMillis(within),
    isOver(history) {
      const job = subjectJobs(history).at(-1);
      if (job === undefined) return 'no sync has been started';
      if (job.status !== 'running') return `its job ${job.jobId} is ${job.status}`;
      return (latestDelivery(history)?.rows ?? 0) > 0 ? true : `job ${job.jobId} runs, but no record has arrived`;
    },
    isHopeless: endedTooEarly,
  };
}

/** The sync has committed at least `share` (0…1) of what it has to move, and everything is still healthy. */
export function committedShare({ share, within }: { readonly share: number; readonly within: Duration }): Wait {
  return {
    name: `${Math.round(share * 100)} % of the records are committed`,
    timeoutMs: toMillis(within),
    isOver(history) {
      const subject = history.first('connection', (connection) => connection.role === 'subject');
      const owed = subject === undefined ? 0 : highestProduced(history, subject.connectionId, Infinity);
      const committed = latestDelivery(history)?.maxSeq ?? 0;
      const missing = missingCapacity(history, capacityBeforeGrowth(history));
      if (missing.length > 0) return `not all instances are ready: ${missing.join(', ')}`;
      return owed > 0 && committed >= owed * share ? true : `${committed} of ${owed} records are committed`;
    },
    isHopeless: endedTooEarly,
  };
}

/** The moment that ends the RTO has been seen. Hopeless once the interrupted job is over without it, or for instances that are not wanted any more. */
export function recovered({ milestone, within }: { readonly milestone: MilestoneId; readonly within: Duration }): Wait {
  return {
    name: RECOVERY_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      if (findMilestone(history, milestone) !== undefined) return true;
      const reached = milestonesOf(history).findLast(({ at, isOnPath }) => at !== undefined && isOnPath);
      return `got as far as: ${reached?.title ?? 'nothing'}`;
    },
    isHopeless(history) {
      if (milestone === 'full-capacity') return notWantedAnyMore(history);
      if (!isOfInterruptedJob(milestone)) return false;
      const job = currentJob(history);
      if (job?.isGone === true) return `job ${job.jobId} is gone`;
      const over = job?.finished;
      if (job === undefined || over === undefined) return false;
      // The look at the destination that could still show it must have begun after the job was over.
      const looks = history.all('delivery');
      const hasLooked = looks.length === 0 || looks.some((look) => look.start > over.high);
      return hasLooked && `job ${job.jobId} is over (${job.status})`;
    },
  };
}

/** The job that the fault interrupted has a final status. */
export function interruptedJobOver({ within }: { readonly within: Duration }): Wait {
  return {
    name: INTERRUPTED_JOB_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      const job = currentJob(history);
      if (job === undefined) return 'no job was in flight';
      if (job.isGone || isTerminal(job.status)) return true;
      return `job ${job.jobId} is ${job.status}, attempt ${job.attempts.length}`;
    },
  };
}

/**
 * A later job of the interrupted connection has a final status: one that began after the last records were added to the
 * source, so that it owes all of them.
 */
export function nextScheduledRunOver({ within }: { readonly within: Duration }): Wait {
  return {
    name: NEXT_RUN_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      const job = currentJob(history);
      const addedAt = history.latest('source.rows')?.end ?? 0;
      const next = subjectJobs(history).find((other) => other.jobId !== job?.jobId && other.created.low >= addedAt);
      if (next === undefined) return 'no further job was started';
      return isTerminal(next.status) ? true : `job ${next.jobId} is ${next.status}`;
    },
    isHopeless(history) {
      const job = currentJob(history);
      return (
        job !== undefined &&
        !job.isGone &&
        !isTerminal(job.status) &&
        `job ${job.jobId} still blocks the connection (${job.status})`
      );
    },
  };
}

function currentJob(history: History): ObservedJob | undefined {
  const injected = injectionTime(history);
  return injected && interruptedJob(history, injected.at);
}

function latestDelivery(history: History): { readonly rows: number; readonly maxSeq: number } | undefined {
  const subject = history.first('connection', (connection) => connection.role === 'subject');
  return history.latest('delivery', (delivery) => delivery.connectionId === subject?.connectionId);
}

function endedTooEarly(history: History): string | false {
  const job = subjectJobs(history).at(-1);
  return job !== undefined && isTerminal(job.status) && `job ${job.jobId} ended (${job.status}) before the fault`;
}
