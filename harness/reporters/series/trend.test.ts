import { expect, test } from 'vitest';
import type { SeriesJournal, SeriesRun } from '../../core/series-journal.ts';
import { HOSTILE } from '../testing/sample-run.ts';
import { sampleSeries } from '../testing/sample-series.ts';
import { renderTrend } from './trend.ts';

/** A night of November in which one scenario took so long; null where its recovery was not seen. */
function night(day: number, seconds: number | null, changes: Partial<SeriesRun> = {}): SeriesJournal {
  const base = sampleSeries();
  const [run] = base.runs;
  if (run === undefined) throw new Error('the sample has no run');
  const recoverySeconds =
    seconds === null
      ? { low: 300, best: null, high: null }
      : { low: seconds - 0.1, best: seconds, high: seconds + 0.1 };
  return sampleSeries({
    runId: `2026-11-${day}T02-20-00Z-everything-00aa`,
    wallStart: `2026-11-${day}T02:20:00.000Z`,
    verdict: 'pass',
    runs: [{ ...run, verdict: 'pass', recoverySeconds, ...changes }],
    notRun: [],
  });
}

test('nights stand side by side, newest first, with the median of those before', () => {
  const text = renderTrend([night(20, 16), night(22, 30), night(21, 18)], 7);
  expect(text).toContain('### Trend: recovery time, 3 series of 3');
  expect(text).toContain('| scenario | objective | median before | 22 Nov 02:20 | 21 Nov 02:20 | 20 Nov 02:20 |');
  expect(text).toContain('| `first` | ≤ 5 min | 17.0 s (of 2) | ✅ 30.00 s | ✅ 18.00 s | ✅ 16.00 s |');
  expect(text).toContain('| **all** | | | ✅ PASS | ✅ PASS | ✅ PASS |');
});

test('only the last are shown, and the median is over all', () => {
  const text = renderTrend([night(20, 10), night(21, 20), night(22, 30), night(23, 15)], 2);
  expect(text).toContain('2 series of 4');
  expect(text).toContain('20.0 s (of 3)');
  expect(text).not.toContain('21 Nov');
});

test('what did not pass says so in words; what was not seen or not run is no time', () => {
  const missing = sampleSeries({ wallStart: '2026-11-19T02:20:00.000Z', runs: [], verdict: 'unknown' });
  const text = renderTrend([night(22, null, { verdict: 'fail' }), night(21, 18, { verdict: 'unknown' }), missing], 7);
  expect(text).toContain('| **❌ FAIL** more than 5 min 00.0 s | **⚠️ UNKNOWN** 18.00 s | not run |');
  expect(text).toContain('18.0 s (of 1)');
  expect(text).toContain('⚠️ UNKNOWN |\n');
});

test('a night that is slower than all of five or more is named with what chance alone would do; fewer say nothing', () => {
  const before = [16, 17, 18, 17, 16.5].map((seconds, n) => night(15 + n, seconds));
  const said =
    '- `first` was slower than in each of the 5 series before (at most 18.00 s). By chance alone one series in 6 is.';
  expect(renderTrend([...before, night(22, 19)], 7)).toContain(said);
  // The bounds of 18.05 s reach below the slowest of before.
  expect(renderTrend([...before, night(22, 18.05)], 7)).not.toContain('slower');
  expect(renderTrend([...before.slice(1), night(22, 190)], 7)).not.toContain('slower');
});

test('nothing recorded is said; hostile names stay text', () => {
  expect(renderTrend([], 7)).toContain('No series has been recorded yet.');
  const scenario = { id: HOSTILE, title: HOSTILE, proves: HOSTILE };
  expect(renderTrend([night(20, 16, { scenario })], 7)).not.toMatch(/^\|.*`.*`.*`.*\|/m);
});
