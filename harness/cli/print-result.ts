import { relative } from 'node:path';
import { join } from 'node:path';
import type { CheckResult, Journal } from '../core/journal.ts';

const MARK = { pass: '✓', fail: '✗', unknown: '?' } as const;
const WORD = { pass: 'PASS', fail: 'FAIL', unknown: 'UNKNOWN' } as const;

/** The verdict for a person, or the journal for a program. */
export function printResult(journal: Journal, dir: string, options: { readonly json: boolean }): void {
  if (options.json) {
    process.stdout.write(`${JSON.stringify(journal, null, 2)}\n`);
    return;
  }
  const lines = [''];
  for (const trial of journal.trials) {
    if (journal.trials.length > 1) lines.push(`Trial ${trial.trial}: ${WORD[trial.verdict]}`);
    lines.push(...trial.checks.flatMap(checkLine));
  }
  lines.push(...journal.runChecks.flatMap(checkLine));
  lines.push('', `${WORD[journal.verdict]}  ${journal.scenario.id}: ${journal.headline}`);
  if (journal.trials.length > 0) lines.push(`      ${journal.summary.conclusion}`);
  lines.push(`Report: ${relative(process.cwd(), join(dir, 'index.html'))}`, '');
  process.stdout.write(lines.join('\n'));
}

function checkLine(check: CheckResult): string[] {
  const cause = check.consequenceOf === undefined ? '' : ` (follows from ${check.consequenceOf})`;
  return [`  ${MARK[check.verdict]} ${check.failure ?? check.title}${cause}`, `      ${check.summary}`];
}
