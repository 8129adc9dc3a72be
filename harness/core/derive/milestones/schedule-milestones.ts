import type { History } from '../../history.ts';
import { firstDispatch, leaderElected, leaseOver, stoodDown } from '../leadership.ts';
import { followSchedules } from '../schedules.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments in the handover from one scheduler to the next. */
export const SCHEDULE_MILESTONES = {
  'lease-over': {
    title: 'Lease of the old leader over',
    of: 'system',
    find: leaseOver,
  },
  'leader-elected': {
    title: 'New leader elected',
    of: 'system',
    find: leaderElected,
  },
  'schedule-dispatched': {
    title: 'First schedule dispatched by the new leader',
    of: 'system',
    find: (history) => {
      const first = firstDispatch(history);
      return first && { at: first.at, evidence: first.evidence };
    },
  },
  'schedules-caught-up': {
    title: 'All missed schedules made up for',
    of: 'system',
    find: caughtUp,
  },
  'old-leader-stood-down': {
    title: 'Old leader back, and does not lead',
    of: 'system',
    find: stoodDown,
  },
} as const satisfies Record<string, MilestoneKind>;

/** The last job that made up for a missed schedule; not before the first, nor while one is left, nor when one was dropped. */
function caughtUp(history: History): Seen {
  if (firstDispatch(history) === undefined) return undefined;
  const missed = followSchedules(history, () => history.endMs).flatMap(({ work }) =>
    work.filter((one) => one.isMissed),
  );
  const jobs = missed.flatMap(({ job, isSkipped }) => (job === undefined || isSkipped ? [] : [job]));
  const last = jobs.toSorted((a, b) => a.created.best - b.created.best).at(-1);
  const event = last?.events[0];
  if (last === undefined || event === undefined || jobs.length < missed.length) return undefined;
  return { at: last.created, evidence: [event.i] };
}
