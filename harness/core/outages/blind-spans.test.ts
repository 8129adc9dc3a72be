import { expect, test } from 'vitest';
import { isMostlyBlind, mergeSpans } from './blind-spans.ts';

const spans = mergeSpans([
  { start: 500, end: 600 },
  { start: 100, end: 200 },
  { start: 150, end: 300 },
]);

test('overlapping spans are joined and in order', () => {
  expect(spans).toEqual([
    { start: 100, end: 300 },
    { start: 500, end: 600 },
  ]);
});

test('a stretch is mostly blind when half of it lies in spans', () => {
  expect(isMostlyBlind({ start: 50, end: 150 }, spans)).toBe(true);
  expect(isMostlyBlind({ start: 40, end: 150 }, spans)).toBe(false);
  expect(isMostlyBlind({ start: 0, end: 600 }, spans)).toBe(true);
  expect(isMostlyBlind({ start: 310, end: 310 }, spans)).toBe(false);
  expect(isMostlyBlind({ start: 250, end: 250 }, spans)).toBe(true);
});
