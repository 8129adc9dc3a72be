import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { seriesJournalSchema, type SeriesJournal } from '../core/series-journal.ts';
import { readSeriesJournal } from './journal-file.ts';
import { listRuns } from './run-directory.ts';
import { writeAtomically } from './write-atomically.ts';

/** The journals of series that could be read, newest first, and the names of those that could not. */
export interface SeriesJournals {
  readonly journals: readonly SeriesJournal[];
  readonly damaged: readonly string[];
}

/** The judged series below `reportsDir`. */
export function readSeriesOfReports(reportsDir: string): SeriesJournals {
  const series = listRuns(reportsDir).filter(({ isSeries }) => isSeries);
  return collect(series.map(({ runId, path }) => ({ name: runId, read: () => readSeriesJournal(path) })));
}

/** The journals that {@link addToArchive} left in `archiveDir`; none where the folder does not exist yet. */
export function readArchive(archiveDir: string): SeriesJournals {
  const names = existsSync(archiveDir) ? readdirSync(archiveDir).filter((name) => name.endsWith('.json')) : [];
  return collect(
    names.map((name) => ({
      name,
      read: () => seriesJournalSchema.parse(JSON.parse(readFileSync(join(archiveDir, name), 'utf8'))),
    })),
  );
}

/**
 * Keeps journals of series apart from their reports, one small file for each, named by the run: records are large and are
 * thrown away, what a trend needs of them is not. The folder is made where it is missing.
 * @throws ChaosError `record` when the disk refuses.
 */
export function addToArchive(archiveDir: string, journals: readonly SeriesJournal[]): void {
  mkdirSync(archiveDir, { recursive: true });
  for (const journal of journals) {
    writeAtomically(join(archiveDir, `${journal.runId}.json`), `${JSON.stringify(journal, null, 2)}\n`);
  }
}

interface Readable {
  readonly name: string;
  /** Null for a series that was never judged. */
  read(): SeriesJournal | null;
}

/** One damaged journal must not hide the others. */
function collect(readables: readonly Readable[]): SeriesJournals {
  const journals: SeriesJournal[] = [];
  const damaged: string[] = [];
  for (const readable of readables) {
    try {
      const journal = readable.read();
      if (journal !== null) journals.push(journal);
    } catch {
      damaged.push(readable.name);
    }
  }
  return { journals: journals.toSorted((a, b) => (a.runId < b.runId ? 1 : -1)), damaged };
}
