import { expect, test } from 'vitest';
import type { Comparison, QuantityChange } from '../../core/comparison.ts';
import { HOSTILE } from '../testing/sample-run.ts';
import { renderComparison } from './comparison-page.ts';

const recovery: QuantityChange = {
  group: 'recovery',
  id: 'recovery',
  title: 'Recovery time',
  unit: 's',
  before: [12, 13],
  after: [20, null],
  medianBefore: 12.5,
  medianAfter: null,
  difference: null,
  finding: 'vanished',
  significance: undefined,
  sentence: 'Seen in 2 of 2 and then in 1 of 2 trials.',
};

function comparison(text: string): Comparison {
  const run = {
    runId: 'run-1',
    wallStart: '2026-11-23T07:01:00.000Z',
    verdict: 'pass',
    headline: text,
    trials: 2,
    command: text,
  } as const;
  const counts = { pass: 2, fail: 0, unknown: 0 };
  const change = { before: counts, after: { ...counts, pass: 0, fail: 2 }, isChanged: true, significance: undefined };
  return {
    schemaVersion: 1,
    scenario: { id: 'worker_failure', title: text },
    before: run,
    after: { ...run, runId: 'run-2', verdict: 'fail' },
    circumstances: [{ group: 'parameter', name: text, before: undefined, after: '7' }],
    verdict: change,
    checks: [{ id: 'job_outcome', title: text, ...change, summaryBefore: 'good', summaryAfter: undefined }],
    sameChecks: 12,
    quantities: [recovery],
    conclusion: text,
  };
}

test('the page shows what differs first, then numbers and checks, and links both reports', () => {
  const page = renderComparison(comparison('words'));
  expect(page).toContain('href="../run-1/index.html"');
  expect(page).toContain('href="../run-2/index.html"');
  expect(page.indexOf('What was not the same')).toBeLessThan(page.indexOf('Times, losses, outages'));
  expect(page).toContain('not said');
  expect(page).toContain('− seen less often');
  expect(page).toContain('Seen in 2 of 2 and then in 1 of 2 trials.');
  expect(page).toContain('there is no such check');
  expect(page).toContain('12 other checks judged as before.');
});

test('hostile words stay text, and nothing is asked of the network', () => {
  const page = renderComparison(comparison(HOSTILE));
  expect(page).not.toContain('<script');
  expect(page).not.toContain('<img');
  expect(page).not.toMatch(/(?:src|href)="https?:/);
});
