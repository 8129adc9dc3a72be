import type { Millis } from '../core/clock.ts';
import type { ProberHealth } from '../core/probe.ts';

const WINDOW_MS = 1000;
/** A delay this long gets a window of its own, so that a reader knows from when until when the prober was blind. */
const STALL_MS = 50;

/**
 * The prober's own delay. Every tick of the schedule is an observation: how late did the thread get round to it? This is
 * the event-loop delay exactly where it would bend a sample.
 */
export class DelayWindow {
  readonly #report: (health: ProberHealth) => void;
  #from: Millis;
  #delays: number[] = [];
  #samples = 0;

  constructor(from: Millis, report: (health: ProberHealth) => void) {
    this.#from = from;
    this.#report = report;
  }

  countSample(): void {
    this.#samples += 1;
  }

  /** A tick that was due at `due` was served at `now`. */
  observe(due: Millis, now: Millis): void {
    const delay = now - due;
    if (delay >= STALL_MS && due >= this.#from) {
      this.close(due);
      this.#delays.push(delay);
      this.close(now);
      return;
    }
    // What is left of a stall that has been reported: its length is known already.
    this.#delays.push(Math.min(delay, now - this.#from));
    if (now - this.#from >= WINDOW_MS) this.close(now);
  }

  close(to: Millis): void {
    if (to > this.#from && (this.#delays.length > 0 || this.#samples > 0)) {
      const sorted = Float64Array.from(this.#delays).toSorted();
      this.#report({
        from: this.#from,
        to,
        delayP99Ms: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0,
        delayMaxMs: sorted.at(-1) ?? 0,
        samples: this.#samples,
      });
      this.#samples = 0;
    }
    this.#from = Math.max(this.#from, to);
    this.#delays = [];
  }
}
