import type { Millis } from '../core/clock.ts';

interface Entry<T> {
  readonly item: T;
  readonly firstAt: Millis;
  readonly everyMs: number;
  count: number;
  due: Millis;
}

/** One tick that is due: `intended` is its place on the schedule, `overdueSince` the oldest place it stands for. */
export interface Tick<T> {
  readonly item: T;
  readonly intended: Millis;
  readonly overdueSince: Millis;
}

/**
 * The open-loop schedule: every item has a fixed arithmetic series of intended starts that nothing can push back.
 *
 * After a stall only the newest due tick of an item is handed out; the older ones are missed and stay visible as a
 * hole in the series. Making them all up at once would load the system with a burst that no schedule asked for, would
 * weigh that one instant as if it were many, and would let a single good moment look like a run of good samples.
 */
export class Schedule<T> {
  readonly #heap: Entry<T>[] = [];

  add(item: T, everyMs: number, firstAt: Millis): void {
    this.#heap.push({ item, firstAt, everyMs, count: 0, due: firstAt });
    this.#siftUp(this.#heap.length - 1);
  }

  remove(item: T): void {
    const kept = this.#heap.filter((entry) => entry.item !== item).toSorted((a, b) => a.due - b.due);
    this.#heap.length = 0;
    this.#heap.push(...kept); // a sorted array is a heap
  }

  clear(): void {
    this.#heap.length = 0;
  }

  /** When the next tick is due, Infinity when there is nothing to do. */
  get nextDue(): Millis {
    return this.#heap[0]?.due ?? Infinity;
  }

  /** Takes one tick that is due at `now`, the most overdue item first. */
  take(now: Millis): Tick<T> | undefined {
    const entry = this.#heap[0];
    if (entry === undefined || entry.due > now) return undefined;
    const overdueSince = entry.due;
    entry.count += Math.floor((now - entry.due) / entry.everyMs);
    const intended = entry.firstAt + entry.count * entry.everyMs;
    entry.count += 1;
    entry.due = entry.firstAt + entry.count * entry.everyMs;
    this.#siftDown();
    return { item: entry.item, intended, overdueSince };
  }

  #siftUp(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.#swapIfEarlier(index, parent)) return;
      index = parent;
    }
  }

  #siftDown(): void {
    let index = 0;
    for (;;) {
      const left = 2 * index + 1;
      const right = left + 1;
      const child = this.#dueAt(right) < this.#dueAt(left) ? right : left;
      if (!this.#swapIfEarlier(child, index)) return;
      index = child;
    }
  }

  #dueAt(index: number): Millis {
    return this.#heap[index]?.due ?? Infinity;
  }

  #swapIfEarlier(child: number, parent: number): boolean {
    const lower = this.#heap[child];
    const upper = this.#heap[parent];
    if (lower === undefined || upper === undefined || lower.due >= upper.due) return false;
    this.#heap[child] = upper;
    this.#heap[parent] = lower;
    return true;
  }
}

const GOLDEN_RATIO = 0.618_033_988_75;
const LONGEST_PHASE_MS = 1000;

/** How far the series of the n-th probe is shifted, so that many probes with one period do not fire together. */
export function phaseShiftMs(index: number, everyMs: number): number {
  return ((index * GOLDEN_RATIO) % 1) * Math.min(everyMs, LONGEST_PHASE_MS);
}
