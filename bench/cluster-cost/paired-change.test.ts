import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatCost, type Round } from './cost-table.ts';
import { changeOver, isUnder, orderOf, shareOver } from './paired-change.ts';
import type { Window } from './windows.ts';

/** Pairs on a base that drifts: what is compared is within each pair. */
function pairs(changes: readonly number[]): { away: number; attached: number }[] {
  return changes.map((change, index) => ({ away: 10 ** index, attached: 10 ** index * (1 + change) }));
}

test('a cluster that does 2 % more is under 5 %, however its base load drifts', () => {
  const change = changeOver(pairs([0.01, 0.02, 0.03, 0.02, 0.01, 0.02, 0.03, 0.04, 0.02]));
  expect(change.spread.median).toBeCloseTo(0.02);
  expect(change.spread.max).toBeCloseTo(0.04);
  expect(isUnder(change, 0.05)).toBe('yes');
});

test('a cluster that does 8 % more is not', () => {
  expect(isUnder(changeOver(pairs([0.08, 0.07, 0.09, 0.08, 0.06, 0.1])), 0.05)).toBe('no');
});

test('a limit within the noise, or too few pairs, leave it unknown', () => {
  expect(isUnder(changeOver(pairs([-0.1, 0.12, 0.02, -0.03, 0.09, 0.01])), 0.05)).toBe('unknown');
  const few = changeOver(pairs([0, 0, 0, 0, 0]));
  expect(few.interval).toEqual([-Infinity, Infinity]);
  expect(isUnder(few, 0.05)).toBe('unknown');
});

test.each([
  // Coverages of 96.9, 96.1, 97.9 and 96.5 %; with the next k they are 78.1, 82.0, 89.1 and 88.2 %.
  [6, 1],
  [9, 2],
  [10, 2],
  [15, 4],
])('with %i pairs the interval of the median goes from the %i. lowest to the same of the highest', (count, nth) => {
  const ranks = Array.from({ length: count }, (_, index) => index + 1);
  expect(changeOver(ranks.map((rank) => ({ away: 1, attached: 1 + rank }))).interval).toEqual([nth, count + 1 - nth]);
});

test('the order in which pairs come changes nothing', () => {
  const shares = fc.array(fc.double({ min: -0.5, max: 2, noNaN: true }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(shares, (changes) => {
      const measured = changes.map((change) => ({ away: 1, attached: 1 + change }));
      expect(changeOver(measured.toReversed())).toEqual(changeOver(measured));
    }),
  );
});

test('nothing to compare with is an error, not a change of nothing', () => {
  expect(() => changeOver([])).toThrow(RangeError);
  expect(() => changeOver([{ away: 0, attached: 3 }])).toThrow('Nothing was measured');
  expect(() => shareOver([{ part: 0, whole: 0 }])).toThrow('Nothing was measured');
});

test('a share is of the whole without the harness', () => {
  expect(shareOver([{ part: 3, whole: 60 }]).spread.median).toBeCloseTo(0.05);
});

test('the order of the windows alternates', () => {
  expect([0, 1, 2].map((round) => orderOf(round, ['away', 'attached']).join())).toEqual([
    'away,attached',
    'attached,away',
    'away,attached',
  ]);
});

function window(figures: Partial<Window>): Window {
  const idle = { ownRequestsPerSecond: 0, requestsToAttach: 0, ownCores: 0.01, samplesPerSecond: 0, badSamples: 0 };
  return { cores: 2, requestsPerSecond: 50, openRequests: 200, ...idle, ...figures };
}

test('the table answers each figure by itself', () => {
  const own = { ownRequestsPerSecond: 0.5, requestsToAttach: 9, ownCores: 0.1, samplesPerSecond: 60 };
  const rounds = Array.from({ length: 9 }, (_, round): Round => ({
    away: window({ cores: 2 + round / 10 }),
    attached: window({ ...own, cores: (2 + round / 10) * 1.1, requestsPerSecond: 50.5 + round, openRequests: 203 }),
  }));
  const cells = new Map(
    formatCost(rounds)
      .split('\n')
      .map((line) => line.split(/ {2,}/))
      .map(([name = '', ...rest]) => [name, rest]),
  );
  expect(cells.get('CPU of all nodes')).toEqual([
    '2.000 / 2.400 / 2.800 cores',
    '2.200 / 2.640 / 3.080 cores',
    '10.0 / 10.0 / 10.0 %',
    '10.0 to 10.0 %',
    'no',
  ]);
  expect(cells.get('requests, the API server’s count')?.slice(2)).toEqual([
    '1.0 / 9.0 / 17.0 %',
    '3.0 to 15.0 %',
    'unknown',
  ]);
  expect(cells.get('requests of the harness, its count')?.slice(2)).toEqual([
    '1.0 / 1.0 / 1.0 %',
    '1.0 to 1.0 %',
    'yes',
  ]);
  expect(cells.get('open watches')?.at(-1)).toBe('yes');
});
