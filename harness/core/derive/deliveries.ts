import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { countIn, formatRanges, subtractRanges, type SequenceRange } from '../sequence.ts';

/** What a source produced against what its destination held at the final read. */
export interface Delivery {
  readonly connection: EventOf<'connection'>;
  readonly produced: readonly SequenceRange[];
  /** Undefined when the destination was never read: then nothing is known. */
  readonly read: EventOf<'delivery.read'> | undefined;
  readonly missing: readonly SequenceRange[];
  /** Delivered, but never produced. */
  readonly unexpected: readonly SequenceRange[];
  /** How many numbers are there more than once, and how many copies too many that makes. */
  readonly repeated: number;
  readonly extraCopies: number;
}

export function deliveryOf(history: History, connection: EventOf<'connection'>): Delivery {
  const produced = producedBy(history, connection.connectionId, Infinity);
  const read = history.latest('delivery.read', (event) => event.connectionId === connection.connectionId);
  const present = read?.present ?? [];
  const repeated = read?.repeated ?? [];
  return {
    connection,
    produced,
    read,
    missing: read === undefined ? [] : subtractRanges(produced, present),
    unexpected: subtractRanges(present, produced),
    repeated: countIn(repeated.map(({ range }) => range)),
    extraCopies: repeated.reduce((sum, { range, times }) => sum + countIn([range]) * (times - 1), 0),
  };
}

/** The records that the source system had acknowledged by `atMs`, as sorted ranges. */
export function producedBy(history: History, connectionId: string, atMs: number): SequenceRange[] {
  const ranges = history
    .all('source.rows')
    .filter((event) => event.connectionId === connectionId && event.end <= atMs)
    .flatMap((event) => event.rows);
  return mergeRanges(ranges);
}

/** The highest record number that the source had acknowledged by `atMs`; 0 when there was none. */
export function highestProduced(history: History, connectionId: string, atMs: number): number {
  return producedBy(history, connectionId, atMs).at(-1)?.[1] ?? 0;
}

/** `1–500, 502` for a report. */
export function describeMissing(delivery: Delivery): string {
  return formatRanges(delivery.missing);
}

function mergeRanges(ranges: readonly SequenceRange[]): SequenceRange[] {
  const merged: [number, number][] = [];
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = merged.at(-1);
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to);
    else merged.push([from, to]);
  }
  return merged;
}
