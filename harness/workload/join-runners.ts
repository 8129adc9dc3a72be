import type { Bounds } from '../core/bounds.ts';
import type { BodyOf } from '../core/events.ts';
import type { Slot } from './runner-summary.ts';

/** What one runner sent, and how far its clock is ahead of the run's, in milliseconds. */
export interface TimedSlots {
  readonly slots: readonly Slot[];
  readonly offset: Bounds;
}

type LoadEvent = BodyOf<'load'>;

/**
 * The load of all runners together on the run's time axis. Counts add up; of latencies the worst is kept, since percentiles cannot be joined. Each says by how much its times may be off.
 */
export function joinRunners(runners: readonly TimedSlots[]): readonly LoadEvent[] {
  const placed = runners.flatMap(({ slots, offset }) =>
    slots.map((slot) => ({ ...slot, at: slot.from - offset.best, errorMs: (offset.high - offset.low) / 2 })),
  );
  const together = Map.groupBy(placed, ({ at, from, to }) => Math.round(at / (to - from)));
  return [...together]
    .toSorted(([one], [other]) => one - other)
    .map(([, same]) => {
      const from = same.reduce((sum, { at }) => sum + at, 0) / same.length;
      const worst = (pick: (slot: Slot) => number): number => Math.max(...same.map(pick));
      const sum = (pick: (slot: Slot) => number): number => same.reduce((so, slot) => so + pick(slot), 0);
      return {
        type: 'load',
        from,
        to: from + worst(({ from: begin, to }) => to - begin),
        requests: sum(({ requests }) => requests),
        failed: sum(({ failed }) => failed),
        p50Ms: worst(({ p50Ms }) => p50Ms),
        p95Ms: worst(({ p95Ms }) => p95Ms),
        maxMs: worst(({ maxMs }) => maxMs),
        uncertainMs: Math.max(...same.map(({ at, errorMs }) => Math.abs(at - from) + errorMs)),
      };
    });
}
