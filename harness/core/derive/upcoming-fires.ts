import type { Bounds } from '../bounds.ts';
import type { History } from '../history.ts';
import { databaseClock } from './database-clock.ts';
import { observedJobs } from './job-timeline.ts';
import { cronFiresUntil, intervalFire } from './schedule-fires.ts';

/** The fires of a connection's schedule that surely lie in [fromMs, toMs], were it dispatched on time until then. */
export function upcomingFires(history: History, connectionId: string, fromMs: number, toMs: number): Bounds[] {
  const set = history.first('schedule.set', (event) => event.connectionId === connectionId);
  const clock = databaseClock(history);
  if (set === undefined) return [];
  const newest = observedJobs(history).findLast((job) => job.connectionId === connectionId);
  const fires =
    set.rule.kind === 'interval'
      ? [intervalFire(set, newest)]
      : clock === undefined
        ? []
        : cronFiresUntil(set, clock, toMs);
  return fires.filter((fire) => fire.low >= fromMs && fire.high <= toMs);
}
