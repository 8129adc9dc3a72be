import type { Journal, Trial } from '../../core/journal.ts';
import { addLosses } from '../../core/losses.ts';
import { formatCount, formatRecovery, formatSeconds } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import { VERDICT_ORDER } from './report-context.ts';
import { verdictBadge } from './verdict-badge.ts';

/** Several trials: median and range, one line each, and what they allow one to conclude. */
export function trialsSection(journal: Journal): Markup {
  const { summary, trials } = journal;
  const columns = [
    { title: 'Trial', isWord: true },
    { title: 'Verdict' },
    { title: 'Recovered after', isNumber: true },
    { title: 'Records missing', isNumber: true },
    { title: 'Writes lost', isNumber: true },
    { title: 'Headline' },
  ];
  const rows = trials.map((trial) => {
    const losses = addLosses([trial]);
    return {
      cells: [
        markup`<a href="#trial-${trial.trial}">Trial ${trial.trial}</a>`,
        verdictBadge(trial.verdict),
        formatRecovery(trial, journal.objective),
        formatCount(losses.missingRecords),
        losses.isEveryLedgerRead ? formatCount(losses.lostWrites) : 'unknown',
        trial.headline,
      ],
    };
  });
  const range =
    summary.medianSeconds === null
      ? 'No trial was seen to recover.'
      : `Median ${formatSeconds(summary.medianSeconds)}, from ${formatSeconds(summary.lowestSeconds ?? 0)} to ${formatSeconds(summary.highestSeconds ?? 0)}.`;
  return markup`<section class="part" id="trials" aria-label="All trials"><h2>All trials</h2>
<p class="statement">${summary.conclusion}</p>
<p>${range} ${summary.passed} passed, ${summary.failed} failed, ${summary.unknown} unknown.</p>
${dataTable('Trials', columns, rows)}
</section>`;
}

/** The trial that a reader should see first: the worst verdict, and of these the longest recovery. */
export function worstTrial(trials: readonly Trial[]): Trial | undefined {
  return trials.toSorted((a, b) => VERDICT_ORDER[a.verdict] - VERDICT_ORDER[b.verdict] || lasted(b) - lasted(a))[0];
}

function lasted(trial: Trial): number {
  const measured = trial.recovery.measuredSeconds;
  return measured === null ? Infinity : (measured.best ?? Infinity);
}
