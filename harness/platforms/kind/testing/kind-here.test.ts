import { expect, test } from 'vitest';
import { BEGIN_BY, whyTooLate } from './kind-here.ts';

const BY_SECONDS = 1_000_000;

test.each([
  [0, undefined],
  [15 * 60, undefined],
  [16 * 60, 'no time is left for it'],
  [60 * 60, 'no time is left for it'],
])('%i s after the set had to begin by', (laterSeconds, expected) => {
  expect(whyTooLate((BY_SECONDS + laterSeconds) * 1000, { [BEGIN_BY]: String(BY_SECONDS) })).toBe(expected);
});

test('who has not to be done by some time has all of it', () => {
  expect(whyTooLate(Number.MAX_SAFE_INTEGER, {})).toBeUndefined();
});
