import { judgeRun } from '../../checks/judge.ts';
import { ChaosError } from '../../core/errors.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { readRecord } from '../../store/record-reader.ts';
import { resolveRun } from '../../store/run-directory.ts';
import { planChecks } from '../plan-checks.ts';
import { printResult } from '../print-result.ts';
import { reportsDirectory } from '../project-paths.ts';
import { writeReports } from '../write-reports.ts';

/** Judges a record again with the checks of today and writes journal and reports. @throws ChaosError `usage` or `record`. */
export async function reportCommand(name: string, options: { readonly json: boolean }): Promise<number> {
  const run = resolveRun(reportsDirectory(), name);
  const { events, torn } = readRecord(run.path);
  const started = events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started')
    throw new ChaosError({ code: 'record', message: `${run.path} does not begin with run.started.` });
  if (torn !== null)
    process.stderr.write(
      `Line ${torn.line} of the record is torn (the harness was killed while writing it) and is not used.\n`,
    );
  const journal = judgeRun(events, await planChecks(started));
  writeReports(run.path, journal, events);
  printResult(journal, run.path, options);
  return exitCodeOf(journal.verdict);
}
