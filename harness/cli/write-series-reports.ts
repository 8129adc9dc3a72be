import { join } from 'node:path';
import { judgeSeries } from '../checks/series/judge-series.ts';
import type { RunEvent } from '../core/events.ts';
import type { SeriesJournal } from '../core/series-journal.ts';
import { renderSeries, type RunOfSeries } from '../reporters/series/render-series.ts';
import { writeJournal } from '../store/journal-file.ts';
import { writeAtomically } from '../store/write-atomically.ts';
import { writeIndex } from './write-reports.ts';

/** Judges a series from its record and its runs, and writes its journal and reports, then the page over all runs. @throws ChaosError `record`. */
export function writeSeriesReports(
  dir: string,
  events: readonly RunEvent[],
  runs: readonly RunOfSeries[],
): SeriesJournal {
  const journal = judgeSeries(
    events,
    runs.map((run) => run.journal),
  );
  writeJournal(dir, journal);
  for (const { file, content } of renderSeries(journal, events, runs)) writeAtomically(join(dir, file), content);
  writeIndex();
  return journal;
}
