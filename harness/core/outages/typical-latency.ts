const STEP = 0.1;

/**
 * A running estimate near the median of the latencies of good samples: each moves it by a tenth of itself at most, so
 * that a slow one hardly counts. It places instants inside a sample and is never part of the bounds.
 */
export class TypicalLatency {
  ms = 0;
  #hasLearned = false;

  learn(latencyMs: number): void {
    if (!this.#hasLearned) {
      this.#hasLearned = true;
      this.ms = latencyMs;
      return;
    }
    const step = Math.max(this.ms * STEP, 0.01);
    this.ms += Math.min(step, Math.max(-step, latencyMs - this.ms));
  }
}
