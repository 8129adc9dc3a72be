import { expect, test } from 'vitest';
import type { JournalJob, Trial } from '../../core/journal.ts';
import { sampleRun } from '../testing/sample-run.ts';
import { jobsSection } from './jobs-section.ts';

const seconds = (best: number): NonNullable<JournalJob['finishSeconds']> => ({
  low: best - 0.1,
  best,
  high: best + 0.1,
});

/** The section of a job that was in flight, under a check of the outcome with this verdict. */
function html(change: Partial<JournalJob>, verdict: 'pass' | 'fail' = 'pass'): string {
  const [trial] = sampleRun().journal.trials;
  if (trial === undefined) throw new Error('the sample has no trial');
  const outcome = { id: 'job_outcome', title: 't', verdict, summary: 's', evidence: [] };
  const changed: Trial = { ...trial, checks: [outcome], jobs: trial.jobs.map((job) => ({ ...job, ...change })) };
  return String(jobsSection(changed));
}

/** Its words, without its marks. */
function text(change: Partial<JournalJob>): string {
  return html(change)
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');
}

test('says how long detecting, acting, finishing and telling took', () => {
  const times = {
    detectSeconds: seconds(10),
    actSeconds: seconds(5),
    finishSeconds: seconds(26),
    alertSeconds: seconds(0.3),
  };
  const page = text(times);
  expect(page).toMatch(/Detected: 10\.0\S* s .* after the fault\. Acted: next attempt 5\.0\S* s .* later\./);
  expect(page).toMatch(/Finished: 26\.0\S* s .* after the fault\. Alert: 300 ms .* after its failure\./);
});

test('says what did not happen: no attempt given up, none after it, no end', () => {
  expect(text({ finishSeconds: { low: 60, best: null, high: null } })).toContain(
    'Detected: no attempt was given up. Acted: no further attempt. Finished: not over 60',
  );
});

test('an older journal without these times shows none', () => {
  expect(text({})).not.toContain('Detected:');
});

test('a failure that the scenario is after is drawn as what it is after', () => {
  expect(html({ outcome: 'failed' }, 'pass')).toMatch(/is-pass[^]*Failed/);
  expect(html({ outcome: 'failed' }, 'fail')).not.toMatch(/is-pass[^]*Failed/);
});
