import { ChaosError } from './errors.ts';
import { parseQuartz, type QuartzFields } from './quartz-fields.ts';
import { offsetAt, zoneClock, type ZoneClock } from './zone-clock.ts';

const DAY_MS = 86_400_000;

/** The fires of one Quartz expression in its time zone. */
export interface QuartzFires {
  /**
   * Every fire in [fromMs, toMs], in milliseconds since 1970, oldest first. Of a day on which the clocks change, fires in an hour that is skipped or
   * told twice are left out: versions differ in what they do then.
   */
  between(fromMs: number, toMs: number): readonly number[];
}

/**
 * A Quartz expression of six or seven fields, as users write them: names, ranges that wrap, steps, `L` and `#`.
 * A thousand fires take less than a millisecond, so that every schedule of an Airbyte can be followed at each look.
 * @throws ChaosError `config` when the expression or the time zone cannot be read, or has `W`.
 */
export function quartzFires(expression: string, timeZone: string): QuartzFires {
  const fields = parseQuartz(expression);
  const zone = zoneClock(timeZone);
  const times = timesOfDay(fields);
  return {
    between(fromMs, toMs) {
      const found: number[] = [];
      const firstDay = Math.floor((fromMs + offsetAt(zone, fromMs)) / DAY_MS);
      const lastDay = Math.floor((toMs + offsetAt(zone, toMs)) / DAY_MS);
      for (let day = firstDay; day <= lastDay; day += 1) {
        if (!isDayOf(fields, day)) continue;
        for (const at of firesOfDay(zone, day, times)) if (at >= fromMs && at <= toMs) found.push(at);
      }
      return found;
    },
  };
}

function timesOfDay({ hours, minutes, seconds }: QuartzFields): readonly number[] {
  const times: number[] = [];
  for (const hour of hours) {
    for (const minute of minutes) for (const second of seconds) times.push((hour * 3600 + minute * 60 + second) * 1000);
  }
  return times;
}

/** `day`: whole days of local time since 1970. */
function isDayOf(fields: QuartzFields, day: number): boolean {
  const date = new Date(day * DAY_MS);
  return (
    fields.hasYear(date.getUTCFullYear()) &&
    fields.months.has(date.getUTCMonth() + 1) &&
    fields.hasDayOfMonth(date) &&
    fields.hasDayOfWeek(date)
  );
}

function firesOfDay(zone: ZoneClock, day: number, times: readonly number[]): readonly number[] {
  const localStart = day * DAY_MS;
  const before = offsetAt(zone, localStart - DAY_MS / 2 - offsetAt(zone, localStart));
  const after = offsetAt(zone, localStart + 1.5 * DAY_MS - before);
  if (before === after) return times.map((time) => localStart + time - before);
  // The clocks change around this day: an instant counts when exactly one offset leads to it.
  return times.flatMap((time) => {
    const local = localStart + time;
    const fitting = [...new Set([before, after])].filter((offset) => offsetAt(zone, local - offset) === offset);
    const [only] = fitting;
    return fitting.length === 1 && only !== undefined ? [local - only] : [];
  });
}

/** Whether an expression and a time zone can be read. */
export function describeQuartzProblem(expression: string, timeZone: string): string | undefined {
  try {
    quartzFires(expression, timeZone);
    return undefined;
  } catch (error) {
    if (error instanceof ChaosError) return error.message;
    throw error;
  }
}
