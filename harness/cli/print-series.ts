import { join, relative } from 'node:path';
import type { SeriesJournal } from '../core/series-journal.ts';
import { timeInWords } from '../reporters/series/series-summary.ts';

const MARK = { pass: '✓', fail: '✗', unknown: '?' } as const;

/** The series for a person, or its journal for a program. */
export function printSeries(journal: SeriesJournal, dir: string, options: { readonly json: boolean }): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(journal, null, 2)}\n`);
    return;
  }
  const lines = [
    '',
    '━━ everything ━━',
    ...journal.runs.flatMap((run) => [
      `  ${MARK[run.verdict]} ${run.scenario.id}: ${run.headline}`,
      ...run.causes.map(({ check, verdict, summary }) => `      ${MARK[verdict]} ${check}: ${summary}`),
    ]),
    ...journal.notRun.map(({ scenario }) => `  ? ${scenario}: not run`),
    ...journal.checks.flatMap((check) => [`  ${MARK[check.verdict]} ${check.title}`, `      ${check.summary}`]),
    '',
    `${journal.verdict.toUpperCase()}  everything: ${journal.headline}`,
    `      ${timeInWords(journal)}`,
    `Report: ${relative(process.cwd(), join(dir, 'index.html'))}`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
}
