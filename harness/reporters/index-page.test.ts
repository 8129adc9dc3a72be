import { describe, expect, test } from 'vitest';
import { renderIndex } from './index.ts';
import { sampleGameDay } from './testing/sample-game-day.ts';
import { failingRun, fiveTrials, hostileRun, refusedRun, sampleRun, unknownRun } from './testing/sample-run.ts';

const journals = [sampleRun(), failingRun(), unknownRun(), refusedRun(), fiveTrials()].map(({ journal }, n) => ({
  ...journal,
  runId: `run-${n}`,
  wallStart: `2026-11-1${n}T02:51:21.345Z`,
}));

describe('the index of all runs', () => {
  test('lists the newest run first, whatever order they come in, with links to the reports', () => {
    const links = (page: string): string[] => [...page.matchAll(/href="(\.\/[^"]*)"/g)].map((match) => match[1] ?? '');
    const expected = [4, 3, 2, 1, 0].map((n) => `./run-${n}/index.html`);
    expect(links(renderIndex(journals))).toEqual(expected);
    expect(links(renderIndex(journals.toReversed()))).toEqual(expected);
  });

  test('draws the trend with the objective and a mark for each run that differs by shape', () => {
    const page = renderIndex(journals);
    expect(page).toContain('objective 5 min');
    expect(page.match(/class="trend-mark is-(pass|fail|unknown)"/g)).toHaveLength(5);
    expect(new Set([...page.matchAll(/class="trend-mark[^>]* d="([^"]*)"/g)].map((match) => match[1])).size).toBe(3);
  });

  test('draws no line to a run that measured nothing', () => {
    // Runs 0–1–2 are joined by two lines; run 3 was refused.
    expect(renderIndex(journals).match(/class="trend-line"/g)).toHaveLength(2);
  });

  test('has no trend for one run, and a hint when there is none', () => {
    expect(renderIndex(journals.slice(0, 1))).not.toContain('class="trend"');
    expect(renderIndex([])).toContain('No run has been judged yet');
  });

  test('lists the game days, newest first, with their results and links, and says which were no real ones', () => {
    const days = ['01', '03', '02'].map((day) =>
      sampleGameDay({
        dayId: `game-day-2026-11-${day}T10-00-00Z`,
        wallStart: `2026-11-${day}T10:00:00.000Z`,
        verdict: day === '03' ? 'fail' : 'pass',
        outcome: day === '03' ? 'unfinished' : 'completed',
        standIn: day === '01' ? 'a file' : null,
      }),
    );
    const page = renderIndex(journals, [], [], days);
    const part = page.slice(page.indexOf('aria-label="game-day"'), page.indexOf('aria-label="worker_failure"'));
    expect([...part.matchAll(/href="([^"]*)"/g)].map((match) => match[1])).toEqual(
      ['03', '02', '01'].map((day) => `./game-day-2026-11-${day}T10-00-00Z/index.html`),
    );
    const rows = part.split('<tr>').slice(-3);
    expect(rows[0]).toMatch(/3 Nov 2026.*Fail.*not over yet/s);
    expect(rows[1]).toMatch(/2 Nov 2026.*Pass.*carried out to its end/s);
    expect(rows.map((row) => row.includes('with recordings'))).toEqual([false, false, true]);
    expect(renderIndex(journals)).not.toContain('Game days');
  });

  test('shows hostile names as text and runs no script', () => {
    const page = renderIndex([{ ...hostileRun().journal, runId: '../"><script>' }, ...journals]);
    expect(page).not.toContain('<script');
    expect(page).not.toContain('<img');
    expect(page).toContain('./..%2F%22%3E%3Cscript%3E/index.html');
  });
});
