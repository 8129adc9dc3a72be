import type { EventBody, RunEvent } from '../../core/events.ts';

/** Builds a record for tests: events in any order, sorted by time and numbered at the end. */
export class RecordBuilder {
  readonly #entries: { readonly t: number; readonly trial: number; readonly body: EventBody; readonly key?: string }[] =
    [];
  #indexes: ReadonlyMap<string, number> = new Map();

  /** `atMs` is when the harness wrote it down; `key` names it for {@link indexOf}. */
  add(atMs: number, trial: number, body: EventBody, key?: string): void {
    this.#entries.push({ t: atMs, trial, body, ...(key === undefined ? {} : { key }) });
  }

  build(): RunEvent[] {
    const sorted = this.#entries.toSorted((a, b) => a.t - b.t);
    this.#indexes = new Map(sorted.flatMap(({ key }, i) => (key === undefined ? [] : [[key, i] as const])));
    return sorted.map(({ t, trial, body }, i) => ({ i, t, trial, ...body }));
  }

  /** The index of a named event in what was built. */
  indexOf(key: string): number {
    const index = this.#indexes.get(key);
    if (index === undefined) throw new Error(`The sample record has no event named ${key}.`);
    return index;
  }
}
