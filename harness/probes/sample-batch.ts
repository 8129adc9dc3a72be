import type { Millis } from '../core/clock.ts';
import type { Sample } from '../core/probe.ts';
import type { ProbeOutcome } from './probe-client.ts';

/**
 * Samples on their way between threads: numbers in one transferred array and only the few texts as objects. Cloning
 * 4,000 sample objects a second would cost more than taking the samples.
 */
export interface SampleBatch {
  /** Six numbers a sample: probe, intended, start, end, flags, sequence number of the write. */
  readonly numbers: Float64Array<ArrayBuffer>;
  /** Notes by index of the sample. */
  readonly notes: readonly (readonly [index: number, note: string])[];
  /** Every sample that was intended before this instant is in this batch or an earlier one. */
  readonly settledUntil: Millis;
}

const FIELDS = 6;
const OK = 1;
const HUNG = 2;
const OUTCOMES = ['acknowledged', 'failed', 'indeterminate'] as const;
const OUTCOME_SHIFT = 2;
const OUTCOME_MASK = 0b11;

/** Collects samples into batches. */
export class SampleBatchWriter {
  #numbers: number[] = [];
  #notes: [number, string][] = [];

  add(probe: number, intended: Millis, start: Millis, end: Millis, outcome: ProbeOutcome): void {
    const written = outcome.write === undefined ? 0 : OUTCOMES.indexOf(outcome.write.outcome) + 1;
    const flags = (outcome.ok ? OK : 0) | (outcome.hung === true ? HUNG : 0) | (written << OUTCOME_SHIFT);
    if (outcome.note !== undefined) this.#notes.push([this.#numbers.length / FIELDS, outcome.note]);
    this.#numbers.push(probe, intended, start, end, flags, outcome.write?.seq ?? 0);
  }

  take(settledUntil: Millis): SampleBatch {
    const batch = { numbers: Float64Array.from(this.#numbers), notes: this.#notes, settledUntil };
    this.#numbers = [];
    this.#notes = [];
    return batch;
  }
}

/** The samples of a batch; `nameOf` gives the name of a probe by its number. */
export function readBatch(batch: SampleBatch, nameOf: (probe: number) => string): Sample[] {
  const notes = new Map(batch.notes);
  const samples: Sample[] = [];
  const numberAt = (index: number): number => batch.numbers[index] ?? 0;
  for (let at = 0; at < batch.numbers.length; at += FIELDS) {
    const flags = numberAt(at + 4);
    const note = notes.get(at / FIELDS);
    const outcome = OUTCOMES[((flags >> OUTCOME_SHIFT) & OUTCOME_MASK) - 1];
    samples.push({
      probe: nameOf(numberAt(at)),
      intended: numberAt(at + 1),
      start: numberAt(at + 2),
      end: numberAt(at + 3),
      ok: (flags & OK) !== 0,
      ...(note === undefined ? {} : { note }),
      ...((flags & HUNG) === 0 ? {} : { hung: true }),
      ...(outcome === undefined ? {} : { write: { seq: numberAt(at + 5), outcome } }),
    });
  }
  return samples;
}
