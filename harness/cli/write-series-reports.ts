import { join } from 'node:path';
import { judgeSeries } from '../checks/series/judge-series.ts';
import type { RunEvent } from '../core/events.ts';
import type { SeriesJournal } from '../core/series-journal.ts';
import { renderSeries, type RunOfSeries } from '../reporters/series/render-series.ts';
import { writeAtomically } from '../store/write-atomically.ts';

/** Judges a series from its record and its runs, and writes its journal and reports. @throws ChaosError `record`. */
export function writeSeriesReports(
  dir: string,
  events: readonly RunEvent[],
  runs: readonly RunOfSeries[],
): SeriesJournal {
  const journal = judgeSeries(
    events,
    runs.map((run) => run.journal),
  );
  const files = [
    { file: 'journal.json', content: `${JSON.stringify(journal, null, 2)}\n` },
    ...renderSeries(journal, events, runs),
  ];
  for (const { file, content } of files) writeAtomically(join(dir, file), content);
  return journal;
}
