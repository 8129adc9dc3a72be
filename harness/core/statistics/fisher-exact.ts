/** Two rates compared: `hits` of `total` on each side. */
export interface Rate {
  readonly hits: number;
  readonly total: number;
}

/** Two tables whose probabilities differ by less than this share count as equally likely; rounding makes up to 1e-13. */
const TOLERANCE = 1e-9;

/**
 * Fisher's exact test, two-sided: the probability, all margins given, of the tables that are at most as likely as the observed
 * one (the definition that R and SciPy use). `leastPValue` is the least that these margins can reach.
 * Source: Fisher, The Design of Experiments, 1935, chapter 2.
 * @throws RangeError when a rate is none.
 */
export function fisherExact(a: Rate, b: Rate): { readonly pValue: number; readonly leastPValue: number } {
  for (const { hits, total } of [a, b]) {
    if (!Number.isSafeInteger(hits) || !Number.isSafeInteger(total) || hits < 0 || hits > total)
      throw new RangeError(`${hits} of ${total} is no rate.`);
  }
  const hits = a.hits + b.hits;
  const lowest = Math.max(0, hits - b.total);
  const highest = Math.min(hits, a.total);
  const likelihoods = new Map<number, number>();
  for (let ofA = lowest; ofA <= highest; ofA += 1) {
    likelihoods.set(
      ofA,
      Math.exp(logChoose(a.total, ofA) + logChoose(b.total, hits - ofA) - logChoose(a.total + b.total, hits)),
    );
  }
  const tables = [...likelihoods.values()];
  const atMost = (limit: number): number =>
    Math.min(
      1,
      tables.filter((likelihood) => likelihood <= limit * (1 + TOLERANCE)).reduce((sum, one) => sum + one, 0),
    );
  return { pValue: atMost(likelihoods.get(a.hits) ?? 1), leastPValue: atMost(Math.min(...tables)) };
}

function logChoose(n: number, k: number): number {
  let log = 0;
  for (let i = 1; i <= k; i += 1) log += Math.log((n - k + i) / i);
  return log;
}
