import { describe, expect, test } from 'vitest';
import {
  GOOD_HANDOVER,
  GOOD_HANG,
  handover,
  type ScheduleStory,
  type StoryJob,
} from '../../../checks/testing/schedule-story.ts';
import { findMilestone } from '../milestones.ts';

const good = GOOD_HANDOVER.jobs;
const without = (of: StoryJob['of'], ...times: number[]): StoryJob[] =>
  good.filter((job) => job.of !== of || !times.includes(job.at));
const plus = (...more: StoryJob[]): StoryJob[] => [...good, ...more].toSorted((a, b) => a.at - b.at);
const by = 'scheduler-1';

describe('the moments of a handover', () => {
  const at = (id: Parameters<typeof findMilestone>[1], changes: Partial<ScheduleStory> = {}, base = GOOD_HANDOVER) =>
    findMilestone(handover(changes, base), id)?.at;

  test('the lease is over, a leader is elected, it dispatches, all is made up for', () => {
    expect(at('lease-over')).toMatchObject({ low: 66_400, high: 66_500 });
    expect(at('leader-elected')).toMatchObject({ low: 67_400, high: 67_500 });
    expect(at('schedule-dispatched')).toMatchObject({ low: 67_700, high: 67_900 });
    expect(at('schedules-caught-up')).toMatchObject({ low: 67_700, high: 67_900 });
    expect(at('old-leader-stood-down')).toBeUndefined();
  });

  test('the first dispatch is no job that the victim may have made, nor one from before the new term', () => {
    const early = [
      { of: 'short', at: 58_150 },
      { of: 'short', at: 62_000, by },
    ] as const;
    expect(at('schedule-dispatched', { jobs: plus(...early) })).toMatchObject({ low: 67_700 });
  });

  test('a job that was seen together with the new term may have been made as soon as the term began', () => {
    const jobs = plus({ of: 'short', at: 67_480, by }).filter(({ at: t }) => t < 67_800 || t > 68_000);
    expect(at('schedule-dispatched', { jobs })).toMatchObject({ low: 67_400, high: 67_480 });
  });

  test('nothing is made up for while a schedule is left, or was dropped', () => {
    expect(
      at('schedules-caught-up', { jobs: good.filter(({ at: t, of }) => t < 60_000 || of === 'short') }),
    ).toBeUndefined();
    expect(at('schedules-caught-up', { jobs: without('slow', 67_900) })).toBeUndefined();
  });

  test('the old leader stood down when it went on and said so', () => {
    expect(at('old-leader-stood-down', {}, GOOD_HANG)).toMatchObject({ low: 72_000, high: 72_100 });
  });
});
