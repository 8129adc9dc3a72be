import { between } from '../../bounds.ts';
import type { History } from '../../history.ts';
import { highestProduced } from '../deliveries.ts';
import { injectionTime } from '../fault-time.ts';
import { alertOf, interruptedJob } from '../job-timeline.ts';
import { nextRun } from '../next-run.ts';
import { healTime, recoveryClock } from '../recovery-clock.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments of an outage that the platform under test cannot end by itself: it can only give up, tell, and go on afterwards. */
export const SOURCE_MILESTONES = {
  'job-alerted': {
    title: 'Alert received',
    of: 'system',
    find: (history) => {
      const injected = injectionTime(history);
      const job = injected && interruptedJob(history, injected.at);
      return job && alertOf(history, job);
    },
  },
  'fault-healed': { title: 'Cause removed', of: 'system', find: healTime },
  'next-run-started': {
    title: 'Next scheduled run started',
    of: 'system',
    find: (history) => {
      const next = nextRun(history);
      return next && { at: next.created, evidence: next.events.slice(0, 1).map((event) => event.i) };
    },
  },
  'caught-up': { title: 'Caught up: the last record owed has arrived', of: 'system', find: caughtUp },
} as const satisfies Record<string, MilestoneKind>;

/**
 * The first look at the destination that showed the last of the records that the source held when the clock started. Whether one
 * of the others is missing is told by the final read, not here.
 */
function caughtUp(history: History): Seen {
  const clock = recoveryClock(history);
  const subject = history.first('connection', (connection) => connection.role === 'subject');
  if (clock === undefined || subject === undefined) return undefined;
  const owed = highestProduced(history, subject.connectionId, clock.at.low);
  // With nothing owed the first look would do.
  if (owed === 0) return undefined;
  const look = history
    .all('delivery')
    .find((event) => event.connectionId === subject.connectionId && event.end >= clock.at.low && event.maxSeq >= owed);
  return look && { at: between(look.previousStart, look.end), evidence: [look.i] };
}
