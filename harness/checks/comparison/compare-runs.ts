import type { CheckChange, ComparedRun, Comparison, QuantityChange, VerdictCounts } from '../../core/comparison.ts';
import { ChaosError } from '../../core/errors.ts';
import type { RunEvent } from '../../core/events.ts';
import type { CheckResult, Journal } from '../../core/journal.ts';
import type { Verdict } from '../../core/verdict.ts';
import { differingCircumstances } from './circumstances.ts';
import { compareQuantity } from './compare-quantity.ts';
import { quantitiesOf } from './quantities.ts';
import { bestPossible, significanceOfRates } from './significance.ts';

/** A judged run with its record. */
export interface JudgedRun {
  readonly journal: Journal;
  readonly events: readonly RunEvent[];
}

/**
 * What changed from one run to another of the same scenario. Pure: the same records give the same comparison.
 * @throws ChaosError `usage` for runs of different scenarios, or twice the same run.
 */
export function compareRuns(before: JudgedRun, after: JudgedRun): Comparison {
  const [a, b] = [before.journal, after.journal];
  demandComparable(a, b);
  const checks = compareChecks(a, b);
  const quantities = quantitiesOf(a, b).flatMap((quantity) => compareQuantity(quantity) ?? []);
  return {
    schemaVersion: 1,
    scenario: { id: a.scenario.id, title: a.scenario.title },
    before: describeRun(a),
    after: describeRun(b),
    circumstances: differingCircumstances(before.events, after.events),
    verdict: compareVerdicts(
      a.trials.map(({ verdict }) => verdict),
      b.trials.map(({ verdict }) => verdict),
    ),
    checks: checks.filter(({ isChanged }) => isChanged),
    sameChecks: checks.filter(({ isChanged }) => !isChanged).length,
    quantities,
    conclusion: conclude(a.trials.length, b.trials.length, quantities),
  };
}

function demandComparable(a: Journal, b: Journal): void {
  if (a.runId === b.runId) {
    throw new ChaosError({
      code: 'usage',
      message: `Both names mean the run ${a.runId}.`,
      tryThis: 'Name two runs, for example: npm run chaos -- compare latest~1 latest',
    });
  }
  if (a.scenario.id === b.scenario.id) return;
  throw new ChaosError({
    code: 'usage',
    message: `Runs of different scenarios cannot be compared: ${a.runId} is of ${a.scenario.id}, ${b.runId} of ${b.scenario.id}.`,
    tryThis: 'Compare two runs of one scenario; the page over all runs (index.html) lists them by scenario.',
  });
}

function describeRun({ runId, wallStart, verdict, headline, trials, command }: Journal): ComparedRun {
  return { runId, wallStart, verdict, headline, trials: trials.length, command };
}

function countVerdicts(verdicts: readonly Verdict[]): VerdictCounts {
  const amount = (wanted: Verdict): number => verdicts.filter((verdict) => verdict === wanted).length;
  return { pass: amount('pass'), fail: amount('fail'), unknown: amount('unknown') };
}

/** Changed when a verdict's share of the trials is another one. */
function compareVerdicts(before: readonly Verdict[], after: readonly Verdict[]): Comparison['verdict'] {
  const [a, b] = [countVerdicts(before), countVerdicts(after)];
  const isChanged = (['pass', 'fail', 'unknown'] as const).some(
    (verdict) => a[verdict] * after.length !== b[verdict] * before.length,
  );
  const significance = significanceOfRates(
    { hits: a.pass, total: before.length },
    { hits: b.pass, total: after.length },
  );
  return { before: a, after: b, isChanged: isChanged || (before.length === 0) !== (after.length === 0), significance };
}

function compareChecks(a: Journal, b: Journal): CheckChange[] {
  const [before, after] = [checksOf(a), checksOf(b)];
  return [...new Set([...before.keys(), ...after.keys()])].map((id) => {
    const [left, right] = [before.get(id) ?? [], after.get(id) ?? []];
    const title = right[0]?.title ?? left[0]?.title ?? id;
    const change = compareVerdicts(
      left.map(({ verdict }) => verdict),
      right.map(({ verdict }) => verdict),
    );
    return { id, title, ...change, summaryBefore: worst(left)?.summary, summaryAfter: worst(right)?.summary };
  });
}

function checksOf(journal: Journal): Map<string, CheckResult[]> {
  return Map.groupBy([...journal.trials.flatMap(({ checks }) => checks), ...journal.runChecks], ({ id }) => id);
}

function worst(checks: readonly CheckResult[]): CheckResult | undefined {
  return (
    checks.find(({ verdict }) => verdict === 'fail') ?? checks.find(({ verdict }) => verdict === 'unknown') ?? checks[0]
  );
}

/** What so many trials allow one to say. */
function conclude(before: number, after: number, quantities: readonly QuantityChange[]): string {
  if (before === 0 || after === 0) return 'A run without a trial measured nothing, so there is nothing to compare.';
  if (before === 1 || after === 1) {
    return 'With one trial on a side, a difference beyond the bounds is a difference of these runs; whether it is the rule can only be said of several: use --trials 4 or more in both.';
  }
  if (bestPossible(before, after) > 0.05) {
    return `${before} against ${after} trials are too few for any significance, whatever they show: use --trials 4 or more in both.`;
  }
  const tested = quantities.filter(({ significance }) => significance !== undefined).length;
  const found = quantities.filter(({ finding }) => finding === 'higher' || finding === 'lower').length;
  return `${found} of ${tested} numbers differ significantly (p ≤ 0.05). Of ${tested} numbers that did not change, one in 20 would seem to by chance: the recovery time is the one to judge by.`;
}
