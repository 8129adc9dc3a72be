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

test.each([
  [-1, /The parts after “Cause removed” add up to 1\.00 s, the recovery time/],
  [1, /All this was before “Cause removed” \(\+[\d.]+ s\), from which on it took 0 ms, the recovery time/],
])('a recovery whose clock starts %d s after it was over has the sum that is told above it', (laterBy, said) => {
  const { journal, events } = sampleRun();
  const trials = journal.trials.map((trial) => {
    const end = trial.milestones.find(({ endsRecovery }) => endsRecovery);
    const best = (end?.sinceFaultSeconds?.best ?? 0) + laterBy;
    const removed = end && {
      ...end,
      id: 'fault-healed',
      title: 'Cause removed',
      endsRecovery: false,
      sinceFaultSeconds: { low: best, best, high: best },
    };
    return { ...trial, milestones: [...trial.milestones, ...(removed === undefined ? [] : [removed])] };
  });
  const recoveryEnds = { ...journal.recoveryEnds, from: 'fault-healed' as const };
  expect(htmlReport.render({ ...journal, recoveryEnds, trials }, events)).toMatch(said);
});
