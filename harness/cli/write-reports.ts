import { join } from 'node:path';
import type { RunEvent } from '../core/events.ts';
import type { Journal } from '../core/journal.ts';
import { renderAll } from '../reporters/index.ts';
import { renderIndex } from '../reporters/index-page.ts';
import { readJournal, writeJournal } from '../store/journal-file.ts';
import { listRuns } from '../store/run-directory.ts';
import { writeAtomically } from '../store/write-atomically.ts';
import { reportsDirectory } from './project-paths.ts';

/** Writes journal.json and every report of a run, then the page over all runs. @throws ChaosError `record`. */
export function writeReports(dir: string, journal: Journal, events: readonly RunEvent[]): void {
  writeJournal(dir, journal);
  for (const { file, content } of renderAll(journal, events)) writeAtomically(join(dir, file), content);
  const reports = reportsDirectory();
  const journals = listRuns(reports).flatMap((run) => readJournalOrNothing(run.path));
  writeAtomically(join(reports, 'index.html'), renderIndex(journals));
}

/** A damaged journal of another run must not keep this one from its report. */
function readJournalOrNothing(dir: string): Journal[] {
  try {
    const journal = readJournal(dir);
    return journal === null ? [] : [journal];
  } catch {
    return [];
  }
}
