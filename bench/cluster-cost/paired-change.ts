import { spreadOf, type Spread } from '../spread.ts';

/** What was measured in two windows that followed one another. */
export interface Pair {
  readonly away: number;
  readonly attached: number;
}

/** How much more there is with the harness than without it, as a share: 0.05 is 5 % more. */
export interface Change {
  /** Over the pairs. */
  readonly spread: Spread;
  /** Where the true median lies with a confidence of at least 95 %; all numbers where the pairs are too few to tell. */
  readonly interval: readonly [low: number, high: number];
}

export type Answer = 'yes' | 'no' | 'unknown';

const CONFIDENCE = 0.95;

/**
 * attached ÷ away − 1 of each pair. Windows of one pair have the same neighbours in time, so what drifts does not enter.
 * @throws RangeError when there is no pair, or nothing to compare with.
 */
export function changeOver(pairs: readonly Pair[]): Change {
  const changes = pairs.map(({ away, attached }) => attached / away - 1);
  if (!changes.every((change) => Number.isFinite(change)))
    throw new RangeError('Nothing was measured that the harness could be compared with.');
  return { spread: spreadOf(changes), interval: intervalOfMedian(changes) };
}

/**
 * part ÷ whole of each pair, for what is known to be the harness's own and needs no difference.
 * @throws RangeError when there is no pair, or a whole that is nothing.
 */
export function shareOver(pairs: readonly { readonly part: number; readonly whole: number }[]): Change {
  return changeOver(pairs.map(({ part, whole }) => ({ away: whole, attached: whole + part })));
}

/** Whether the change is under the limit: `unknown` while the limit is in the interval. */
export function isUnder({ interval: [low, high] }: Change, limit: number): Answer {
  if (high < limit) return 'yes';
  return low >= limit ? 'no' : 'unknown';
}

/** Alternately in this order and in the reverse one, so that a drift over the time of the bench favours none. */
export function orderOf<T>(round: number, kinds: readonly T[]): readonly T[] {
  return round % 2 === 0 ? kinds : kinds.toReversed();
}

/**
 * From the k-th lowest value to the k-th highest, with the largest k at which the median lies outside in at most 5 % of all cases, whatever the
 * distribution: P = 2 · P(Binomial(n, ½) < k). Source: the interval that belongs to the sign test (Conover, Practical Nonparametric Statistics).
 */
function intervalOfMedian(values: readonly number[]): readonly [number, number] {
  const sorted = values.toSorted((a, b) => a - b);
  let k = 0;
  let likelihood = 0.5 ** values.length;
  for (let outside = 2 * likelihood; outside <= 1 - CONFIDENCE; outside += 2 * likelihood) {
    k += 1;
    likelihood *= (values.length - k + 1) / k;
  }
  return [sorted[k - 1] ?? -Infinity, sorted[sorted.length - k] ?? Infinity];
}
