import { describe, expect, test } from 'vitest';
import { findMilestone } from '../core/derive/milestones.ts';
import { oneLeader } from './one-leader.ts';
import { schedulesCaughtUp } from './schedules-caught-up.ts';
import {
  GOOD_HANDOVER,
  GOOD_HANG,
  handover,
  term,
  type ScheduleStory,
  type StoryJob,
} from './testing/schedule-story.ts';

const led = (
  changes: Partial<ScheduleStory> = {},
  base: ScheduleStory = GOOD_HANDOVER,
): ReturnType<ReturnType<typeof oneLeader>['judge']> => oneLeader().judge(handover(changes, base));

const good = GOOD_HANDOVER.jobs;
const plus = (...more: StoryJob[]): StoryJob[] => [...good, ...more].toSorted((a, b) => a.at - b.at);
const by = 'scheduler-1';

describe('at any time one leader', () => {
  test('passes when one term follows the other and each job is of its holder', () => {
    const { verdict, summary } = led();
    expect(summary).toContain('2 terms, one after the other: 1 scheduler-0 (expired), 2 scheduler-1');
    expect(verdict).toBe('pass');
  });

  test('passes when the frozen leader goes on and says that it does not lead', () => {
    const { verdict, summary } = led({}, GOOD_HANG);
    expect(summary).toContain('scheduler-0, let go on after its lease, said that it does not lead, and made 0 jobs');
    expect(verdict).toBe('pass');
  });

  test('fails when the one that went on still believes to lead', () => {
    const claims = GOOD_HANG.claims.map((claim) => (claim.at > 72_000 ? { ...claim, claims: true } : claim));
    const { verdict, summary } = led({ claims }, GOOD_HANG);
    expect(summary).toContain('scheduler-0 and scheduler-1 both believed to lead');
    expect(verdict).toBe('fail');
  });

  test('a frozen leader that never spoke again did not believe anything meanwhile', () => {
    const claims = GOOD_HANG.claims.filter(({ instance, at }) => instance === 'scheduler-1' || at < 58_000);
    expect(led({ claims, continuedAt: undefined }, GOOD_HANG).verdict).toBe('pass');
  });

  test('is unknown when the one that went on was never seen to say whether it leads', () => {
    const claims = GOOD_HANG.claims.filter(({ instance, at }) => instance === 'scheduler-1' || at < 58_000);
    expect(led({ claims }, GOOD_HANG).verdict).toBe('unknown');
  });

  test('what a process says that replaced the frozen one is no word of the old leader', () => {
    const { verdict, summary } = led({ replacedAt: 72_050 }, GOOD_HANG);
    expect(summary).toContain('its process was never seen to say whether it leads');
    expect(verdict).toBe('unknown');
    expect(findMilestone(handover({ replacedAt: 72_050 }, GOOD_HANG), 'old-leader-stood-down')).toBeUndefined();
  });

  test('fails when an instance without the lease makes a job, even if it says that it does not lead', () => {
    const { verdict, summary } = led({ jobs: plus({ of: 'slow', at: 73_000, by: 'scheduler-0' }) }, GOOD_HANG);
    expect(summary).toContain('1 scheduled job made by scheduler-0 while scheduler-1 held the lease (job slow-73000)');
    expect(verdict).toBe('fail');
  });

  test('a job of the dead leader from just before the kill is no conflict', () => {
    expect(led({ jobs: plus({ of: 'short', at: 58_010, by: 'scheduler-0' }) }).verdict).toBe('pass');
  });

  test('fails when terms of the lease history overlap', () => {
    const terms = [
      term('1', 'scheduler-0', 100, 68_000, 'expired'),
      term('2', 'scheduler-1', 67_450, undefined, undefined),
    ];
    const { verdict, summary } = led({ terms });
    expect(summary).toContain('term 1 of scheduler-0 was not over when term 2 of scheduler-1 began');
    expect(verdict).toBe('fail');
  });

  test('fails when an older term was never ended', () => {
    const terms = [
      term('1', 'scheduler-0', 100, undefined, undefined),
      term('2', 'scheduler-1', 67_450, undefined, undefined),
    ];
    expect(led({ terms }).verdict).toBe('fail');
  });

  test('fails when the lease history leaves out a term that was seen', () => {
    const { verdict, summary } = led({ terms: [term('1', 'scheduler-0', 100, undefined, undefined)] });
    expect(summary).toContain('scheduler-1 was seen to lead in term 2, and the lease history leaves it out');
    expect(verdict).toBe('fail');
  });

  test('is unknown when the lease history was not read', () => {
    expect(led({ terms: undefined }).verdict).toBe('unknown');
  });

  test('is unknown when no instance says whether it leads', () => {
    expect(led({ claims: [] }).verdict).toBe('unknown');
  });

  test('is unknown when the stack does not tell who made a job', () => {
    const jobs = good.map((job) => ({ ...job, by: '' }));
    expect(led({ jobs }).verdict).toBe('unknown');
  });
});

describe('a leader that gives its lease back', () => {
  const quick: ScheduleStory = {
    ...GOOD_HANDOVER,
    jobs: [
      ...good.filter(({ at }) => at < 58_000),
      { of: 'short', at: 60_500, by },
      { of: 'minutely', at: 62_000, by },
      { of: 'slow', at: 63_500, by },
      { of: 'short', at: 65_500, by },
      ...good.filter(({ at }) => at > 68_000),
    ],
    lease: [
      { at: 500, holder: 'scheduler-0', term: '1' },
      { at: 58_100, holder: 'nobody', term: '1' },
      { at: 59_000, holder: 'scheduler-1', term: '2' },
    ],
    claims: GOOD_HANDOVER.claims.map((claim) =>
      claim.instance === 'scheduler-1' && claim.at > 59_000 ? { ...claim, claims: true } : claim,
    ),
    terms: [term('1', 'scheduler-0', 100, 58_050, 'released'), term('2', 'scheduler-1', 58_950, undefined, undefined)],
  };

  test('is no conflict, and only what came before the first dispatch was missed', () => {
    expect(led({}, quick).verdict).toBe('pass');
    const { verdict, summary } = schedulesCaughtUp().judge(handover({}, quick));
    expect(summary).toContain('1 fire of 1 schedule missed');
    expect(verdict).toBe('pass');
  });

  test('is a conflict when it dispatches once more after that', () => {
    const jobs = [...quick.jobs, { of: 'slow', at: 64_500, by: 'scheduler-0' } as const];
    const sorted = jobs.toSorted((a, b) => a.at - b.at);
    expect(led({ jobs: sorted }, quick).verdict).toBe('fail');
    expect(schedulesCaughtUp().judge(handover({ jobs: sorted }, quick)).consequenceOf).toBe('one_leader');
  });
});
