import { expect, test } from 'vitest';
import { journalSchedules } from '../../checks/schedule-journal.ts';
import { GOOD_HANDOVER, handover, type ScheduleStory } from '../../checks/testing/schedule-story.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { htmlReport } from './report.ts';
import { summary } from '../summary.ts';

function reportsOf(changes: Partial<ScheduleStory> = {}): { page: string; text: string } {
  const { journal, events } = sampleRun();
  const trials = journal.trials.map((trial) => ({ ...trial, ...journalSchedules(handover(changes)) }));
  const changed = { ...journal, trials };
  const page = htmlReport
    .render(changed, events)
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ');
  return { page, text: summary.render(changed, events) };
}

test('each schedule is shown with what it missed and by what that was made up for', () => {
  const { page, text } = reportsOf();
  expect(page).toContain('short x 2 job short-67900 7.80 s');
  expect(text).toContain('| missed schedules | 4 fires, made up for 7.80 s late at most | once, ≤ 5 min |');
});

test('a schedule that was dropped, or dispatched twice, is no number among others', () => {
  const jobs = GOOD_HANDOVER.jobs.filter(({ of, at }) => of !== 'slow' || at !== 67_900);
  const { page, text } = reportsOf({ jobs: [...jobs, { of: 'minutely', at: 72_000 }] });
  expect(page).toContain('✕ dropped');
  expect(page).toContain('✕ minutely-72000');
  expect(text).toContain('not made up for exactly once: 2 of 3');
});

test('a run without followed schedules says nothing of them', () => {
  expect(summary.render(sampleRun().journal, sampleRun().events)).not.toContain('missed schedules');
  expect(journalSchedules(handover({ watchedUntil: undefined }))).toEqual({});
});
