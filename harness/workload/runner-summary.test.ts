import fc from 'fast-check';
import { expect, test } from 'vitest';
import { absoluteSlots, clockOffset, readSummary, type RunnerSummary } from './runner-summary.ts';

/*
 * How it could lie: read a log that broke off as one without failures; put what a runner saw at another time than it can have been; be sure of a clock that was set.
 */

/** As k6 1.1.0 wrote it, one of two runners, ended with SIGTERM after 14 s. */
const RECORDED = `
chaos-load-summary {"version":1,"endedAtMs":1795892429711,"slotMs":5000,"slotCount":360,"requests":148,"failed":7,"dropped":0,"statuses":[[503,7]],"slots":[[3,52,2,0.98,4.39,9.63],[4,50,3,0.82,2.28,5.40],[5,46,2,0.72,1.53,2.86]]}
test run was aborted because k6 received a 'terminated' signal
`;
const recorded = (): RunnerSummary => {
  const summary = readSummary(RECORDED);
  if (typeof summary === 'string') throw new Error(summary);
  return summary;
};

test('what k6 said is read, with the time of each slot on its clock', () => {
  expect(recorded()).toMatchObject({ requests: 148, failed: 7, statuses: [[503, 7]] });
  expect(absoluteSlots(recorded()).map(({ from, to, requests }) => [from, to, requests])).toEqual([
    [1_795_892_415_000, 1_795_892_420_000, 52],
    [1_795_892_420_000, 1_795_892_425_000, 50],
    [1_795_892_425_000, 1_795_892_430_000, 46],
  ]);
});

test('over the turn of the numbers the slots are in order', () => {
  const endedAtMs = 360 * 5000 * 1000 + 4000; // in slot 0
  const slots: RunnerSummary['slots'] = [0, 358, 359].map((number) => [number, 1, 0, 1, 1, 1]);
  const froms = absoluteSlots({ ...recorded(), endedAtMs, slots }).map(({ from }) => from);
  expect(froms).toEqual([-10_000, -5000, 0].map((ms) => 360 * 5000 * 1000 + ms));
});

test.each([
  ['nothing', '', 'without a summary and without a word'],
  ['only words', 'time="…" level=error msg="could not initialize"\n', 'its last words: time="…" level=error'],
  ['a line that broke off', RECORDED.slice(0, 200), 'torn'],
  ['counts that do not fit', RECORDED.replace('"requests":148', '"requests":150'), 'does not add up'],
  ['failures that do not fit', RECORDED.replace('"failed":7', '"failed":0'), 'does not add up'],
])('a log with %s is no result', (_what, log, said) => {
  expect(readSummary(log)).toContain(said);
});

test('whatever its clock says, the true offset is within the bounds', () => {
  const gap = fc.integer({ min: 0, max: 60_000 });
  const offsets = fc.integer({ min: -86_400_000, max: 86_400_000 }).map((ms) => 1_795_892_400_000 + ms);
  fc.assert(
    fc.property(offsets, gap, gap, gap, gap, fc.boolean(), (offset, toStart, ran, toEnd, toHear, isLooked) => {
      const started = toStart;
      const looked = started + ran;
      const ended = looked + toEnd;
      const slot = (atMs: number): number => Math.floor((atMs + offset) / 5000) % 360;
      const numbers = [...new Set([slot(started), slot(ended)])];
      const summary: RunnerSummary = {
        ...recorded(),
        endedAtMs: ended + offset,
        slots: numbers.map((number) => [number, 1, 0, 1, 1, 1]),
      };
      const times = { beforeStarted: 0, stillRan: isLooked ? looked : undefined, heard: ended + toHear };
      const found = clockOffset(summary, times);
      expect(found?.low).toBeLessThanOrEqual(offset);
      expect(found?.high).toBeGreaterThanOrEqual(offset);
      const widest = isLooked ? toEnd + toHear : Infinity;
      expect((found?.high ?? Infinity) - (found?.low ?? 0)).toBeLessThanOrEqual(widest);
    }),
  );
});

test('where it fits no offset, its clock was set, and nothing is said of its times', () => {
  // By its own clock its first request ended less than 15 s before its end; by ours 60 s at least.
  expect(clockOffset(recorded(), { beforeStarted: 100_000, stillRan: 40_000, heard: 90_000 })).toBeUndefined();
});
