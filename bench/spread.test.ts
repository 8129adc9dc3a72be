import { expect, test } from 'vitest';
import { formatSpread, meanOf, spreadOf } from './spread.ts';
import { formatTable } from './table.ts';

test('a spread has the ranks of its values', () => {
  const values = Array.from({ length: 200 }, (_, index) => 200 - index);
  expect(spreadOf(values)).toEqual({ count: 200, min: 1, median: 100, p99: 198, max: 200 });
  expect(formatSpread(spreadOf([3, 1, 2]), 1, 'ms')).toBe('1.0 / 2.0 / 3.0 ms');
  expect(meanOf([1, 2, 6])).toBe(3);
  expect(() => spreadOf([])).toThrow(RangeError);
});

test('a table has columns as wide as their widest cell', () => {
  expect(
    formatTable([
      ['a', 'long heading'],
      ['wider', 'x'],
    ]),
  ).toBe('a      long heading\n-----  ------------\nwider  x');
});
