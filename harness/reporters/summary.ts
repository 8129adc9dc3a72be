import type { CheckResult, Journal, Trial } from '../core/journal.ts';
import { addLosses } from '../core/losses.ts';
import { formatBytes } from '../core/wal.ts';
import {
  formatAllowedLoss,
  formatBest,
  formatCount,
  formatLimit,
  formatMany,
  formatMeasured,
  formatRecovery,
  formatSeconds,
} from './measurement.ts';
import { code, escapeMarkdown, MARKS } from './markdown.ts';
import type { Reporter } from './reporter.ts';

/** `summary.md`: the run in a pull request's comment. */
export const summary: Reporter = { name: 'summary', file: 'summary.md', render: (journal) => renderSummary(journal) };

function renderSummary(journal: Journal): string {
  return [
    `### ${MARKS[journal.verdict]} · \`${code(journal.scenario.id)}\``,
    '',
    `**${escapeMarkdown(journal.headline)}**`,
    '',
    ...complaints(journal),
    ...numbers(journal),
    ...runbookLines(journal.trials),
    ...(journal.trials.length > 1 ? trialLines(journal) : []),
    '',
    `Run \`${code(journal.runId)}\`, seed ${journal.seed}. Again: \`${code(journal.command)}\``,
    '',
  ].join('\n');
}

/** What is not a pass, causes first; what only follows from another check is counted, not listed. */
function complaints(journal: Journal): string[] {
  const all = [
    ...journal.trials.flatMap((trial) => trial.checks.map((check) => ({ check, trial }))),
    ...journal.runChecks.map((check) => ({ check, trial: undefined })),
  ].filter(({ check }) => check.verdict !== 'pass');
  const causes = all.filter(({ check }) => check.consequenceOf === undefined);
  const order = (verdict: CheckResult['verdict']): number => (verdict === 'fail' ? 0 : 1);
  const lines = causes
    .toSorted((a, b) => order(a.check.verdict) - order(b.check.verdict))
    .map(({ check, trial }) => complaint(check, journal.trials.length > 1 ? trial : undefined));
  const followers = all.length - causes.length;
  if (followers > 0)
    lines.push(
      `- … and ${formatMany(followers, 'check')} that only ${followers === 1 ? 'follows' : 'follow'} from these`,
    );
  return lines.length === 0 ? [] : [...lines, ''];
}

function complaint(check: CheckResult, trial: Trial | undefined): string {
  const where = trial === undefined ? '' : `trial ${trial.trial}, `;
  return `- ${MARKS[check.verdict]} ${where}${escapeMarkdown(check.title)}: ${escapeMarkdown(check.summary)}`;
}

function numbers(journal: Journal): string[] {
  const { objective, summary: totals, trials } = journal;
  const [first, ...others] = trials;
  if (first === undefined) return ['Nothing was broken, so nothing was measured.'];
  const recovery =
    others.length === 0
      ? formatRecovery(first, objective)
      : totals.medianSeconds === null
        ? 'never seen'
        : `median ${formatSeconds(totals.medianSeconds)}, ${formatSeconds(totals.lowestSeconds ?? 0)} to ${formatSeconds(totals.highestSeconds ?? 0)}`;
  const checks = [...trials.flatMap((trial) => trial.checks), ...journal.runChecks];
  const passed = checks.filter((check) => check.verdict === 'pass').length;
  return [
    '| | measured | objective |',
    '|---|---|---|',
    `| recovery time | ${recovery} | ≤ ${formatLimit(objective.recoverySeconds)} (${escapeMarkdown(objective.source)}) |`,
    ...lossLines(trials, objective),
    ...recoveryPointLines(trials, objective),
    ...scheduleLines(trials, formatLimit(objective.recoverySeconds)),
    `| checks passed | ${passed} of ${checks.length} | all |`,
  ];
}

/** Only what was counted: a scenario without a ledger says nothing about writes. */
function lossLines(trials: Journal['trials'], objective: Journal['objective']): string[] {
  const losses = addLosses(trials);
  const lines: string[] = [];
  if (trials.some((trial) => trial.deliveries.length > 0)) {
    const { missingRecords, producedRecords } = losses;
    lines.push(
      `| lost records | ${formatCount(missingRecords)} of ${formatCount(producedRecords)} | ${formatCount(objective.lostWrites)} |`,
    );
  }
  if (trials.some((trial) => trial.ledgers.length > 0)) {
    const lost = losses.isEveryLedgerRead ? formatCount(losses.lostWrites) : 'unknown number';
    lines.push(
      `| lost writes | ${lost} of ${formatCount(losses.acknowledgedWrites)} acknowledged | ${formatAllowedLoss(objective)} |`,
    );
  }
  return lines;
}

/** Only where schedules were followed. */
function scheduleLines(trials: Journal['trials'], limit: string): string[] {
  const schedules = trials.flatMap((trial) => trial.schedules ?? []);
  if (schedules.length === 0) return [];
  const missed = schedules.reduce((sum, { missedFires }) => sum + missedFires, 0);
  const bad = schedules.filter(({ isDropped, jobsTooMany }) => isDropped || jobsTooMany.length > 0).length;
  const late = schedules.flatMap(({ lateSeconds }) => lateSeconds ?? []).toSorted((a, b) => b.low - a.low)[0];
  const made =
    bad > 0
      ? `not made up for exactly once: ${bad} of ${schedules.length}`
      : `made up for ${formatBest(late ?? null)} late at most`;
  return [`| missed schedules | ${formatMany(missed, 'fire')}, ${made} | once, ≤ ${limit} |`];
}

/** To which moment the restore led back, of the trial that lost most. */
function recoveryPointLines(trials: Journal['trials'], { recoveryPointSeconds }: Journal['objective']): string[] {
  const [worst] = trials
    .flatMap(({ recoveryPoint }) => recoveryPoint ?? [])
    .toSorted((a, b) => (b.seconds.best ?? Infinity) - (a.seconds.best ?? Infinity));
  if (worst === undefined) return [];
  const log = worst.walBytes === null ? '' : `, ${formatBytes(worst.walBytes)} of the log`;
  const limit = worst.isNamedTime
    ? 'a named time'
    : recoveryPointSeconds === undefined
      ? '–'
      : `≤ ${formatLimit(recoveryPointSeconds)}`;
  return [
    `| recovery point | ${formatMany(worst.lostWrites, 'write')}, ${formatMeasured(worst.seconds)}${log} | ${limit} |`,
  ];
}

/** The steps of the runbook with their times, as one would read them aloud; of the first trial that has them. */
function runbookLines(trials: Journal['trials']): string[] {
  const steps = trials.find(({ runbook }) => runbook !== undefined)?.runbook ?? [];
  if (steps.length === 0) return [];
  const marks = { done: '✅', failed: '❌', 'not-reached': '⚠️' } as const;
  const rows = steps.map(
    ({ title, outcome, tookSeconds }, index) =>
      `| ${index + 1}. ${escapeMarkdown(title)} | ${marks[outcome]} ${outcome === 'not-reached' ? 'not come to' : outcome} | ${tookSeconds === null ? '–' : formatSeconds(tookSeconds)} |`,
  );
  return ['', '| step of the runbook | | took |', '|---|---|---|', ...rows];
}

function trialLines(journal: Journal): string[] {
  const lines = journal.trials.map(
    (trial) => `- trial ${trial.trial}: ${MARKS[trial.verdict]}, ${formatRecovery(trial, journal.objective)}`,
  );
  return ['', escapeMarkdown(journal.summary.conclusion), '', ...lines];
}
