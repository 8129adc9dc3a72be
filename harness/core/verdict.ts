import type { Bounds } from './bounds.ts';

/** `unknown` is never counted as a pass. */
export type Verdict = 'pass' | 'fail' | 'unknown';

/** One fail decides; else one unknown decides; nothing judged at all is unknown. */
export function combineVerdicts(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('fail')) return 'fail';
  if (verdicts.includes('unknown') || verdicts.length === 0) return 'unknown';
  return 'pass';
}

/**
 * Holds a measured time against a limit, both in milliseconds: `pass` when `high` is within it, `fail` when `low` is
 * over it, `unknown` where the bounds straddle it. A time that never ended has `high` and `best` = Infinity.
 */
export function judgeAgainstLimit(measured: Bounds, limitMs: number): Verdict {
  if (measured.high <= limitMs) return 'pass';
  if (measured.low > limitMs) return 'fail';
  return 'unknown';
}
