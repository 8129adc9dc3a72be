import { expect, test } from 'vitest';
import { GOOD_HANDOVER, GOOD_HANG, handover } from '../checks/testing/schedule-story.ts';
import { missedSchedulesMadeUp, oldLeaderStoodDown, schedulesDue, schedulesGoOn, schedulesWork } from './schedules.ts';

const before = (at: number) => handover({ jobs: GOOD_HANDOVER.jobs.filter((job) => job.at < at) });

test('the moment has come when every schedule has a fire ahead, one of them two', () => {
  const wait = schedulesDue({ notBefore: '2s', span: '7.5s', within: '90s' });
  const state = (nowMs: number): true | string => wait.isOver(before(nowMs), nowMs);
  expect(state(30_000)).toBe('not due within 7.5s: minutely, slow');
  // The interval is due at 61.5 s, the slow cron fires at 63 s, the short one at 60 and 65 s.
  expect(state(58_000)).toBe(true);
  expect(state(60_900)).toBe('not due within 7.5s: minutely');
  expect(state(56_500)).toBe('none is due twice within 7.5s');
});

test('the workload is at work when every background schedule has had a success', () => {
  const wait = schedulesWork({ within: '60s' });
  expect(wait.isOver(before(3000), 3000)).toBe('no success yet: slow, short');
  expect(wait.isOver(before(6000), 6000)).toBe(true);
});

test('all is made up for when every missed schedule has its job, and never once one was dropped', () => {
  const wait = missedSchedulesMadeUp({ within: '60s' });
  expect(wait.isOver(handover(), 95_000)).toBe(true);
  const dropped = handover({ jobs: GOOD_HANDOVER.jobs.filter(({ of, at }) => of !== 'slow' || at !== 67_900) });
  expect(wait.isOver(dropped, 95_000)).not.toBe(true);
  expect(wait.isHopeless?.(dropped)).toBe('dropped: slow');
  const nothing = handover({ jobs: GOOD_HANDOVER.jobs.filter(({ at }) => at < 60_000) });
  expect(wait.isOver(nothing, 95_000)).toBe('the new leader has dispatched nothing');
  expect(wait.isHopeless?.(nothing)).toBe(false);
});

test('schedules go on when each cron has fired since the recovery, and since the fault was undone', () => {
  const wait = schedulesGoOn({ within: '60s' });
  expect(wait.isOver(handover(), 95_000)).toBe(true);
  expect(wait.isOver(handover({ continuedAt: 84_000 }), 95_000)).toBe('no further job: slow');
});

test('the old leader stood down when it said so', () => {
  const wait = oldLeaderStoodDown({ within: '30s' });
  expect(wait.isOver(handover({}, GOOD_HANG), 95_000)).toBe(true);
  expect(wait.isOver(handover({ replacedAt: 72_050 }, GOOD_HANG), 95_000)).toBe('it has not said so');
});
