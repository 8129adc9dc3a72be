import type { CheckResult, Journal } from '../../core/journal.ts';
import { addLosses } from '../../core/losses.ts';
import {
  formatBest,
  formatBounds,
  formatCount,
  formatLimit,
  formatMany,
  formatSeconds,
  isNever,
  keepUnits,
} from '../measurement.ts';
import { recoveryGauge } from './gauge.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';
import { checkAnchor, VERDICT_ORDER } from './report-context.ts';
import { verdictBadge, verdictIcon, VERDICT_WORDS } from './verdict-badge.ts';

/** The first screen: did it pass, how long did it take, what was lost. */
export function verdictSection(journal: Journal): Markup {
  const { objective, verdict } = journal;
  return markup`<section id="verdict" class="verdict is-${verdict}" aria-label="Verdict">
<p class="verdict-word">${verdictIcon(verdict)}<span>${VERDICT_WORDS[verdict]}</span></p>
<p class="headline">${keepUnits(journal.headline)}</p>
${reasons(journal)}
<dl class="figures">${recoveryFigure(journal)}${lossFigure(journal)}${jobFigure(journal)}${checkFigure(journal)}</dl>
${recoveryGauge(journal.trials, objective)}
<p class="source">Objective: recovered within ${formatLimit(objective.recoverySeconds)}, ${allowedLoss(objective)}. Source: ${objective.source}.</p>
</section>`;
}

function allowedLoss(objective: Journal['objective']): string {
  const few = `at most ${formatMany(objective.lostWrites, 'lost write')}`;
  const point = objective.recoveryPointSeconds;
  return point === undefined ? few : `${few} or those of the last ${formatLimit(point)}`;
}

/** Why it is not a pass: the causes; what only follows from them stands in the table of checks. */
function reasons(journal: Journal): Markup | null {
  if (journal.verdict === 'pass') return null;
  const all = [
    ...journal.trials.flatMap((trial) => trial.checks.map((check) => ({ check, trial: trial.trial }))),
    ...journal.runChecks.map((check) => ({ check, trial: 0 })),
  ];
  const causes = all
    .filter(({ check }) => check.verdict !== 'pass' && check.consequenceOf === undefined)
    .toSorted((a, b) => VERDICT_ORDER[a.check.verdict] - VERDICT_ORDER[b.check.verdict]);
  const [only, ...others] = causes;
  if (only !== undefined && others.length === 0 && journal.headline.includes(only.check.summary))
    return onlyReason(only, all.filter(({ check }) => check.consequenceOf !== undefined).length);
  const shown = causes.slice(0, 6).map(({ check, trial }) => reason(check, trial, journal.trials.length > 1));
  const more = causes.length - shown.length;
  if (shown.length === 0) return outcomeReason(journal);
  return markup`<ul class="reasons">${shown}${more > 0 && markup`<li class="muted">and ${formatMany(more, 'check')} more, in the tables below</li>`}</ul>`;
}

function reason(check: CheckResult, trial: number, isNamed: boolean): Markup {
  const where = isNamed && trial > 0 ? `Trial ${trial}: ` : '';
  return markup`<li>${verdictBadge(check.verdict)} <a href="#${checkAnchor(trial, check.id)}">${where}${check.failure ?? check.title}</a>. ${check.summary}</li>`;
}

/** The headline says it already; what is left to say is where it stands, and what followed from it. */
function onlyReason(
  { check, trial }: { readonly check: CheckResult; readonly trial: number },
  following: number,
): Markup {
  const others =
    following === 0 ? 'Nothing else is amiss' : `${formatMany(following, 'other verdict')} only followed from it`;
  return markup`<ul class="reasons"><li>${verdictBadge(check.verdict)} <a href="#${checkAnchor(trial, check.id)}">The check and its evidence</a>. ${others}.</li></ul>`;
}

function outcomeReason(journal: Journal): Markup | null {
  switch (journal.outcome) {
    case 'completed':
      return null;
    case 'refused':
      return markup`<p class="reasons">Refused before the fault: nothing was broken and nothing was measured. This is never counted as a pass.</p>`;
    case 'aborted':
    case 'interrupted':
      return markup`<p class="reasons">The run was ${journal.outcome} before it could be judged.</p>`;
    case 'unfinished':
      return markup`<p class="reasons">The record ends in the middle of the run: the harness itself was ended. What was seen until then is below.</p>`;
    default:
      return journal.outcome satisfies never;
  }
}

function figure(title: string, value: MarkupValue, note: MarkupValue): Markup {
  return markup`<div class="figure"><dt>${title}</dt><dd class="figure-value">${value}</dd><dd class="figure-note">${note}</dd></div>`;
}

function recoveryFigure(journal: Journal): Markup {
  const { trials, summary, objective } = journal;
  const limit = `objective ≤ ${formatLimit(objective.recoverySeconds)}`;
  const [first, ...others] = trials;
  if (first === undefined) return figure('Recovered after', '–', 'nothing was broken');
  if (others.length > 0) {
    if (summary.medianSeconds === null) return figure('Recovered after', 'not seen', limit);
    const range = `${formatSeconds(summary.lowestSeconds ?? 0)} to ${formatSeconds(summary.highestSeconds ?? 0)}`;
    return figure(
      'Recovered after (median)',
      formatSeconds(summary.medianSeconds),
      `${range} in ${trials.length} trials, ${limit}`,
    );
  }
  const measured = first.recovery.measuredSeconds;
  const bounds = measured?.best === null ? '' : formatBounds(measured);
  const faster = first.recovery.fasterThanExpected && objective.expectedSeconds !== undefined;
  return figure(
    'Recovered after',
    [
      isNever(first.recovery, objective) ? 'never' : formatBest(measured),
      bounds !== '' && markup` <span class="bounds">${bounds}</span>`,
    ],
    faster ? `${limit}; faster than the expected ${formatLimit(objective.expectedSeconds ?? 0)}` : limit,
  );
}

function lossFigure(journal: Journal): Markup {
  const losses = addLosses(journal.trials);
  const hasDeliveries = journal.trials.some((trial) => trial.deliveries.length > 0);
  const hasLedgers = journal.trials.some((trial) => trial.ledgers.length > 0);
  if (!hasDeliveries && !hasLedgers) return figure('Lost', '–', 'nothing was counted');
  // The worst of it is the figure; what is not known is never shown as nothing.
  const isOfWrites = hasLedgers && losses.missingRecords === 0 && (losses.lostWrites > 0 || !losses.isEveryLedgerRead);
  const isOfRecords = hasDeliveries && !isOfWrites;
  const lostWrites = losses.isEveryLedgerRead ? formatCount(losses.lostWrites) : 'unknown how many';
  const notes = [
    hasDeliveries &&
      `${isOfRecords ? '' : '0 '}of ${isOfRecords ? formatCount(losses.producedRecords) : formatMany(losses.producedRecords, 'record')}; ${formatCount(losses.extraCopies)} delivered again`,
    hasLedgers &&
      `${isOfRecords ? `${lostWrites} ` : ''}of ${formatMany(losses.acknowledgedWrites, 'acknowledged write')}${isOfRecords ? ' lost' : ''}`,
  ].filter((note) => note !== false);
  const writes = losses.isEveryLedgerRead ? formatMany(losses.lostWrites, 'write') : 'unknown';
  const value = isOfRecords ? formatMany(losses.missingRecords, 'record') : writes;
  return figure('Lost', value, (isOfRecords ? notes : notes.toReversed()).join('; '));
}

function jobFigure(journal: Journal): Markup {
  const jobs = journal.trials.flatMap((trial) => trial.jobs).filter((job) => job.wasInFlight);
  if (jobs.length === 0) return figure('Interrupted jobs', '–', 'no job was in flight');
  const isAsExpected = journal.trials.every(({ checks }) =>
    checks.some(({ id, verdict }) => id === 'job_outcome' && verdict === 'pass'),
  );
  if (isAsExpected && jobs.every((job) => job.outcome === 'failed'))
    return figure(
      'Interrupted jobs',
      `${jobs.length} of ${jobs.length} given up`,
      'exactly when the retry policy says',
    );
  const succeeded = jobs.filter((job) => job.outcome === 'succeeded');
  const most = Math.max(...jobs.map((job) => job.attempts.length));
  const endings = [...new Set(jobs.filter((job) => job.outcome !== 'succeeded').map((job) => job.outcome))];
  const note =
    endings.length > 0
      ? `${succeeded.length > 0 ? 'the others: ' : ''}${endings.join(', ')}`
      : `after at most ${formatMany(most, 'attempt')}`;
  return figure('Interrupted jobs', `${succeeded.length} of ${jobs.length} succeeded`, note);
}

function checkFigure(journal: Journal): Markup {
  const checks = [...journal.trials.flatMap((trial) => trial.checks), ...journal.runChecks];
  const count = (verdict: CheckResult['verdict']): number => checks.filter((check) => check.verdict === verdict).length;
  return figure(
    'Checks',
    `${count('pass')} of ${checks.length} passed`,
    `${count('fail')} failed, ${count('unknown')} unknown`,
  );
}
