import { ChaosError } from './errors.ts';

const HOUR_MS = 3_600_000;

/** A time zone that can be asked for its offset; answers are kept by the hour. */
export interface ZoneClock {
  readonly format: Intl.DateTimeFormat;
  readonly known: Map<number, number>;
}

const clocks = new Map<string, ZoneClock>();

/** @throws ChaosError `config` for a name that is no time zone. */
export function zoneClock(timeZone: string): ZoneClock {
  const kept = clocks.get(timeZone);
  if (kept !== undefined) return kept;
  try {
    const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
    const clock = { format, known: new Map<number, number>() };
    clocks.set(timeZone, clock);
    return clock;
  } catch (cause) {
    throw new ChaosError({ code: 'config', message: `"${timeZone}" is no time zone.`, cause });
  }
}

/** How far local time is ahead of UTC at an instant, in milliseconds. Clocks change on the quarter of an hour at the earliest. */
export function offsetAt(clock: ZoneClock, epochMs: number): number {
  const slot = Math.floor(epochMs / (HOUR_MS / 4));
  const kept = clock.known.get(slot);
  if (kept !== undefined) return kept;
  const name =
    clock.format.formatToParts(slot * (HOUR_MS / 4)).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours = '0', minutes = '0', seconds = '0'] = /GMT([+-])(\d+):(\d+)(?::(\d+))?/.exec(name) ?? [];
  const size = (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000;
  const offset = sign === '-' ? -size : size;
  // A monitor runs for months: what it once asked is not kept for ever.
  if (clock.known.size > 10_000) clock.known.clear();
  clock.known.set(slot, offset);
  return offset;
}
