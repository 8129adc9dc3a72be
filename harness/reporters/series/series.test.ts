import { describe, expect, test } from 'vitest';
import type { SeriesJournal } from '../../core/series-journal.ts';
import { renderIndex } from '../index-page.ts';
import { failingRun, HOSTILE, sampleRun } from '../testing/sample-run.ts';
import { sampleSeries as series } from '../testing/sample-series.ts';
import { renderSeries } from './render-series.ts';

function file(name: string, journal: SeriesJournal = series()): string {
  const found = renderSeries(journal, [], [sampleRun(), failingRun()]).find((rendered) => rendered.file === name);
  return found?.content ?? '';
}

describe('the combined page', () => {
  test('links every run, shows what did not pass and why, and what was not run', () => {
    const page = file('index.html');
    expect(page).toContain('href="../run-1/index.html"');
    expect(page).toContain('href="../run-2/index.html"');
    expect(page).toContain('Not within the objective.');
    expect(page).toContain('Not run, so nothing is known of it.');
    expect(page).toContain('Left out on request: fourth.');
    expect(page).toContain('The stack was not steady.');
  });

  test('shows the total time against its target, and does not judge by it', () => {
    expect(file('index.html')).toContain('Took 3 min 37.5 s, within the target of 25 min.');
    expect(file('index.html', series({ durationSeconds: 1600 }))).toContain('over the target of 25 min');
  });

  test('asks the network for nothing, runs no script, and shows hostile names as text', () => {
    const page = file(
      'index.html',
      series({ headline: HOSTILE, command: HOSTILE, reason: HOSTILE, leftOut: [HOSTILE] }),
    );
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page).not.toMatch(/(?:src|href)="https?:/);
  });
});

test('the summary has a line for each scenario and the causes', () => {
  const text = file('summary.md');
  expect(text).toMatch(/^### ❌ FAIL · everything/);
  expect(text).toMatch(/\| `first` \| ✅ PASS \| .* \| ≤ 5 min \| 13 of 13 \| `run-1` \|/);
  expect(text).toContain('| `third` | ⚠️ not run |');
  expect(text).toContain('- ❌ FAIL `second` recovery\\_time: Not within the objective.');
  expect(file('summary.md', series({ headline: HOSTILE }))).not.toContain('<script>');
});

test('junit.xml has the suites of all runs and of the series, added up', () => {
  const xml = file('junit.xml');
  const suites = [...xml.matchAll(/<testsuite name="([^"]*)" tests="(\d+)" failures="(\d+)" errors="(\d+)"/g)];
  const total = /<testsuites name="everything" tests="(\d+)" failures="(\d+)" errors="(\d+)"/.exec(xml);
  expect(suites.map(([, name]) => name)).toEqual([
    'worker_failure trial 1',
    'worker_failure run',
    'worker_failure trial 1',
    'worker_failure run',
    'everything',
  ]);
  for (const column of [2, 3, 4]) {
    expect(Number(total?.[column - 1])).toBe(suites.reduce((sum, suite) => sum + Number(suite[column]), 0));
  }
  expect(xml).toContain('<error type="unknown" message="Not run: third.">');
});

test('the same journal gives the same bytes', () => {
  expect(renderSeries(series(), [], [])).toEqual(renderSeries(series(), [], []));
});

test('the page over all runs lists the series with a link', () => {
  const page = renderIndex([sampleRun().journal], [series()]);
  expect(page).toContain('href="./2026-11-23T07-01-00Z-everything-fc80/index.html"');
  expect(page).toContain('1 of 3 scenarios passed');
  expect(renderIndex([sampleRun().journal])).not.toContain('Everything on one stack');
});
