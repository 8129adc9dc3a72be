import { expect, test } from 'vitest';
import { cronFires } from './quartz-cron.ts';

const noon = Date.UTC(2026, 10, 23, 12);
const seconds = (...all: number[]): number[] => all.map((second) => noon + second * 1000);

test('every fire of a span is found, both ends included', () => {
  expect(cronFires('0/4 * * * * ?', 'UTC', noon, noon + 12_000)).toEqual(seconds(0, 4, 8, 12));
  expect(cronFires('0/4 * * * * ?', 'UTC', noon + 1, noon + 11_999)).toEqual(seconds(4, 8));
});

test('a step counts from its first value, and begins again with the minute', () => {
  expect(cronFires('13/20 * * * * ?', 'UTC', noon, noon + 75_000)).toEqual(seconds(13, 33, 53, 73));
});

test('the time zone decides the hour', () => {
  expect(cronFires('0 0 13 * * ?', 'Europe/Berlin', noon - 60_000, noon + 60_000)).toEqual([noon]);
});

test('a span without a fire has none', () => {
  expect(cronFires('0 0 0 * * ?', 'UTC', noon, noon + 60_000)).toEqual([]);
});

test.each(['0 0 * * *', '0 0 0 ? * 2', '0 0 0 * * ? 2027', 'x 0 0 * * ?'])('"%s" is refused', (expression) => {
  expect(() => cronFires(expression, 'UTC', noon, noon + 1000)).toThrow(expression);
});
