/** How two samples differ in location, with an exact p-value whatever their size and ties. */
export interface MannWhitney {
  /** Pairs (x, y) with x > y, equal ones counted half: Mann and Whitney's U of the first sample. */
  readonly u: number;
  /** Two-sided: how likely a rank sum at least so far from its mean is when both samples come from one distribution. */
  readonly pValue: number;
  /** The least p-value that samples of these sizes and ties can reach; above 0.05 no difference could be significant. */
  readonly leastPValue: number;
}

/**
 * The two-sided Mann–Whitney U test (Wilcoxon's rank-sum test) by the exact permutation distribution of the mid-ranks, so that
 * ties need no correction and small samples no approximation. `Infinity` stands for "never happened" and ranks last.
 * Sources: Mann & Whitney 1947; the recursion over ranks is that of Streitberg & Röhmel 1986. Two samples of 100 take less than a second.
 * @throws RangeError when a sample is empty or holds a NaN.
 */
export function mannWhitney(x: readonly number[], y: readonly number[]): MannWhitney {
  const pooled = [...x, ...y];
  if (x.length === 0 || y.length === 0) throw new RangeError('Both samples need at least one value.');
  if (pooled.some((value) => Number.isNaN(value))) throw new RangeError('A sample holds a value that is no number.');
  const doubled = doubledMidRanks(pooled);
  const rankSum = sum(doubled.slice(0, x.length));
  const ways = rankSumWays(doubled, x.length);
  const mean = x.length * (pooled.length + 1);
  const total = sum(ways);
  const distance = Math.abs(rankSum - mean);
  const atLeast = (least: number): number =>
    ways.reduce((tail, count, value) => (Math.abs(value - mean) >= least ? tail + count : tail), 0) / total;
  const farthest = ways.reduce((most, count, value) => (count > 0 ? Math.max(most, Math.abs(value - mean)) : most), 0);
  return {
    u: rankSum / 2 - (x.length * (x.length + 1)) / 2,
    pValue: Math.min(1, atLeast(distance)),
    leastPValue: Math.min(1, atLeast(farthest)),
  };
}

/** Twice the mid-rank of each value, which is a whole number. */
function doubledMidRanks(values: readonly number[]): number[] {
  return values.map((value) => {
    const below = values.filter((other) => other < value).length;
    const equal = values.filter((other) => other === value).length;
    return 2 * below + equal + 1;
  });
}

/** In how many ways `size` of the ranks add up to each sum. */
function rankSumWays(ranks: readonly number[], size: number): number[] {
  const most = sum(ranks.toSorted((a, b) => b - a).slice(0, size));
  const bySize = Array.from({ length: size + 1 }, () => Array.from({ length: most + 1 }, () => 0));
  const none = bySize[0];
  if (none !== undefined) none[0] = 1;
  for (const rank of ranks) {
    for (let taken = size; taken > 0; taken -= 1) {
      const [without, into] = [bySize[taken - 1], bySize[taken]];
      if (without === undefined || into === undefined) continue;
      for (let total = most; total >= rank; total -= 1) {
        into[total] = (into[total] ?? 0) + (without[total - rank] ?? 0);
      }
    }
  }
  return bySize[size] ?? [];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
