import type { RunEvent } from '../../core/events.ts';
import type { Journal } from '../../core/journal.ts';
import { describeEvent } from '../event-sentence.ts';
import { formatCount } from '../measurement.ts';
import type { RecordView } from '../record-view.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import type { ReportContext } from './report-context.ts';

const MOST_EVENTS = 400;
/** A sentence is cut here; the whole event is in events.ndjson. */
const MOST_CHARACTERS = 600;
/** Periodic events that the time axis shows better; listed only when something cites them. */
const PERIODIC: ReadonlySet<RunEvent['type']> = new Set(['sample', 'load', 'delivery', 'archive', 'prober', 'step']);

/** The events that the report lists: all that something cites, then the others in their order, up to a bound. */
export function chooseEvents(journal: Journal, record: RecordView): readonly RunEvent[] {
  const cited = new Set(citations(journal));
  const chosen = new Set<RunEvent>();
  for (const index of [...cited].toSorted((a, b) => a - b).slice(0, MOST_EVENTS)) {
    const event = record.all[index];
    if (event !== undefined) chosen.add(event);
  }
  const rest = record.others.filter((event) => !PERIODIC.has(event.type));
  // What happened in the trials says more than how the platform came up.
  for (const event of [...rest.filter(({ trial }) => trial > 0), ...rest.filter(({ trial }) => trial === 0)]) {
    if (chosen.size >= MOST_EVENTS) break;
    chosen.add(event);
  }
  return [...chosen].toSorted((a, b) => a.i - b.i);
}

function citations(journal: Journal): number[] {
  return [
    ...journal.runChecks.flatMap((check) => check.evidence.slice(0, 20)),
    ...journal.trials.flatMap((trial) => [
      ...trial.checks.flatMap((check) => check.evidence.slice(0, 20)),
      ...trial.milestones.flatMap((milestone) => milestone.evidence.slice(0, 20)),
      ...trial.outages.slice(0, 60).map((outage) => outage.firstEvent),
    ]),
  ];
}

/** The evidence by event, with a statement of what is not listed. */
export function evidenceSection(context: ReportContext, chosen: readonly RunEvent[]): Markup {
  const { journal, record } = context;
  const faults = new Map(journal.trials.map((trial) => [trial.trial, trial.faultAtSeconds]));
  const hasTrials = journal.trials.length > 1;
  const columns = [
    { title: 'Index', isNumber: true },
    { title: 'Time', isNumber: true },
    ...(hasTrials ? [{ title: 'Trial', isNumber: true }] : []),
    { title: 'From fault', isNumber: true },
    { title: 'Type', isWord: true },
    { title: 'What it says' },
  ];
  const rows = chosen.map((event) => ({
    id: `event-${event.i}`,
    cells: [
      String(event.i),
      `${(event.t / 1000).toFixed(3)} s`,
      ...(hasTrials ? [event.trial === 0 ? '' : String(event.trial)] : []),
      sinceFault(event, faults.get(event.trial) ?? null),
      markup`<code>${event.type}</code>`,
      shorten(describeEvent(event)),
    ],
  }));
  const left = record.all.length - chosen.length;
  return markup`<section class="part" id="evidence" aria-label="Evidence"><h2>Evidence</h2>
<p class="muted">Index n is line n + 1 of <code>events.ndjson</code>, the record that everything here is derived from. ${formatCount(chosen.length)} of its ${formatCount(record.all.length)} events are listed${left === 0 ? '.' : `: every cited one, then those of the trials, then the others; ${formatCount(left)} are left out, mostly samples, which the time axis shows.`}</p>
${dataTable('Events', columns, rows)}
</section>`;
}

function shorten(sentence: string): string {
  return sentence.length <= MOST_CHARACTERS ? sentence : `${sentence.slice(0, MOST_CHARACTERS)} …`;
}

function sinceFault(event: RunEvent, faultAt: number | null): string {
  if (faultAt === null) return '';
  const seconds = event.t / 1000 - faultAt;
  return `${seconds < 0 ? '−' : '+'}${Math.abs(seconds).toFixed(3)} s`;
}
