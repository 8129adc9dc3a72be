import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { readRecord } from '../../store/record-reader.ts';
import { RECORD_FILE } from '../../store/record-writer.ts';
import { resolveRun } from '../../store/run-directory.ts';
import { judgeRecorded } from '../judge-recorded.ts';
import { printResult } from '../print-result.ts';
import { printSeries } from '../print-series.ts';
import { reportsDirectory } from '../project-paths.ts';
import { writeReports } from '../write-reports.ts';
import { writeSeriesReports } from '../write-series-reports.ts';

/** Judges a record again with the checks of today and writes journal and reports. @throws ChaosError `usage` or `record`. */
export async function reportCommand(name: string, options: { readonly json: boolean }): Promise<number> {
  const run = resolveRun(reportsDirectory(), name);
  if (run.isSeries) return reportSeries(run.path, options);
  const { journal, events } = await judgeRecorded(run.path);
  writeReports(run.path, journal, events);
  printResult(journal, run.path, options);
  return exitCodeOf(journal.verdict);
}

/** A series is judged again with all of its runs, whose own reports are written again too. */
async function reportSeries(dir: string, options: { readonly json: boolean }): Promise<number> {
  const { events } = readRecord(dir);
  const runs = [];
  for (const event of events) {
    if (event.type !== 'series.run') continue;
    const path = join(reportsDirectory(), event.runId);
    // A run whose folder was thrown away since is one that nothing is known of.
    if (!existsSync(join(path, RECORD_FILE))) continue;
    const judged = await judgeRecorded(path);
    writeReports(path, judged.journal, judged.events);
    runs.push(judged);
  }
  const journal = writeSeriesReports(dir, events, runs);
  printSeries(journal, dir, options);
  return exitCodeOf(journal.verdict);
}
