import { followSchedules, type FollowedSchedule } from '../core/derive/schedules.ts';
import { upcomingFires } from '../core/derive/upcoming-fires.ts';
import { firstDispatch, stoodDown } from '../core/derive/leadership.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { isTerminal, observedJobs } from '../core/derive/job-timeline.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import { capacityBeforeGrowth, missingCapacity, type History } from '../core/history.ts';
import type { Wait } from '../core/scenario.ts';

/** Every background schedule has had a job that succeeded: the scheduler works, and the syncs do. */
export function schedulesWork({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'every background schedule has run',
    timeoutMs: toMillis(within),
    isOver(history) {
      const succeeded = new Set(
        observedJobs(history).flatMap(({ status, connectionId }) => (status === 'succeeded' ? [connectionId] : [])),
      );
      const idle = backgroundOf(history).filter(({ connectionId }) => !succeeded.has(connectionId));
      return idle.length === 0 ? true : `no success yet: ${idle.map(({ name }) => name).join(', ')}`;
    },
  };
}

/** A job of this connection has succeeded. */
export function hasRun(connectionId: string, name: string, { within }: { readonly within: Duration }): Wait {
  return {
    name: `the first sync of "${name}" has succeeded`,
    timeoutMs: toMillis(within),
    isOver: (history) =>
      observedJobs(history).some((job) => job.connectionId === connectionId && job.status === 'succeeded') ||
      'it has not',
  };
}

export interface SchedulesDueOptions {
  /** Fires sooner than this are not counted: they may be dispatched before the fault has struck. */
  readonly notBefore: Duration;
  /** Shorter than what is left of the lease, so that the fires fall into the outage. */
  readonly span: Duration;
  readonly within: Duration;
}

/** The moment to break the scheduler: every background schedule has a fire ahead, one of them two, and all instances are ready. */
export function schedulesDue({ notBefore, span, within }: SchedulesDueOptions): Wait {
  const spanMs = toMillis(span);
  const soonMs = toMillis(notBefore);
  return {
    name: `every background schedule is due within ${span}, one of them twice`,
    timeoutMs: toMillis(within),
    isOver(history, nowMs) {
      const missing = missingCapacity(history, capacityBeforeGrowth(history));
      if (missing.length > 0) return `not all instances are ready: ${missing.join(', ')}`;
      const amounts = backgroundOf(history).map(({ connectionId, name }) => {
        const fires = upcomingFires(history, connectionId, nowMs, nowMs + spanMs);
        return { name, count: fires.some(({ low }) => low >= nowMs + soonMs) ? fires.length : 0 };
      });
      const none = amounts.filter(({ count }) => count === 0);
      if (none.length > 0) return `not due within ${span}: ${none.map(({ name }) => name).join(', ')}`;
      return amounts.some(({ count }) => count > 1) ? true : `none is due twice within ${span}`;
    },
    isHopeless(history) {
      const subject = history.first('connection', ({ role }) => role === 'subject');
      const job = observedJobs(history).find(({ connectionId }) => connectionId === subject?.connectionId);
      return job !== undefined && isTerminal(job.status) && `job ${job.jobId} ended (${job.status}) before the fault`;
    },
  };
}

/** Every schedule that was missed in the outage has been made up for, and the jobs for that are over. Hopeless once one of them was dropped. */
export function missedSchedulesMadeUp({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'every missed schedule has been made up for',
    timeoutMs: toMillis(within),
    isOver(history) {
      if (findMilestone(history, 'schedules-caught-up') !== undefined) {
        const running = missedBy(history, ({ job }) => job !== undefined && !isTerminal(job.status));
        return running.length === 0 || `still running: ${running.map(nameOf).join(', ')}`;
      }
      if (firstDispatch(history) === undefined) return 'the new leader has dispatched nothing';
      const open = missedBy(history, ({ job }) => job === undefined);
      return `not yet: ${open.map(nameOf).join(', ') || 'not all jobs were seen'}`;
    },
    isHopeless(history) {
      if (firstDispatch(history) === undefined) return false;
      const dropped = missedBy(history, ({ isSkipped }) => isSkipped);
      return dropped.length > 0 && `dropped: ${dropped.map(nameOf).join(', ')}`;
    },
  };
}

/** Every background cron schedule has been dispatched again since the recovery, and since the fault was undone. */
export function schedulesGoOn({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'every background cron schedule has fired again',
    timeoutMs: toMillis(within),
    isOver(history) {
      const recoveredAt = findMilestone(history, 'schedules-caught-up')?.at.high ?? firstDispatch(history)?.at.high;
      if (recoveredAt === undefined) return 'the new leader has dispatched nothing';
      const since = Math.max(recoveredAt, history.latest('fault.undone')?.t ?? 0);
      const jobs = observedJobs(history).filter(({ created }) => created.low >= since);
      const silent = backgroundOf(history).filter(
        ({ connectionId }) =>
          history.first('schedule.set', (set) => set.connectionId === connectionId)?.rule.kind === 'cron' &&
          !jobs.some((job) => job.connectionId === connectionId),
      );
      return silent.length === 0 ? true : `no further job: ${silent.map(({ name }) => name).join(', ')}`;
    },
  };
}

/** Every instance that was frozen and let go on has said that it does not lead. */
export function oldLeaderStoodDown({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'the old leader says that it does not lead',
    timeoutMs: toMillis(within),
    isOver: (history) => stoodDown(history) !== undefined || 'it has not said so',
  };
}

function backgroundOf(history: History): readonly { readonly connectionId: string; readonly name: string }[] {
  return history.all('connection').filter(({ role }) => role === 'background');
}

function missedBy(
  history: History,
  matches: (work: FollowedSchedule['work'][number]) => boolean,
): readonly FollowedSchedule[] {
  return followSchedules(history, () => history.endMs).filter(({ work }) =>
    work.some((one) => one.isMissed && matches(one)),
  );
}

function nameOf({ connection, set }: FollowedSchedule): string {
  return connection?.name ?? set.connectionId;
}
