/** Milliseconds on the harness's monotonic clock, counted from the start of the run. */
export type Millis = number;

/**
 * The one source of time in a run. Durations come from `now`; `wall` is for people and for labels.
 * Threads of the harness that are given the same `originNs` read the same clock, because
 * `process.hrtime` is CLOCK_MONOTONIC on Linux.
 */
export interface Clock {
  readonly originNs: bigint;
  /** Milliseconds since `originNs`, with microsecond resolution. */
  now(): Millis;
  wall(): Date;
}

/** The real clock. `originNs` is a value of `process.hrtime.bigint()`. */
export function systemClock(originNs: bigint = process.hrtime.bigint()): Clock {
  return {
    originNs,
    now: () => Number((process.hrtime.bigint() - originNs) / 1000n) / 1000,
    wall: () => new Date(),
  };
}
