import { judgeRun } from '../checks/judge.ts';
import type { ChaosError } from '../core/errors.ts';
import { exitCodeOf } from '../core/exit-codes.ts';
import type { Journal } from '../core/journal.ts';
import { planChecks } from './plan-checks.ts';
import { printError } from './print-error.ts';
import { printResult } from './print-result.ts';
import type { ShownRecord } from './start-run.ts';
import { writeReports } from './write-reports.ts';

/** Judges what a run left and writes its journal and reports; undefined when it ended before its record began. */
export async function judgeAndReport({ dir, record }: ShownRecord): Promise<Journal | undefined> {
  const started = record.events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started') return undefined;
  const journal = judgeRun(record.events, await planChecks(started));
  writeReports(dir, journal, record.events);
  return journal;
}

/** Judges what a run left, reports and prints it. Returns its exit code. */
export async function endRun(
  shown: ShownRecord,
  failure: ChaosError | undefined,
  options: { readonly json: boolean },
): Promise<number> {
  const journal = await judgeAndReport(shown);
  if (journal === undefined) return failure === undefined ? 70 : printError(failure);
  printResult(journal, shown.dir, options);
  return failure === undefined ? exitCodeOf(journal.verdict) : printError(failure);
}
