import { describe, expect, test } from 'vitest';
import { schedulesCaughtUp } from './schedules-caught-up.ts';
import { GOOD_HANDOVER, handover, type ScheduleStory, type StoryJob } from './testing/schedule-story.ts';

const caughtUp = (changes: Partial<ScheduleStory> = {}): ReturnType<ReturnType<typeof schedulesCaughtUp>['judge']> =>
  schedulesCaughtUp().judge(handover(changes));

const good = GOOD_HANDOVER.jobs;
const without = (of: StoryJob['of'], ...times: number[]): StoryJob[] =>
  good.filter((job) => job.of !== of || !times.includes(job.at));
const plus = (...more: StoryJob[]): StoryJob[] => [...good, ...more].toSorted((a, b) => a.at - b.at);
const by = 'scheduler-1';

describe('every missed schedule was made up for, once', () => {
  test('passes when each schedule got one job after the takeover', () => {
    const { verdict, summary } = caughtUp();
    expect(summary).toContain('4 fires of 3 schedules missed');
    expect(summary).toContain('short, 2 fires: 7.80 s late');
    expect(verdict).toBe('pass');
  });

  test('fails when an interval that was missed is not made up for before the next one', () => {
    const jobs = [...without('minutely', 67_900), { of: 'minutely', at: 122_000, by } as const];
    const { verdict, summary } = caughtUp({ jobs, watchedUntil: 125_000 });
    expect(summary).toContain('minutely: 1 fire missed in the outage and dropped');
    expect(verdict).toBe('fail');
  });

  test('fails when a missed cron fire is dropped, although the next one comes on time', () => {
    const { verdict, summary } = caughtUp({ jobs: without('slow', 67_900) });
    expect(summary).toContain('slow: 1 fire missed in the outage and dropped');
    expect(verdict).toBe('fail');
  });

  test('fails when each of several missed fires of one schedule gets a job of its own', () => {
    const { verdict, summary } = caughtUp({ jobs: plus({ of: 'short', at: 69_600, by }) });
    expect(summary).toBe('short was dispatched twice: no fire was left for job short-69600.');
    expect(verdict).toBe('fail');
  });

  test.each(['minutely', 'slow'] as const)('fails when the missed fire of %s is dispatched twice', (of) => {
    const { verdict, summary, consequenceOf } = caughtUp({ jobs: plus({ of, at: 72_000, by }) });
    expect(summary).toContain(`${of} was dispatched twice: no fire was left for job ${of}-72000`);
    expect(verdict).toBe('fail');
    expect(consequenceOf).toBeUndefined();
  });

  test('is not fooled by a second dispatch that says that it was asked for by hand, or was made for another fire', () => {
    const lies = [
      { of: 'slow', at: 72_000, by, trigger: 'manual' },
      { of: 'slow', at: 74_000, by, dueAt: 83_000 },
    ] as const;
    const { verdict, summary } = caughtUp({ jobs: plus(...lies) });
    expect(summary).toContain('no fire was left for job slow-72000, slow-74000');
    expect(verdict).toBe('fail');
  });

  test('is not fooled by a job that says that it made up for a fire, but came after the next one', () => {
    const jobs = [...without('slow', 67_900, 83_500), { of: 'slow', at: 83_500, by, dueAt: 63_000 } as const];
    expect(caughtUp({ jobs }).verdict).toBe('fail');
  });

  test('fails when two jobs say that they were made for the same fire, though there were enough fires', () => {
    const jobs = [
      ...without('slow', 67_900, 83_500),
      { of: 'slow', at: 67_900, by, dueAt: 63_000 } as const,
      { of: 'slow', at: 83_500, by, dueAt: 63_000 } as const,
    ];
    const { verdict, summary } = caughtUp({ jobs });
    expect(summary).toContain('say that they were made for the same fire');
    expect(verdict).toBe('fail');
  });

  test('does not take a job that the dead leader had made just before the kill for a make-up', () => {
    const jobs = [...without('slow', 67_900), { of: 'slow', at: 58_010 } as const].toSorted((a, b) => a.at - b.at);
    expect(caughtUp({ jobs }).verdict).toBe('fail');
  });

  test.each([
    ['failed', 'fail', 'job slow-67900, which made up for it, ended as "failed"'],
    ['gone', 'fail', 'slow: 1 fire missed in the outage and dropped'],
    ['running', 'unknown', 'Not over when the run ended: job slow-67900'],
  ] as const)('a make-up run that ended as %s is none: %s', (end, expected, words) => {
    const jobs = [...without('slow', 67_900, 83_500), { of: 'slow', at: 67_900, by, end } as const];
    const later = end === 'running' ? [] : [{ of: 'slow', at: 83_500, by } as const];
    const { verdict, summary } = caughtUp({ jobs: [...jobs, ...later].toSorted((a, b) => a.at - b.at) });
    expect(summary).toContain(words);
    expect(verdict).toBe(expected);
  });

  test('fails when a fire is passed over after the recovery', () => {
    const { verdict, summary } = caughtUp({ jobs: without('short', 75_500, 80_500) });
    expect(summary).toContain('short: 2 fires passed over, though a scheduler led');
    expect(verdict).toBe('fail');
  });

  test('one dispatch that comes late on a busy machine is not passed over', () => {
    expect(caughtUp({ jobs: without('short', 75_500) }).verdict).toBe('pass');
  });

  test('fails when nothing is dispatched any more at the end', () => {
    expect(caughtUp({ jobs: without('short', 80_500, 85_500, 90_500) }).verdict).toBe('fail');
  });

  test('a connection whose job was open did not have to be dispatched', () => {
    const jobs = [
      ...without('short', 75_500, 80_500, 85_500),
      { of: 'short', at: 75_500, by, ranFor: 8700 } as const,
      { of: 'short', at: 85_200, by } as const,
    ];
    const { verdict, summary } = caughtUp({ jobs: jobs.toSorted((a, b) => a.at - b.at) });
    expect(summary).not.toContain('passed over');
    expect(verdict).toBe('pass');
  });

  test('fails when a make-up came later than the objective', () => {
    const { verdict, summary } = caughtUp({ objectiveSeconds: 5 });
    expect(summary).toContain('the objective is 5.00 s');
    expect(verdict).toBe('fail');
  });

  test('is unknown when the lateness straddles the objective', () => {
    expect(caughtUp({ objectiveSeconds: 7.85 }).verdict).toBe('unknown');
  });

  test('is unknown when no last look at the jobs was made', () => {
    expect(caughtUp({ watchedUntil: undefined }).verdict).toBe('unknown');
  });

  test('is unknown when the clock that decides about cron fires was not read', () => {
    expect(caughtUp({ isClockRead: false }).verdict).toBe('unknown');
  });

  test('is unknown when the run ended before a missed schedule could be made up for', () => {
    const { verdict, summary } = caughtUp({
      jobs: good.filter(({ of, at }) => at < 68_000 && !(of === 'minutely' && at > 60_000)),
      watchedUntil: 69_000,
    });
    expect(summary).toContain('Not made up for when the run ended: minutely');
    expect(verdict).toBe('unknown');
  });

  test('double dispatches follow from two leaders where there were two', () => {
    const { verdict, consequenceOf } = caughtUp({
      jobs: plus({ of: 'minutely', at: 72_000, by: 'scheduler-0' }),
    });
    expect(verdict).toBe('fail');
    expect(consequenceOf).toBe('one_leader');
  });
});
