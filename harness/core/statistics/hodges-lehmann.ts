import { median } from './median.ts';

/**
 * The Hodges–Lehmann estimate of how far `y` lies above `x`: the median of all differences y − x, in the unit of the values.
 * Undefined when a sample is empty, or when so many values are infinite that the median has no finite value.
 */
export function hodgesLehmann(x: readonly number[], y: readonly number[]): number | undefined {
  // Infinity − Infinity: both never happened, so neither is later than the other.
  const differences = y.flatMap((later) => x.map((earlier) => (later === earlier ? 0 : later - earlier)));
  const estimate = median(differences);
  return estimate !== undefined && Number.isFinite(estimate) ? estimate : undefined;
}
