import { ChaosError } from './errors.ts';

/** What a Quartz expression allows, field by field. */
export interface QuartzFields {
  readonly seconds: ReadonlySet<number>;
  readonly minutes: ReadonlySet<number>;
  readonly hours: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  hasDayOfMonth(date: Date): boolean;
  hasDayOfWeek(date: Date): boolean;
  hasYear(year: number): boolean;
}

interface Range {
  readonly min: number;
  readonly max: number;
  /** Words for values, the first for `min`. */
  readonly words?: readonly string[];
}

const SECONDS: Range = { min: 0, max: 59 };
const HOURS: Range = { min: 0, max: 23 };
const DAYS: Range = { min: 1, max: 31 };
const MONTHS: Range = {
  min: 1,
  max: 12,
  words: ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'],
};
/** Quartz counts from Sunday = 1. */
const WEEKDAYS: Range = { min: 1, max: 7, words: ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'] };
const YEARS: Range = { min: 1970, max: 2099 };

/**
 * Reads a Quartz expression of six or seven fields: second, minute, hour, day of month, month, day of week, year.
 * @throws ChaosError `config` that names the expression and the part that is not understood.
 */
export function parseQuartz(expression: string): QuartzFields {
  const [seconds, minutes, hours, days, months, weekdays, years, ...more] = expression
    .trim()
    .toUpperCase()
    .split(/\s+/);
  if (weekdays === undefined || more.length > 0) fail(expression, 'six or seven fields are expected');
  const setOf = (text: string | undefined, range: Range): ReadonlySet<number> => {
    const values = parseSet(text ?? '*', range);
    return values ?? fail(expression, `"${text}" is not understood`);
  };
  const isAny = (text: string | undefined): boolean => text === undefined || text === '*' || text === '?';
  return {
    seconds: setOf(seconds, SECONDS),
    minutes: setOf(minutes, SECONDS),
    hours: setOf(hours, HOURS),
    months: setOf(months, MONTHS),
    hasYear: isAny(years) ? () => true : has(setOf(years, YEARS)),
    hasDayOfMonth: isAny(days) ? () => true : dayOfMonth(days ?? '', (text) => setOf(text, DAYS)),
    hasDayOfWeek: isAny(weekdays) ? () => true : dayOfWeek(weekdays, (text) => setOf(text, WEEKDAYS)),
  };
}

function has(values: ReadonlySet<number>): (value: number) => boolean {
  return (value) => values.has(value);
}

type ParseSet = (text: string) => ReadonlySet<number>;

function dayOfMonth(text: string, parse: ParseSet): (date: Date) => boolean {
  const fromEnd = /^L(?:-(\d+))?$/.exec(text);
  if (fromEnd !== null) return (date) => date.getUTCDate() === lastDay(date) - Number(fromEnd[1] ?? 0);
  const values = parse(text);
  return (date) => values.has(date.getUTCDate());
}

function dayOfWeek(text: string, parse: ParseSet): (date: Date) => boolean {
  const isOneOf = (values: ReadonlySet<number>, date: Date): boolean => values.has(date.getUTCDay() + 1);
  const last = /^(\w+)L$/.exec(text)?.[1];
  if (last !== undefined) {
    const values = parse(last);
    return (date) => isOneOf(values, date) && date.getUTCDate() > lastDay(date) - 7;
  }
  const [, weekday, nth] = /^(\w+)#([1-5])$/.exec(text) ?? [];
  if (weekday !== undefined) {
    const values = parse(weekday);
    return (date) => isOneOf(values, date) && Math.ceil(date.getUTCDate() / 7) === Number(nth);
  }
  // `L` alone is Saturday, the last day of Quartz' week.
  const values = parse(text === 'L' ? 'SAT' : text);
  return (date) => isOneOf(values, date);
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
}

/** Lists of values, ranges (also such as wrap) and steps; undefined when one of them is none. */
function parseSet(text: string, range: Range): ReadonlySet<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(',')) {
    const [, first, last, step] = /^(\*|\w+)(?:-(\w+))?(?:\/(\d+))?$/.exec(part) ?? [];
    if (first === undefined) return undefined;
    const from = first === '*' ? range.min : valueOf(first, range);
    const endsAtMax = first === '*' || (last === undefined && step !== undefined);
    const to = endsAtMax ? range.max : last === undefined ? from : valueOf(last, range);
    const by = step === undefined ? 1 : Number(step);
    if (from === undefined || to === undefined || by < 1) return undefined;
    const size = range.max - range.min + 1;
    const span = to >= from ? to - from : to - from + size;
    for (let at = 0; at <= span; at += by) values.add(((from - range.min + at) % size) + range.min);
  }
  return values;
}

function valueOf(text: string, { min, max, words = [] }: Range): number | undefined {
  const word = words.indexOf(text);
  const value = word < 0 ? Number(text) : word + min;
  return Number.isInteger(value) && value >= min && value <= max ? value : undefined;
}

function fail(expression: string, why: string): never {
  throw new ChaosError({ code: 'config', message: `The fires of "${expression}" cannot be computed: ${why}.` });
}
