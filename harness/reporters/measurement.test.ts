import { describe, expect, test } from 'vitest';
import { addLosses } from '../core/losses.ts';
import {
  formatBounds,
  formatCount,
  formatLimit,
  formatMeasured,
  formatRecovery,
  formatSeconds,
  formatWall,
  keepUnits,
} from './measurement.ts';
import { failingRun } from './testing/sample-run.ts';

describe('measured times are written for people', () => {
  test.each([
    [0, '0 ms'],
    [0.0194, '19 ms'],
    [0.9999, '1.00 s'],
    [19.0123, '19.01 s'],
    [341.129, '5 min 41.1 s'],
    [359.97, '6 min 00.0 s'],
    [3_725, '1 h 02 min'],
    [-6.5, '−6.50 s'],
  ])('%d seconds are %s', (seconds, text) => {
    expect(formatSeconds(seconds)).toBe(text);
  });

  test('a time comes with its bounds, and as a range when the estimate is not in the middle', () => {
    expect(formatMeasured({ low: 18.91, best: 19.01, high: 19.11 })).toBe('19.01 s ± 0.10 s');
    expect(formatMeasured({ low: 3.85, best: 3.885, high: 3.92 })).toBe('3.88 s ± 35 ms');
    expect(formatMeasured({ low: 18, best: 18.2, high: 20 })).toBe('18.2 s between 18.00 s and 20.00 s');
  });

  test('what was never seen to end is at least as long as it was watched', () => {
    expect(formatMeasured({ low: 312, best: null, high: null })).toBe('more than 5 min 12.0 s');
    expect(formatMeasured(null)).toBe('not seen');
    expect(formatBounds({ low: 3, best: 4, high: null })).toBe('at least 3.00 s');
  });

  test('limits, counts and dates read as people write them', () => {
    expect([30, 90, 300, 3600, 7200, 0.5].map(formatLimit)).toEqual([
      '30 s',
      '90 s',
      '5 min',
      '60 min',
      '2 h',
      '0.5 s',
    ]);
    expect([0, 999, 1000, 1_234_567, 1234.5].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567', '1,234.5']);
    expect(formatWall('2026-11-23T02:51:21.345Z')).toBe('23 Nov 2026, 02:51 UTC');
    expect(formatWall('yesterday')).toBe('yesterday');
    expect(keepUnits('after 5 min and 3 s of 4 steps')).toBe('after 5\u{A0}min and 3\u{A0}s of 4 steps');
  });
});

test.each([
  ['fail', 10.4, null, 'never'],
  ['fail', 301, null, 'more than 5 min 01.0 s'],
  ['unknown', 10.4, null, 'more than 10.40 s'],
  ['fail', 310, 310.1, '5 min 10.1 s ± 0.10 s'],
] as const)('a recovery that is a %s and was not seen for %d s', (verdict, low, best, text) => {
  const { journal } = failingRun();
  const [trial] = journal.trials;
  const measuredSeconds = { low, best, high: best === null ? null : best + 0.1 };
  const recovery = { verdict, measuredSeconds, fasterThanExpected: false };
  expect(trial && formatRecovery({ ...trial, recovery }, journal.objective)).toBe(text);
});

describe('losses', () => {
  test('add up over the trials', () => {
    const { trials } = failingRun().journal;
    expect(addLosses([...trials, ...trials])).toMatchObject({
      missingRecords: 240,
      producedRecords: 48_000,
      lostWrites: 0,
    });
  });

  test('are unknown when a ledger was never read', () => {
    const { trials } = failingRun().journal;
    const unread = trials.map((trial) => ({
      ...trial,
      ledgers: trial.ledgers.map((ledger) => ({ ...ledger, isRead: false })),
    }));
    expect(addLosses(unread).isEveryLedgerRead).toBe(false);
  });
});
