import { between, type Bounds } from '../bounds.ts';
import type { History } from '../history.ts';

/** Translates between the database's clock (milliseconds since 1970) and the run's. */
export interface DatabaseClock {
  /** When the database's clock showed `epochMs`, on the run's clock. */
  toRun(epochMs: number): Bounds;
  /** What the database's clock showed at an instant of the run, at the earliest and at the latest. */
  toEpoch(atMs: number): Bounds;
}

/** From all readings of the database's clock, so that its drift widens the bounds; undefined when it was never read. */
export function databaseClock(history: History): DatabaseClock | undefined {
  const readings = history.all('clock.read');
  if (readings.length === 0) return undefined;
  // A reading was taken at some instant of [start, end].
  const low = readings.reduce((least, { epochMs, end }) => Math.min(least, epochMs - end), Infinity);
  const high = readings.reduce((most, { epochMs, start }) => Math.max(most, epochMs - start), -Infinity);
  return {
    toRun: (epochMs) => between(epochMs - high, epochMs - low),
    toEpoch: (atMs) => between(atMs + low, atMs + high),
  };
}
