import { exitCodeOf } from '../../core/exit-codes.ts';
import { resolveRun } from '../../store/run-directory.ts';
import { judgeRecorded } from '../judge-recorded.ts';
import { printResult } from '../print-result.ts';
import { reportsDirectory } from '../project-paths.ts';
import { writeReports } from '../write-reports.ts';

/** Judges a record again with the checks of today and writes journal and reports. @throws ChaosError `usage` or `record`. */
export async function reportCommand(name: string, options: { readonly json: boolean }): Promise<number> {
  const run = resolveRun(reportsDirectory(), name);
  const { journal, events } = await judgeRecorded(run.path);
  writeReports(run.path, journal, events);
  printResult(journal, run.path, options);
  return exitCodeOf(journal.verdict);
}
