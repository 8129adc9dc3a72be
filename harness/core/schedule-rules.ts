/** How Airbyte follows the schedules of connections (facts: airbyte.md §5). */
import { quartzFires, type QuartzFires } from './quartz-fires.ts';

/**
 * How late a scheduled job may be made, in milliseconds: one activity may take 120 s and is tried again after 30 s (facts §3.3); the rest is for
 * clocks that differ.
 */
export const GRACE_MS = 180_000;
/** A worker whose clock is ahead makes a job before its fire. */
export const EARLY_MS = 5000;
/** A cron schedule passes over fires this soon after a start (facts §5). */
export const AFTER_START_MS = 60_000;

/** In milliseconds since 1970. */
export interface JobTimes {
  readonly startedAt: number;
  /** Undefined while it is open. */
  readonly endedAt: number | undefined;
}

/** Until then a job stands for what its cron schedule prescribes: Airbyte makes none beside one that runs. In milliseconds since 1970. */
export function coversUntil({ startedAt, endedAt }: JobTimes): number {
  return endedAt === undefined ? Infinity : Math.max(endedAt, startedAt + AFTER_START_MS);
}

const known = new Map<string, QuartzFires>();

/** Many connections have the same expression, and all are asked at each look. */
export function firesOf(expression: string, timeZone: string): QuartzFires {
  const key = `${timeZone} ${expression}`;
  let fires = known.get(key);
  if (fires === undefined) {
    if (known.size > 5000) known.clear();
    fires = quartzFires(expression, timeZone);
    known.set(key, fires);
  }
  return fires;
}
