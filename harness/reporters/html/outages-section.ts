import type { JournalOutage, Trial } from '../../core/journal.ts';
import { formatCount, formatMeasured, formatSeconds } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import { evidenceLinks, type ReportContext } from './report-context.ts';

const MOST_ROWS = 60;

/** Every outage that a probe saw, with bounds. */
export function outagesSection(context: ReportContext, trial: Trial): Markup {
  const { outages } = trial;
  return markup`<section class="part" id="outages-${trial.trial}" aria-label="Outages"><h2>Outages</h2>
${outages.length === 0 ? markup`<p class="muted">No probe saw an outage.</p>` : outagesTable(context, trial)}
</section>`;
}

function outagesTable(context: ReportContext, trial: Trial): Markup {
  const columns = [
    { title: 'Probe' },
    { title: 'Began, from fault', isNumber: true },
    { title: 'Ended, from fault', isNumber: true },
    { title: 'Lasted', isNumber: true },
    { title: 'Bad samples', isNumber: true },
    { title: 'Answers' },
    { title: 'First event' },
  ];
  const longestFirst = trial.outages.toSorted((a, b) => lasted(b) - lasted(a));
  const rows = longestFirst.slice(0, MOST_ROWS).map((outage) => outageRow(context, trial, outage));
  const left = longestFirst.length - rows.length;
  return markup`<p class="muted">An outage begins between the last good sample’s start and the first bad one’s end, and ends likewise; the truth lies in the range.</p>
${dataTable('Outages', columns, rows)}
${left > 0 && markup`<p class="muted">${formatCount(left)} shorter outages are left out here; journal.json has them all.</p>`}`;
}

function outageRow(context: ReportContext, trial: Trial, outage: JournalOutage): { cells: (Markup | string)[] } {
  const zero = trial.faultAtSeconds ?? 0;
  return {
    cells: [
      outage.probe,
      range(outage.startSeconds.low - zero, outage.startSeconds.high - zero),
      outage.endSeconds === null ? 'not seen' : range(outage.endSeconds.low - zero, outage.endSeconds.high - zero),
      formatMeasured(outage.durationSeconds),
      formatCount(outage.badSamples),
      outage.notes.length === 0 ? '–' : outage.notes.slice(0, 4).join(', '),
      evidenceLinks(context, [outage.firstEvent]),
    ],
  };
}

function lasted(outage: JournalOutage): number {
  return outage.durationSeconds.best ?? Infinity;
}

function range(low: number, high: number): string {
  return `${signed(low)} to ${signed(high)}`;
}

function signed(seconds: number): string {
  return `${seconds < 0 ? '−' : '+'}${formatSeconds(Math.abs(seconds))}`;
}
