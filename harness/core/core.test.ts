import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { elapsed } from './bounds.ts';
import { formatMillis, toMillis } from './duration.ts';
import { ChaosError, describeError } from './errors.ts';
import { identifyProcess, isSameProcessAlive, signalProcess } from './process-identity.ts';
import { seededRandom } from './random.ts';
import { replayRetryPolicy, type EndedAttempt } from './retry-policy.ts';
import { countIn, formatRanges, subtractRanges, toRanges } from './sequence.ts';
import { combineVerdicts, judgeAgainstLimit } from './verdict.ts';

describe('durations', () => {
  test.each([
    ['50ms', 50],
    ['1.5s', 1500],
    ['10m', 600_000],
    ['2h', 7_200_000],
  ])('%s is %d ms', (text, ms) => expect(toMillis(text)).toBe(ms));

  test.each(['5', '5 s', 's', '-1s', '1w', ''])('"%s" is refused with a sentence', (text) => {
    expect(() => toMillis(text)).toThrow(/is not a duration/);
  });

  test('are written for people', () => {
    expect([340, 12_400, 185_000, 3_720_000].map(formatMillis)).toEqual([
      '340 ms',
      '12.4 s',
      '3 min 05 s',
      '1 h 02 min',
    ]);
  });
});

describe('verdicts', () => {
  test('one fail decides, else one unknown, and nothing is not a pass', () => {
    expect(combineVerdicts(['pass', 'unknown', 'fail'])).toBe('fail');
    expect(combineVerdicts(['pass', 'unknown'])).toBe('unknown');
    expect(combineVerdicts([])).toBe('unknown');
    expect(combineVerdicts(['pass'])).toBe('pass');
  });

  test('bounds that straddle the limit are unknown', () => {
    expect(judgeAgainstLimit({ low: 1, best: 2, high: 3 }, 3)).toBe('pass');
    expect(judgeAgainstLimit({ low: 4, best: 5, high: 6 }, 3)).toBe('fail');
    expect(judgeAgainstLimit({ low: 2, best: 3, high: 4 }, 3)).toBe('unknown');
    expect(judgeAgainstLimit({ low: 2, best: Infinity, high: Infinity }, 3)).toBe('unknown');
  });

  test('the time between two uncertain instants contains every possible truth', () => {
    fc.assert(
      fc.property(
        fc.tuple(fc.nat(1000), fc.nat(100), fc.nat(1000), fc.nat(100)),
        ([start, startWidth, gap, endWidth]) => {
          const from = { low: start, best: start, high: start + startWidth };
          const end = from.high + gap;
          const to = { low: end, best: end, high: end + endWidth };
          const time = elapsed(from, to);
          return time.low <= to.low - from.high && time.high >= to.high - from.low && time.low <= time.high;
        },
      ),
    );
  });
});

describe('sequence numbers', () => {
  const numbers = fc.uniqueArray(fc.nat(200), { maxLength: 100 });

  test('ranges hold exactly the numbers', () => {
    fc.assert(fc.property(numbers, (list) => countIn(toRanges(list)) === list.length));
  });

  test('the difference of two sets of ranges is the difference of the sets', () => {
    fc.assert(
      fc.property(numbers, numbers, (a, b) => {
        const inB = new Set(b);
        expect(subtractRanges(toRanges(a), toRanges(b))).toEqual(toRanges(a.filter((value) => !inB.has(value))));
      }),
    );
  });

  test('many ranges are cut short with their number', () => {
    expect(formatRanges(toRanges([1, 2, 5, 8]), 2)).toBe('1–2, 5 … and 1 more ranges');
  });
});

describe('retry policies', () => {
  const failure: EndedAttempt = { hasFailed: true, hasProgress: false, isConfigError: false };
  const documented = { kind: 'exponential', attempts: 3, initialSeconds: 5, factor: 2, maxSeconds: 60 } as const;
  const airbyte = {
    kind: 'airbyte',
    completeSuccessive: 5,
    completeTotal: 10,
    partialSuccessive: 1000,
    partialTotal: 20,
    minSeconds: 10,
    maxSeconds: 1800,
    base: 3,
  } as const;
  const waits = (decisions: ReturnType<typeof replayRetryPolicy>): (number | string)[] =>
    decisions.map((decision) => (decision.kind === 'retry' ? decision.waitSeconds : 'stop'));

  test('the documented one waits 5 and 10 seconds and stops after three attempts', () => {
    expect(waits(replayRetryPolicy(documented, [failure, failure, failure]))).toEqual([5, 10, 'stop']);
  });

  test("Airbyte's waits 10, 30, 90 and 270 seconds and stops after five complete failures in a row", () => {
    expect(waits(replayRetryPolicy(airbyte, [failure, failure, failure, failure, failure]))).toEqual([
      10,
      30,
      90,
      270,
      'stop',
    ]);
  });

  test("Airbyte's does not wait after a partial failure and begins counting anew", () => {
    const partial = { ...failure, hasProgress: true };
    expect(waits(replayRetryPolicy(airbyte, [failure, failure, partial, failure]))).toEqual([10, 30, 0, 10]);
  });

  test.each([documented, airbyte])('a configuration error is never retried ($kind)', (policy) => {
    expect(waits(replayRetryPolicy(policy, [{ ...failure, isConfigError: true }]))).toEqual(['stop']);
  });
});

test('the same seed gives the same choices', () => {
  const draw = (seed: number): number[] => {
    const random = seededRandom(seed);
    return Array.from({ length: 20 }, () => random.next());
  };
  expect(draw(7)).toEqual(draw(7));
  expect(draw(7)).not.toEqual(draw(8));
});

describe('process identities', () => {
  test('a process id with another start time is not the same process, and is not signalled', () => {
    const self = identifyProcess(process.pid);
    expect(self).toBeDefined();
    if (self === undefined) return;
    expect(isSameProcessAlive(self)).toBe(true);
    const other = { pid: self.pid, startTicks: self.startTicks + 1 };
    expect(isSameProcessAlive(other)).toBe(false);
    expect(signalProcess(other, 'SIGKILL')).toBe(false);
  });
});

test('an error says what was not achieved, after how long, and what was seen last', () => {
  const error = new ChaosError({
    code: 'platform',
    message: 'It did not start.',
    afterMs: 1500,
    lastState: 'port closed',
  });
  expect(describeError(error)).toBe('It did not start. (after 1.5 s) Last seen: port closed.');
  expect(error.exitCode).toBe(70);
});
