/** A measured quantity in milliseconds: the truth lies in [low, high], `best` is the estimate. */
export interface Bounds {
  readonly low: number;
  readonly best: number;
  readonly high: number;
}

/** Bounds of an instant that lies somewhere in [low, high]; the estimate is the middle unless one is given. */
export function between(low: number, high: number, best: number = (low + high) / 2): Bounds {
  return { low, best, high };
}

/** The time from `start` to `end`, both instants with bounds. Never below zero. */
export function elapsed(start: Bounds, end: Bounds): Bounds {
  return {
    low: Math.max(0, end.low - start.high),
    best: Math.max(0, end.best - start.best),
    high: Math.max(0, end.high - start.low),
  };
}
