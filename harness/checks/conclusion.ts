import { formatMillis } from '../core/duration.ts';
import type { Objective } from '../core/events.ts';
import type { Journal, Trial } from '../core/journal.ts';
import { count, NOT_COUNTED } from './words.ts';

/** What several trials show together: median, range, and what their passes allow one to conclude. */
export function summarizeTrials(trials: readonly Trial[], objective: Objective, planned: number): Journal['summary'] {
  const amount = (verdict: string): number => trials.filter((trial) => trial.verdict === verdict).length;
  const measured = trials
    .map((trial) => trial.recovery.measuredSeconds?.best)
    .filter((best): best is number => typeof best === 'number');
  const sorted = measured.toSorted((a, b) => a - b);
  return {
    passed: amount('pass'),
    failed: amount('fail'),
    unknown: amount('unknown') + Math.max(0, planned - trials.length),
    medianSeconds: median(sorted),
    lowestSeconds: sorted[0] ?? null,
    highestSeconds: sorted.at(-1) ?? null,
    conclusion: concludePasses(trials, objective, planned),
  };
}

/**
 * With n passes of n independent trials the 95 % upper confidence bound of the rate p of failures that breach the
 * objective solves (1 − p)^n = 0.05 (exact binomial, Clopper–Pearson with no failure): n = 10 gives 25.9 %.
 */
export function breachRateBelow(passes: number): number {
  return 1 - 0.05 ** (1 / passes);
}

function concludePasses(trials: readonly Trial[], objective: Objective, planned: number): string {
  const passed = trials.filter((trial) => trial.recovery.verdict === 'pass').length;
  const limit = formatMillis(objective.recoverySeconds * 1000);
  if (trials.length === 0) return 'No trial came to a fault, so nothing can be concluded.';
  if (passed < planned) {
    const isBreached = trials.some((trial) => trial.recovery.verdict === 'fail');
    const because = isBreached
      ? 'the objective does not hold every time'
      : `of the other ${planned - passed} that is not known, so nothing is concluded`;
    return `${passed} of ${planned} trials recovered within ${limit}: ${because}.`;
  }
  const percent = Math.ceil(breachRateBelow(passed) * 100);
  const caution =
    passed === 1 ? ' One trial shows that it can be met, not that it is met as a rule: use --trials 10.' : '';
  return `${passed} of ${passed} within ${limit}: with 95 % confidence fewer than ${percent} % of such failures breach it.${caution}`;
}

/** One sentence over all trials, for the head of the report. */
export function concludeTrials(trials: readonly Trial[]): string {
  const bad = trials.filter((trial) => trial.verdict !== 'pass');
  const times = trials.flatMap((trial) => trial.recovery.measuredSeconds?.best ?? []).toSorted((a, b) => a - b);
  const [low, mid, high] = [times[0], median(times), times.at(-1)];
  const range =
    low === undefined || mid === null || high === undefined
      ? 'no recovery was measured'
      : `recovery took ${seconds(mid)} (median), ${seconds(low)} to ${seconds(high)}`;
  const first = bad[0];
  if (first === undefined) return `All ${trials.length} trials passed: ${range}; ${allowedLoss(trials)}.`;
  return `${bad.length} of ${trials.length} trials did not pass: ${range}. Trial ${first.trial}: ${first.headline}`;
}

/** A pass with a loss that the objective allows says so where it says that it passed. */
function allowedLoss(trials: readonly Trial[]): string {
  const lost = trials.flatMap(({ ledgers }) => ledgers).reduce((sum, ledger) => sum + ledger.lost, 0);
  if (trials.every(({ ledgers, deliveries }) => ledgers.length + deliveries.length === 0)) return NOT_COUNTED;
  return lost === 0
    ? 'nothing was lost'
    : `${count(lost, 'acknowledged write')} lost in all, which the objective allows`;
}

function seconds(value: number): string {
  return formatMillis(value * 1000);
}

function median(sorted: readonly number[]): number | null {
  const middle = sorted.length / 2;
  const low = sorted[Math.ceil(middle) - 1];
  const high = sorted[Math.floor(middle)];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
