import { WEEKDAYS, type ChangeFreeze } from './cluster-config.ts';

/** The first freeze that holds at that moment (milliseconds since 1970); undefined when there is none. */
export function freezeAt(freezes: readonly ChangeFreeze[], atMs: number): ChangeFreeze | undefined {
  return freezes.find((freeze) => isFrozen(freeze, atMs));
}

/** A freeze holds from its first moment to before its last. One that goes over midnight belongs to the day on which it begins. */
function isFrozen(
  { from, until, days, between = ['00:00', '24:00'], timeZone = 'UTC' }: ChangeFreeze,
  atMs: number,
): boolean {
  if (from !== undefined && until !== undefined) return atMs >= Date.parse(from) && atMs < Date.parse(until);
  if (days === undefined) return false;
  const { weekday, minutes } = localTime(atMs, timeZone);
  const [begins, ends] = [minutesOf(between[0]), minutesOf(between[1])];
  const isDay = (index: number): boolean => days.some((day) => WEEKDAYS.indexOf(day) === (index + 7) % 7);
  if (begins < ends) return isDay(weekday) && minutes >= begins && minutes < ends;
  return (isDay(weekday) && minutes >= begins) || (isDay(weekday - 1) && minutes < ends);
}

/** Making one takes a hundred times as long as using it. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone);
  if (known !== undefined) return known;
  const options = { timeZone, weekday: 'long', hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
  const made = new Intl.DateTimeFormat('en-GB', options);
  formats.set(timeZone, made);
  return made;
}

function localTime(atMs: number, timeZone: string): { readonly weekday: number; readonly minutes: number } {
  const parts = formatOf(timeZone).formatToParts(atMs);
  const text = new Map(parts.map(({ type, value }) => [type, value]));
  return {
    weekday: WEEKDAYS.findIndex((day) => day === text.get('weekday')?.toLowerCase()),
    minutes: Number(text.get('hour')) * 60 + Number(text.get('minute')),
  };
}

function minutesOf(timeOfDay: string): number {
  const [hours = 0, minutes = 0] = timeOfDay.split(':').map(Number);
  return hours * 60 + minutes;
}
