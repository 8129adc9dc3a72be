import type { Bounds } from '../core/bounds.ts';
import type { Milestone } from '../core/journal.ts';

type Seconds = NonNullable<Milestone['sinceFaultSeconds']>;

/** Milliseconds to seconds with three decimals; a moment that was never seen is null, since JSON has no infinity. */
export function boundsInSeconds({ low, best, high }: Bounds): Seconds {
  return {
    low: toSeconds(low),
    best: Number.isFinite(best) ? toSeconds(best) : null,
    high: Number.isFinite(high) ? toSeconds(high) : null,
  };
}

/** Milliseconds to seconds with three decimals. */
export function toSeconds(ms: number): number {
  return Math.round(ms) / 1000;
}
