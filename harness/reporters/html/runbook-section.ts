import type { Trial } from '../../core/journal.ts';
import type { Verdict } from '../../core/verdict.ts';
import { formatBytes } from '../../core/wal.ts';
import { formatCount, formatMany, formatMeasured, formatSeconds } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import { evidenceLinks, type ReportContext } from './report-context.ts';
import { verdictBadge } from './verdict-badge.ts';

type Step = NonNullable<Trial['runbook']>[number];

/** The runbook as it was carried out, step by step, and the point to which it led back; nothing where a scenario has none. */
export function runbookSection(context: ReportContext, trial: Trial): Markup | null {
  const { runbook, recoveryPoint } = trial;
  if (runbook === undefined) return null;
  return markup`
<section class="part" id="runbook-${trial.trial}" aria-label="The recovery, step by step"><h2>The recovery, step by step</h2>
${stepTable(context, runbook)}
<p class="muted">Each step is carried out by the harness as the runbook says, and is done when it was looked at. A person adds the time to decide and to type.</p>
${recoveryPoint !== undefined && pointStatement(recoveryPoint)}
</section>`;
}

const OUTCOMES: Readonly<Record<Step['outcome'], { readonly word: string; readonly verdict: Verdict }>> = {
  done: { word: 'Done', verdict: 'pass' },
  failed: { word: 'Not done', verdict: 'fail' },
  'not-reached': { word: 'Not come to', verdict: 'unknown' },
};

function stepTable(context: ReportContext, steps: readonly Step[]): Markup {
  const columns = [
    { title: 'Step' },
    { title: 'Result', isWord: true },
    { title: 'Began, from fault', isNumber: true },
    { title: 'Took', isNumber: true },
    { title: 'What was found' },
    { title: 'Evidence' },
  ];
  const rows = steps.map((step, index) => ({
    cells: [
      `${index + 1}. ${step.title}`,
      verdictBadge(OUTCOMES[step.outcome].verdict, OUTCOMES[step.outcome].word),
      step.sinceFaultSeconds === null ? '–' : `+${formatSeconds(step.sinceFaultSeconds)}`,
      step.tookSeconds === null ? '–' : formatSeconds(step.tookSeconds),
      step.details ?? '–',
      evidenceLinks(context, step.evidence),
    ],
  }));
  return dataTable('Steps of the runbook', columns, rows);
}

function pointStatement(point: NonNullable<Trial['recoveryPoint']>): Markup {
  const lost = `${formatCount(point.lostWrites)} of ${formatMany(point.acknowledgedWrites, 'acknowledged write')} lost`;
  const log = point.walBytes === null ? '' : `, at least ${formatBytes(point.walBytes)} of the log`;
  const back =
    point.lostWrites === 0
      ? 'nothing that was written before the fault is missing'
      : `the database came back as it was ${formatMeasured(point.seconds)} before the fault`;
  const why = point.isNamedTime ? ' It was restored to a named time, so what came later is gone on purpose.' : '';
  return markup`<h3>Recovery point</h3>
<p class="statement">${lost}${log}: ${back}.${why}</p>`;
}
