import type { Millis } from '../core/clock.ts';
import type { Sample } from '../core/probe.ts';

/** Puts the samples of one probe, which come as they end, into the order of their intended starts. */
export class SampleOrder {
  readonly #push: (sample: Sample) => void;
  #waiting: Sample[] = [];

  constructor(push: (sample: Sample) => void) {
    this.#push = push;
  }

  /** Every sample that was intended before `settledUntil` is in this batch or an earlier one. */
  add(batch: readonly Sample[], settledUntil: Millis): void {
    const all = [...this.#waiting, ...batch].toSorted((a, b) => a.intended - b.intended);
    const firstOpen = all.findIndex(({ intended }) => intended >= settledUntil);
    const settled = firstOpen < 0 ? all.length : firstOpen;
    this.#waiting = all.slice(settled);
    for (const sample of all.slice(0, settled)) this.#push(sample);
  }

  /** No more samples will come. */
  finish(): void {
    this.add([], Infinity);
  }
}
