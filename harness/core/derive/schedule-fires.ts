import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import { cronFires } from '../quartz-cron.ts';
import type { DatabaseClock } from './database-clock.ts';
import type { ObservedJob } from './job-timeline.ts';

/** Fires that have been computed, by the event that set the schedule: they only grow while a run goes on. */
const known = new WeakMap<
  EventOf<'schedule.set'>,
  { readonly untilEpochMs: number; readonly fires: readonly number[] }
>();
/** Computed this far ahead, in milliseconds, so that a wait need not compute them at each look. */
const AHEAD_MS = 60_000;

/** The fires of a cron schedule from when it was set until `untilMs` of the run. */
export function cronFiresUntil(set: EventOf<'schedule.set'>, clock: DatabaseClock, untilMs: number): Bounds[] {
  if (set.rule.kind !== 'cron') return [];
  const until = clock.toEpoch(untilMs).high;
  let cached = known.get(set);
  if (cached === undefined || cached.untilEpochMs < until) {
    const { expression, timeZone } = set.rule;
    const untilEpochMs = until + AHEAD_MS;
    cached = { untilEpochMs, fires: cronFires(expression, timeZone, clock.toEpoch(set.start).low, untilEpochMs) };
    known.set(set, cached);
  }
  return cached.fires
    .map((epochMs) => clock.toRun(epochMs))
    .filter((fire) => fire.low >= set.start && fire.low <= untilMs);
}

/** When an interval schedule is due after its newest job, whoever made it; at once when it has none. */
export function intervalFire(set: EventOf<'schedule.set'>, newest: ObservedJob | undefined): Bounds {
  if (set.rule.kind !== 'interval' || newest === undefined) return between(set.start, set.end);
  const { low, high } = newest.created;
  return between(low + set.rule.everyMs, high + set.rule.everyMs);
}
