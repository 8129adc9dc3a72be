import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { countIn, subtractRanges, toRanges, type SequenceRange } from '../sequence.ts';

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
  /** From the acknowledgement of the first lost write to that of the last, in milliseconds; undefined when none is lost. */
  readonly lostSpanMs: number | undefined;
  readonly frozen: EventOf<'ledger.frozen'> | undefined;
}

/** One ledger for each probe that writes. */
export function ledgersOf(history: History): Ledger[] {
  const writes = history.all('sample').filter((sample) => sample.write !== undefined);
  return [...Map.groupBy(writes, (sample) => sample.probe)].map(([name, samples]) =>
    judgeLedger(history, name, samples),
  );
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
    lostSpanMs: spanOf(samples, lost),
    frozen: history.latest('ledger.frozen', (event) => event.ledger === name),
  };
}

function spanOf(samples: readonly EventOf<'sample'>[], lost: readonly SequenceRange[]): number | undefined {
  const ends = samples
    .filter((sample) =>
      lost.some(([from, to]) => sample.write !== undefined && sample.write.seq >= from && sample.write.seq <= to),
    )
    .map((sample) => sample.end);
  if (ends.length === 0) return undefined;
  return ends.reduce((a, b) => Math.max(a, b)) - ends.reduce((a, b) => Math.min(a, b));
}
