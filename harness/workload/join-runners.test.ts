import { expect, test } from 'vitest';
import { between } from '../core/bounds.ts';
import { joinRunners } from './join-runners.ts';
import type { Slot } from './runner-summary.ts';

const slot = (from: number, more: Partial<Slot> = {}): Slot => ({
  from,
  to: from + 5000,
  requests: 50,
  failed: 0,
  p50Ms: 1,
  p95Ms: 2,
  maxMs: 3,
  ...more,
});

test('clocks that are hours apart are put on one axis, with how far off it may be', () => {
  const [first, second] = joinRunners([
    { slots: [slot(1_000_000), slot(1_005_000)], offset: between(989_000, 991_000) },
    {
      slots: [slot(8_005_000, { failed: 7, maxMs: 900 }), slot(8_000_000)],
      offset: between(7_989_900, 7_990_300),
    },
  ]);
  expect(first).toMatchObject({ type: 'load', from: 9950, to: 14_950, requests: 100, failed: 0, uncertainMs: 1050 });
  expect(second).toMatchObject({ from: 14_950, requests: 100, failed: 7, maxMs: 900, p95Ms: 2 });
});

test('none of their requests is counted twice or left out, and each is within what is said of its time', () => {
  const offsets = [between(0, 4000), between(1300, 1500), between(2400, 2600)];
  const runners = offsets.map((offset) => ({ offset, slots: [0, 5000, 10_000].map((from) => slot(from)) }));
  const joined = joinRunners(runners);
  expect(joined.reduce((sum, { requests }) => sum + requests, 0)).toBe(3 * 3 * 50);
  for (const { slots, offset } of runners) {
    for (const { from } of slots) {
      const isCovered = joined.some(
        (one) =>
          one.from - (one.uncertainMs ?? 0) <= from - offset.high &&
          one.from + (one.uncertainMs ?? 0) >= from - offset.low,
      );
      expect(isCovered, `${from} of ${offset.best}`).toBe(true);
    }
  }
});
