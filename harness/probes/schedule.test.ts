import { expect, test } from 'vitest';
import { phaseShiftMs, Schedule } from './schedule.ts';

test('ticks come in the order in which they are due, each on its own series', () => {
  const schedule = new Schedule<string>();
  schedule.add('slow', 100, 5);
  schedule.add('fast', 30, 10);
  const taken: [string, number][] = [];
  for (let now = 0; now <= 110; now += 1) {
    for (let tick = schedule.take(now); tick !== undefined; tick = schedule.take(now)) {
      taken.push([tick.item, tick.intended]);
    }
  }
  expect(taken).toEqual([
    ['slow', 5],
    ['fast', 10],
    ['fast', 40],
    ['fast', 70],
    ['fast', 100],
    ['slow', 105],
  ]);
});

test('after a stall only the newest place is taken, and the older ones are a hole', () => {
  const schedule = new Schedule<string>();
  schedule.add('api', 50, 0);
  expect(schedule.take(0)?.intended).toBe(0);
  expect(schedule.take(223)).toEqual({ item: 'api', intended: 200, overdueSince: 50 });
  expect(schedule.take(223)).toBeUndefined();
  expect(schedule.nextDue).toBe(250);
});

test('the series does not drift over a day', () => {
  const schedule = new Schedule<string>();
  schedule.add('api', 0.1 + 0.2, 0);
  schedule.take(86_400_000);
  expect(schedule.nextDue % (0.1 + 0.2)).toBeLessThan(1e-3);
});

test('what is removed is not taken any more, and the rest still is', () => {
  const schedule = new Schedule<number>();
  for (let item = 0; item < 20; item += 1) schedule.add(item, 100, 20 - item);
  schedule.remove(7);
  const items: number[] = [];
  for (let tick = schedule.take(50); tick !== undefined; tick = schedule.take(50)) items.push(tick.item);
  expect(items).toEqual([19, 18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 6, 5, 4, 3, 2, 1, 0]);
});

test('phases lie within the period and within a second', () => {
  for (let index = 0; index < 500; index += 1) {
    expect(phaseShiftMs(index, 50)).toBeLessThan(50);
    expect(phaseShiftMs(index, 60_000)).toBeLessThan(1000);
  }
});
