import type { RunEvent } from '../../core/events.ts';
import type { Journal } from '../../core/journal.ts';
import type { SeriesJournal } from '../../core/series-journal.ts';
import type { RenderedFile } from '../index.ts';
import { renderSuites, suitesOf } from '../junit.ts';
import { renderSeriesPage } from './series-page.ts';
import { renderSeriesSummary } from './series-summary.ts';

/** A run of the series with its record. */
export interface RunOfSeries {
  readonly journal: Journal;
  readonly events: readonly RunEvent[];
}

/** Renders all reports of a judged series. Writes nothing. */
export function renderSeries(
  journal: SeriesJournal,
  events: readonly RunEvent[],
  runs: readonly RunOfSeries[],
): RenderedFile[] {
  return [
    { file: 'index.html', content: renderSeriesPage(journal) },
    { file: 'summary.md', content: renderSeriesSummary(journal) },
    { file: 'junit.xml', content: renderSeriesJunit(journal, events, runs) },
  ];
}

/** One suite for each trial and run of each scenario, and one for the series; what was not run is an error in it. */
function renderSeriesJunit(journal: SeriesJournal, events: readonly RunEvent[], runs: readonly RunOfSeries[]): string {
  const series = {
    name: 'everything',
    seconds: journal.durationSeconds,
    timestamp: journal.wallStart,
    properties: [
      ['runId', journal.runId],
      ['outcome', journal.outcome],
      ['target', journal.targetSeconds.toFixed(3)],
      ['seed', String(journal.seed)],
    ] as const,
    checks: journal.checks,
    events,
  };
  const ofRuns = runs.flatMap((run) => suitesOf(run.journal, run.events));
  return renderSuites('everything', journal.durationSeconds, [...ofRuns, series]);
}
