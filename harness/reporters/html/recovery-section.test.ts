import { expect, test } from 'vitest';
import { sampleRun } from '../testing/sample-run.ts';
import { htmlReport } from './report.ts';

test('a moment lies within the bounds that are printed beside it', () => {
  const { journal, events } = sampleRun();
  const at = { low: 0, best: 0.018_6, high: 0.018_8 };
  const trials = journal.trials.map((trial) => {
    const first = trial.milestones.find(({ isOnPath }) => isOnPath);
    const milestones = trial.milestones.map((one) => (one === first ? { ...one, sinceFaultSeconds: at } : one));
    return { ...trial, milestones };
  });
  const page = htmlReport.render({ ...journal, trials }, events);
  expect(page.includes('+20 ms <span class="muted">between 0 ms and 20 ms</span>')).toBe(true);
});
