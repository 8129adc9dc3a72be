import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cronFires } from './quartz-cron.ts';
import { describeQuartzProblem, quartzFires } from './quartz-fires.ts';

/** A Monday. */
const noon = Date.UTC(2026, 10, 23, 12);
const DAY = 86_400_000;

function firesOf(expression: string, timeZone: string, from: number, to: number): string[] {
  return quartzFires(expression, timeZone)
    .between(from, to)
    .map((at) => new Date(at).toISOString().slice(0, 19));
}

describe('the fires of a Quartz expression', () => {
  test.each([
    [
      'weekdays by name',
      '0 0 9 ? * MON-FRI',
      'UTC',
      ['2026-11-24', '2026-11-25', '2026-11-26', '2026-11-27', '2026-11-30'],
    ],
    ['Sunday is 1', '0 0 9 ? * 1', 'UTC', ['2026-11-29']],
    ['a range that wraps', '0 0 9 ? * SAT-MON', 'UTC', ['2026-11-28', '2026-11-29', '2026-11-30']],
    ['the last day of the month', '0 0 9 L * ?', 'UTC', ['2026-11-30']],
    ['the last Friday', '0 0 9 ? * 6L', 'UTC', ['2026-11-27']],
    ['the fourth Thursday', '0 0 9 ? * THU#4', 'UTC', ['2026-11-26']],
    ['a year to come', '0 0 9 * * ? 2027', 'UTC', []],
    ['this year', '0 0 9 24 11 ? 2026-2027', 'UTC', ['2026-11-24']],
  ])('%s', (_what, expression, zone, days) => {
    expect(firesOf(expression, zone, noon, noon + 7 * DAY)).toEqual(days.map((day) => `${day}T09:00:00`));
  });

  test('both ends of the span are included', () => {
    expect(firesOf('0 0 12 * * ?', 'UTC', noon, noon + DAY)).toHaveLength(2);
    expect(firesOf('0 0 12 * * ?', 'UTC', noon + 1, noon + DAY - 1)).toEqual([]);
  });

  test('the time zone decides, also before and after its clocks change', () => {
    const spring = Date.UTC(2026, 2, 28);
    expect(firesOf('0 30 9 * * ?', 'Europe/Berlin', spring, spring + 2 * DAY)).toEqual([
      '2026-03-28T08:30:00',
      '2026-03-29T07:30:00',
    ]);
  });

  test('an hour that is skipped, or told twice, is not judged; the hours around it are', () => {
    const spring = Date.UTC(2026, 2, 29);
    expect(firesOf('0 30 2 * * ?', 'Europe/Berlin', spring, spring + DAY / 2)).toEqual([]);
    const autumn = Date.UTC(2026, 9, 25);
    expect(firesOf('0 30 1-3 * * ?', 'Europe/Berlin', autumn - DAY / 4, autumn + DAY / 2)).toEqual([
      '2026-10-24T23:30:00',
      '2026-10-25T02:30:00',
    ]);
  });

  test('a zone that is half an hour aside', () => {
    expect(firesOf('0 0 9 * * ?', 'Asia/Kolkata', noon, noon + DAY)).toEqual(['2026-11-24T03:30:00']);
  });

  test.each(['0 0 * * *', 'x 0 0 * * ?', '0 61 0 * * ?', '0 0 0 15W * ?', '0 0 0 ? * FOO', '0 0/0 * * * ?', ''])(
    '"%s" is refused by its text',
    (expression) => expect(() => quartzFires(expression, 'UTC')).toThrow(`"${expression}"`),
  );

  test('a zone that is none is refused', () => {
    expect(describeQuartzProblem('0 0 0 * * ?', 'Mars/Base')).toContain('Mars/Base');
    expect(describeQuartzProblem('0 0 0 * * ?', 'UTC')).toBeUndefined();
  });

  test('agrees with an independent library wherever both can compute', () => {
    const field = (max: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.nat(max).map(String),
        fc.tuple(fc.nat(max), fc.integer({ min: 1, max: 30 })).map(([from, step]) => `${from}/${step}`),
        fc.tuple(fc.nat(max), fc.nat(max)).map(([a, b]) => `${Math.min(a, b)}-${Math.max(a, b)}`),
      );
    const zones = fc.constantFrom('UTC', 'Europe/Berlin', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe');
    // In November no clock changes after the 2nd.
    const start = fc.integer({ min: Date.UTC(2026, 10, 4), max: Date.UTC(2026, 10, 26) });
    fc.assert(
      fc.property(field(59), field(23), zones, start, (minute, hour, zone, from) => {
        const expression = `7 ${minute} ${hour} * * ?`;
        const to = from + DAY / 4;
        expect(quartzFires(expression, zone).between(from, to)).toEqual(cronFires(expression, zone, from, to));
      }),
      { numRuns: 50 },
    );
  });
});
