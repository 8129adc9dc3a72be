/** How measured values lie: never one number alone. */
export interface Spread {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p99: number;
  readonly max: number;
}

/** @throws RangeError when there is no value. */
export function spreadOf(values: readonly number[]): Spread {
  const sorted = values.toSorted((a, b) => a - b);
  const rank = (share: number): number => {
    const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
    if (value === undefined) throw new RangeError('no values to spread');
    return value;
  };
  return { count: sorted.length, min: rank(0), median: rank(0.5), p99: rank(0.99), max: rank(1) };
}

export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** `12.3 / 15.0 / 18.9`: min / median / max. */
export function formatSpread(spread: Spread, digits: number, unit: string): string {
  return `${[spread.min, spread.median, spread.max].map((value) => value.toFixed(digits)).join(' / ')} ${unit}`;
}
