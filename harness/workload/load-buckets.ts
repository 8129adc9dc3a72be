/** One span of time of the load, all in milliseconds. */
export interface LoadBucket {
  readonly from: number;
  readonly to: number;
  readonly requests: number;
  readonly failed: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly maxMs: number;
}

/** Gathers request times into spans of equal length on the run's time axis. */
export class LoadBuckets {
  readonly #widthMs: number;
  readonly #durations = new Map<number, number[]>();
  readonly #failures = new Map<number, number>();
  #dropped = 0;

  constructor(widthMs: number) {
    this.#widthMs = widthMs;
  }

  addRequest(atMs: number, durationMs: number): void {
    const index = Math.floor(atMs / this.#widthMs);
    const known = this.#durations.get(index);
    if (known === undefined) this.#durations.set(index, [durationMs]);
    else known.push(durationMs);
  }

  addFailure(atMs: number): void {
    const index = Math.floor(atMs / this.#widthMs);
    this.#failures.set(index, (this.#failures.get(index) ?? 0) + 1);
  }

  addDropped(amount: number): void {
    this.#dropped += amount;
  }

  all(): LoadBucket[] {
    return [...this.#durations]
      .toSorted(([a], [b]) => a - b)
      .map(([index, durations]) => {
        const sorted = durations.toSorted((a, b) => a - b);
        return {
          from: index * this.#widthMs,
          to: (index + 1) * this.#widthMs,
          requests: sorted.length,
          failed: this.#failures.get(index) ?? 0,
          p50Ms: quantile(sorted, 0.5),
          p95Ms: quantile(sorted, 0.95),
          maxMs: sorted.at(-1) ?? 0,
        };
      });
  }

  totals(): { requests: number; failed: number; dropped: number } {
    const requests = [...this.#durations.values()].reduce((sum, durations) => sum + durations.length, 0);
    const failed = [...this.#failures.values()].reduce((sum, amount) => sum + amount, 0);
    return { requests, failed, dropped: this.#dropped };
  }
}

/** Nearest-rank quantile of sorted values. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(sorted.length * share) - 1))] ?? 0;
}
