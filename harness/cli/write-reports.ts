import { join } from 'node:path';
import type { RunEvent } from '../core/events.ts';
import type { Journal } from '../core/journal.ts';
import { renderAll } from '../reporters/index.ts';
import { renderIndex } from '../reporters/index-page.ts';
import { readJournal, readSeriesJournal, writeJournal } from '../store/journal-file.ts';
import { listGameDayJournals } from '../store/game-days.ts';
import { listAudits } from '../store/audit-file.ts';
import { listRuns } from '../store/run-directory.ts';
import { writeAtomically } from '../store/write-atomically.ts';
import { reportsDirectory } from './project-paths.ts';

/** Writes journal.json and every report of a run, then the page over all runs. @throws ChaosError `record`. */
export function writeReports(dir: string, journal: Journal, events: readonly RunEvent[]): void {
  writeJournal(dir, journal);
  for (const { file, content } of renderAll(journal, events)) writeAtomically(join(dir, file), content);
  writeIndex();
}

/** Writes the page over all runs, series, audits and game days. @throws ChaosError `record`. */
export function writeIndex(): void {
  const reports = reportsDirectory();
  const runs = listRuns(reports);
  const journals = runs.filter(({ isSeries }) => !isSeries).flatMap(({ path }) => orNothing(() => readJournal(path)));
  const series = runs
    .filter(({ isSeries }) => isSeries)
    .flatMap(({ path }) => orNothing(() => readSeriesJournal(path)));
  const gameDays = listGameDayJournals(reports).journals;
  writeAtomically(join(reports, 'index.html'), renderIndex(journals, series, listAudits(reports), gameDays));
}

/** A damaged journal of another run must not keep this one from its report. */
function orNothing<T>(read: () => T | null): T[] {
  try {
    const journal = read();
    return journal === null ? [] : [journal];
  } catch {
    return [];
  }
}
