import { SIGNIFICANCE_LEVEL, type Significance } from '../../core/comparison.ts';
import { fisherExact, type Rate } from '../../core/statistics/fisher-exact.ts';
import { mannWhitney } from '../../core/statistics/mann-whitney.ts';

/** So few trials a side can never reach significance: 4 against 4 can (2/70), 3 against 3 cannot (2/20). */
const ENOUGH_TRIALS = 4;

/** Whether two samples of times or counts differ beyond chance; undefined when a side has fewer than two trials. */
export function significanceOfSamples(before: readonly number[], after: readonly number[]): Significance | undefined {
  if (before.length < 2 || after.length < 2) return undefined;
  const { pValue, leastPValue } = mannWhitney(before, after);
  return judge('Mann–Whitney U, exact', pValue, leastPValue, before.length, after.length);
}

/** Whether two rates of passes differ beyond chance; undefined when a side has fewer than two trials. */
export function significanceOfRates(before: Rate, after: Rate): Significance | undefined {
  if (before.total < 2 || after.total < 2) return undefined;
  const { pValue, leastPValue } = fisherExact(before, after);
  return judge("Fisher's exact test", pValue, leastPValue, before.total, after.total);
}

function judge(
  test: Significance['test'],
  pValue: number,
  leastPValue: number,
  before: number,
  after: number,
): Significance {
  const isSignificant = pValue <= SIGNIFICANCE_LEVEL;
  const base = { test, pValue, leastPValue, isSignificant };
  const p = `p = ${formatP(pValue)}, ${test}`;
  if (isSignificant) return { ...base, sentence: `significant (${p}, ${before} against ${after} trials)` };
  if (before < ENOUGH_TRIALS && after < ENOUGH_TRIALS) {
    const best = `${before} against ${after} trials can at best reach p = ${formatP(bestPossible(before, after))}`;
    return { ...base, sentence: `no significance possible: ${best}; use --trials ${ENOUGH_TRIALS} or more (${p})` };
  }
  return { ...base, sentence: `not significant (${p}, ${before} against ${after} trials): chance explains it` };
}

/** The least two-sided p-value without ties: both extreme orders of the pooled sample, 2 / (m + n over m). */
export function bestPossible(m: number, n: number): number {
  let orders = 1;
  for (let i = 1; i <= m; i += 1) orders = (orders * (n + i)) / i;
  return Math.min(1, 2 / orders);
}

/** `0.10`, `0.0054`, `less than 0.0001`: two significant digits. */
function formatP(pValue: number): string {
  if (pValue < 0.0001) return 'less than 0.0001';
  return pValue >= 0.995 ? '1' : String(Number(pValue.toPrecision(2)));
}
