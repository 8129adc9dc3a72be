import { expect, test } from 'vitest';
import { freezeAt } from './change-freeze.ts';
import { CONFIG } from './testing/an-attempt.ts';

test.each([
  ['2026-12-19T23:59:59Z', 'weekend'], // a Saturday
  ['2026-12-20T00:00:00Z', 'end of year'],
  ['2027-01-03T23:59:59Z', 'end of year'],
  ['2027-01-04T00:00:00Z', undefined], // a Monday, and its first moment is free
  ['2026-11-27T22:59:59Z', undefined], // 23:59:59 on a Friday in Berlin
  ['2026-11-27T23:00:00Z', 'weekend'],
  ['2026-11-29T22:59:59Z', 'weekend'],
  ['2026-11-29T23:00:00Z', undefined],
  // Berlin is two hours ahead in summer.
  ['2026-07-03T21:59:59Z', undefined],
  ['2026-07-03T22:00:00Z', 'weekend'],
  // A night belongs to the day on which it begins.
  ['2026-11-30T21:59:59Z', undefined],
  ['2026-11-30T22:00:00Z', 'night'],
  ['2026-12-01T05:59:59Z', 'night'],
  ['2026-12-01T06:00:00Z', undefined],
  ['2026-11-30T05:00:00Z', undefined],
])('%s: %s', (moment, reason) => {
  expect(freezeAt(CONFIG.freezes, Date.parse(moment))?.reason).toBe(reason);
});

test('a day without hours is the whole day, without a zone in UTC', () => {
  const freezes = [{ reason: 'friday', days: ['friday' as const] }];
  expect(freezeAt(freezes, Date.parse('2026-11-27T00:00:00Z'))?.reason).toBe('friday');
  expect(freezeAt(freezes, Date.parse('2026-11-27T23:59:59Z'))?.reason).toBe('friday');
  expect(freezeAt(freezes, Date.parse('2026-11-28T00:00:00Z'))).toBeUndefined();
});
