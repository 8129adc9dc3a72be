import { expect, test } from 'vitest';
import type { HeardRunner } from '../platforms/cluster/load/hear-runners.ts';
import { readRunner } from './cluster-load.ts';

/* How it could lie: give a runner that was not heard counts; give one whose clock was set times; be surer of a clock than what was seen allows. */

const ENDED = 1_795_892_430_000;
const LOG = `chaos-load-summary {"version":1,"endedAtMs":${ENDED},"slotMs":2000,"slotCount":900,"requests":40,"failed":3,"dropped":1,"statuses":[[503,3]],"slots":[[${((ENDED - 4000) / 2000) % 900},40,3,1,2,3]]}\n`;
/** The run's clock began at this moment of the wall clock. */
const BEGAN = ENDED - 60_000;

function heard(more: Partial<HeardRunner> = {}): HeardRunner {
  return { runner: 'load-1', log: LOG, beforeStarted: 40_000, stillRan: 59_000, heard: 61_500, ...more };
}

test('what was heard has counts, times, and how far ahead its clock is at least and at most', () => {
  const { event, timed } = readRunner(heard(), BEGAN);
  expect(event).toEqual({
    type: 'load.runner',
    runner: 'load-1',
    counts: { requests: 40, failed: 3, dropped: 1, statuses: [[503, 3]] },
    clockAhead: { lowMs: -1500, highMs: 1000 },
  });
  expect(timed?.slots).toMatchObject([{ from: ENDED - 4000, requests: 40, failed: 3 }]);
});

test.each([
  [
    'whose log could not be read',
    { log: undefined, problem: 'its pod is not there any more' },
    'its pod is not there any more',
  ],
  ['whose log says nothing', { log: '' }, 'without a word'],
  ['that ended without a summary', { log: 'killed\n' }, 'its last words: killed'],
])('of a runner %s nothing is counted', (_which, more, said) => {
  const { event, timed } = readRunner(heard(more), BEGAN);
  expect([event.counts, event.problem, timed]).toEqual([undefined, expect.stringContaining(said), undefined]);
});

test('one whose clock was set is counted, and has no times', () => {
  const { event, timed } = readRunner(heard({ stillRan: 61_600 }), BEGAN);
  expect([event.counts?.requests, event.problem, event.clockAhead, timed]).toEqual([
    40,
    expect.stringContaining('its clock was set'),
    undefined,
    undefined,
  ]);
});
