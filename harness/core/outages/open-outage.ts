import { between, type Bounds } from '../bounds.ts';
import type { Millis } from '../clock.ts';
import type { Sample } from '../probe.ts';
import type { BlindSpan } from './blind-spans.ts';

const MOST_NOTES = 5;
/** Plenty to find one bad sample that the prober's stalls cannot explain. */
const MOST_EVIDENCE = 1024;

export interface OutageContext {
  readonly everyMs: number;
  /** What a good sample takes as a rule. */
  readonly typicalMs: number;
}

/**
 * The outage under way, from its first bad sample on.
 *
 * What a sample proves: the system was up (or down) at some instant between its start and its end. That gives the
 * bounds, whatever order overlapping samples were served in:
 * - it began after the start of the last good sample that had ended before the first bad one started, and before the
 *   end of any bad sample of it;
 * - it ended after the start of its last bad sample, and before the end of any good sample that started when all bad
 *   ones were over.
 * Without overlaps these are the neighbours of DESIGN's rule. A sample that *hung* is over as soon as it was sent: it
 * was never served, and waiting for its time-out proves nothing more. So good samples that start while it still hangs
 * count. (This takes it that a request does not arrive later than one that was sent after it.)
 *
 * The estimates go by order: halfway between the arrival of the last good and of the first bad request, which is
 * unbiased when the phase is random, and likewise at the end.
 */
export class OpenOutage {
  readonly #context: OutageContext;
  readonly #startLow: Millis;
  #startHigh: Millis;
  #startBest: Millis;
  /** The start of its last bad sample. */
  endLow: Millis;
  #endHigh = Infinity;
  #endBest = Infinity;
  #lastBad: Sample;
  /** When all its bad samples were over. */
  #badUntil: Millis;
  /** Good samples since the last bad one: in all, and those that started when the bad ones were over. */
  #goodInOrder = 0;
  #goodForSure = 0;
  badSamples = 0;
  goodSamples = 0;
  readonly notes = new Set<string>();
  readonly evidence: BlindSpan[] = [];

  constructor(firstBad: Sample, lastGood: Sample | undefined, upSince: Millis, context: OutageContext) {
    this.#context = context;
    this.#startLow = upSince;
    this.#startHigh = firstBad.end;
    this.#startBest = this.#halfway(lastGood, firstBad);
    this.endLow = firstBad.start;
    this.#lastBad = firstBad;
    this.#badUntil = firstBad.start;
    this.#count(firstBad);
  }

  pushBad(sample: Sample, lastGood: Sample | undefined, recoveredAfter: number): void {
    // So many good samples would have ended it, had they not started under an earlier bad one that took long: that one
    // was in flight when the system went down (a reset), and the outage began here.
    if (this.#goodInOrder >= recoveredAfter) this.#startBest = this.#halfway(lastGood, sample);
    this.goodSamples += this.#goodInOrder;
    this.#goodInOrder = 0;
    this.#goodForSure = 0;
    this.#endHigh = Infinity;
    this.#endBest = Infinity;
    this.#startHigh = Math.min(this.#startHigh, sample.end);
    this.endLow = Math.max(this.endLow, sample.start);
    this.#lastBad = sample;
    this.#count(sample);
  }

  /** True when it counts as recovered with this sample. */
  pushGood(sample: Sample, recoveredAfter: number): boolean {
    this.#goodInOrder += 1;
    this.#endBest = Math.min(this.#endBest, this.#endSeenBy(sample));
    if (sample.start < this.#badUntil) return false;
    this.#goodForSure += 1;
    this.#endHigh = Math.min(this.#endHigh, sample.end);
    return this.#goodForSure >= recoveredAfter;
  }

  start(): Bounds {
    return between(this.#startLow, this.#startHigh, clamp(this.#startBest, this.#startLow, this.#startHigh));
  }

  end(): Bounds {
    return between(this.endLow, this.#endHigh, clamp(this.#endBest, this.endLow, this.#endHigh));
  }

  #count(sample: Sample): void {
    this.badSamples += 1;
    this.#badUntil = Math.max(this.#badUntil, sample.hung === true ? sample.start : sample.end);
    if (sample.note !== undefined && this.notes.size < MOST_NOTES) this.notes.add(sample.note);
    if (this.evidence.length < MOST_EVIDENCE) this.evidence.push({ start: sample.start, end: sample.end });
  }

  /**
   * A good sample that took much longer than usual was waiting: what served it came back just before its end. One that
   * was served at once says only that the end lies between the last bad request and this one.
   */
  #endSeenBy(sample: Sample): Millis {
    const hasWaited = sample.end - sample.start > this.#context.typicalMs + this.#context.everyMs;
    return hasWaited ? sample.end - this.#context.typicalMs / 2 : this.#halfway(this.#lastBad, sample);
  }

  #halfway(before: Sample | undefined, after: Sample): Millis {
    const arrivedAfter = this.#arrival(after);
    return before === undefined ? arrivedAfter : (this.#arrival(before) + arrivedAfter) / 2;
  }

  /** When the request got there: half of a usual round trip after its start. */
  #arrival({ start, end }: Sample): Millis {
    return start + Math.min(end - start, this.#context.typicalMs) / 2;
  }
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
