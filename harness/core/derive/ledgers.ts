import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { countIn, subtractRanges, toRanges, type SequenceRange } from '../sequence.ts';

/** Kinds of probes that write: `sql-write`, `http-write`. */
const WRITES = /-write$/;

/**
 * The writes of one ledger and what became of them. The words are Jepsen's `set` checker's: lost = acknowledged − read;
 * recovered = read ∩ indeterminate; unexpected = read − attempted.
 */
export interface Ledger {
  readonly name: string;
  readonly attempted: number;
  readonly acknowledged: number;
  readonly failed: number;
  readonly indeterminate: number;
  readonly read: EventOf<'ledger.read'> | undefined;
  readonly lost: readonly SequenceRange[];
  readonly recovered: number;
  readonly duplicated: number;
  readonly unexpected: readonly SequenceRange[];
  /**
   * From the acknowledgement of the first lost write to the last fault, or to that of the last lost write where that is later, in milliseconds;
   * undefined when none is lost.
   */
  readonly lostSpanMs: number | undefined;
  readonly frozen: EventOf<'ledger.frozen'> | undefined;
}

/** One ledger for each probe that writes; one that was frozen or read is there, whether a write of it was written down or not. */
export function ledgersOf(history: History): Ledger[] {
  const writes = history.all('sample').filter((sample) => sample.write !== undefined);
  const byName = Map.groupBy(writes, (sample) => sample.probe);
  const probes = history.all('probe.defined').flatMap(({ probe, kind }) => (WRITES.test(kind) ? [probe] : []));
  const kept = [...history.all('ledger.frozen'), ...history.all('ledger.read')].map(({ ledger }) => ledger);
  return [...new Set([...byName.keys(), ...probes, ...kept])].map((name) =>
    judgeLedger(history, name, byName.get(name) ?? []),
  );
}

/**
 * Why it is not known what became of its writes, in words; undefined where it is. The list of acknowledged writes was frozen, it is whole
 * in the record, and the rows were read after that.
 */
export function unknownOf({ name, acknowledged, frozen, read }: Ledger): string | undefined {
  if (read === undefined) return `${acknowledged} acknowledged writes of "${name}" were never read back`;
  if (frozen === undefined) return `the list of acknowledged writes of "${name}" was never closed`;
  if (frozen.acknowledged !== acknowledged)
    return `${frozen.acknowledged} writes of "${name}" were acknowledged, and the record has ${acknowledged} of them`;
  if (read.i < frozen.i || read.start < frozen.t)
    return `"${name}" was read before its list of acknowledged writes was closed`;
  return undefined;
}

function judgeLedger(history: History, name: string, samples: readonly EventOf<'sample'>[]): Ledger {
  const byOutcome = Map.groupBy(samples, (sample) => sample.write?.outcome ?? 'failed');
  const numbers = (outcome: 'acknowledged' | 'failed' | 'indeterminate'): number[] =>
    (byOutcome.get(outcome) ?? []).flatMap((sample) => (sample.write === undefined ? [] : [sample.write.seq]));
  const acknowledged = toRanges(numbers('acknowledged'));
  const indeterminate = toRanges(numbers('indeterminate'));
  const attempted = toRanges(samples.flatMap((sample) => (sample.write === undefined ? [] : [sample.write.seq])));
  const read = history.latest('ledger.read', (event) => event.ledger === name);
  const present = read?.present ?? [];
  const lost = read === undefined ? [] : subtractRanges(acknowledged, present);
  return {
    name,
    attempted: countIn(attempted),
    acknowledged: countIn(acknowledged),
    failed: numbers('failed').length,
    indeterminate: countIn(indeterminate),
    read,
    lost,
    recovered: read === undefined ? 0 : countIn(indeterminate) - countIn(subtractRanges(indeterminate, present)),
    duplicated: countIn((read?.repeated ?? []).map(({ range }) => range)),
    unexpected: subtractRanges(present, attempted),
    lostSpanMs: spanOf(samples, lost, history.latest('fault.injected')?.start ?? -Infinity),
    frozen: history.latest('ledger.frozen', (event) => event.ledger === name),
  };
}

function spanOf(
  samples: readonly EventOf<'sample'>[],
  lost: readonly SequenceRange[],
  faultAt: number,
): number | undefined {
  const ends = samples
    .filter((sample) =>
      lost.some(([from, to]) => sample.write !== undefined && sample.write.seq >= from && sample.write.seq <= to),
    )
    .map((sample) => sample.end);
  if (ends.length === 0) return undefined;
  const until = ends.reduce((a, b) => Math.max(a, b), faultAt);
  return until - ends.reduce((a, b) => Math.min(a, b));
}
