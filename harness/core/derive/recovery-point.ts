import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { subtractRanges, toRanges, type SequenceRange } from '../sequence.ts';
import { lsnBytes } from '../wal.ts';
import { archiveFindings } from './archive.ts';
import { injectionTime } from './fault-time.ts';
import { ledgersOf, type Ledger } from './ledgers.ts';

/** To which moment before the fault the database came back, and what was lost by that. */
export interface RecoveryPoint {
  readonly ledger: Ledger;
  /** Acknowledged before the fault, and gone. */
  readonly lost: readonly SequenceRange[];
  /** Acknowledged after the fault, and gone all the same: this is no recovery point. */
  readonly lostAfter: readonly SequenceRange[];
  /** Lost, though a later write is there: a restore cannot do that. */
  readonly holes: readonly SequenceRange[];
  /** From the last moment of which everything is there to the fault, in milliseconds; `high` is Infinity when no write is there. */
  readonly span: Bounds;
  /** Bytes of the log between the restored position and the last look before the fault: at least so much was lost. */
  readonly walBytes: number | undefined;
}

/** Undefined without a fault, without a ledger, or when its table was never read after the fault. */
export function recoveryPointOf(history: History): RecoveryPoint | undefined {
  const faultAt = injectionTime(history)?.at;
  const ledger = ledgersOf(history)[0];
  if (faultAt === undefined || ledger?.read === undefined) return undefined;
  const written = acknowledgedWrites(history, ledger);
  const before = written.filter((write) => write.start <= faultAt.high);
  const gone = before.filter((write) => !write.isThere);
  const there = before.filter((write) => write.isThere);
  const lastThere = there.reduce((latest, write) => Math.max(latest, write.start), -Infinity);
  return {
    ledger,
    lost: rangesOf(gone),
    lostAfter: rangesOf(written.filter((write) => write.start > faultAt.high && !write.isThere)),
    holes: rangesOf(gone.filter((write) => write.end < lastThere)),
    span: spanOf(faultAt, there, gone),
    walBytes: lostBytes(history),
  };
}

/** A write that was acknowledged, and whether it was there at the final read. Milliseconds on the run's clock. */
export interface AcknowledgedWrite {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
  readonly isThere: boolean;
}

/** Every acknowledged write of the ledger; needs its final read. */
export function acknowledgedWrites(history: History, ledger: Ledger): AcknowledgedWrite[] {
  const samples = history
    .all('sample')
    .filter(({ probe, write }) => probe === ledger.name && write?.outcome === 'acknowledged');
  const numbers = toRanges(samples.flatMap(({ write }) => write?.seq ?? []));
  const gone = subtractRanges(numbers, ledger.read?.present ?? []);
  const isGone = (seq: number): boolean => gone.some(([from, to]) => seq >= from && seq <= to);
  return samples.flatMap((sample) =>
    sample.write === undefined
      ? []
      : [{ seq: sample.write.seq, start: sample.start, end: sample.end, isThere: !isGone(sample.write.seq) }],
  );
}

function spanOf(faultAt: Bounds, there: readonly AcknowledgedWrite[], gone: readonly AcknowledgedWrite[]): Bounds {
  if (gone.length === 0) return between(0, 0);
  const firstGone = gone.reduce((earliest, write) => Math.min(earliest, write.end), Infinity);
  const last = there.reduce<AcknowledgedWrite | undefined>(
    (latest, write) => (latest === undefined || write.start > latest.start ? write : latest),
    undefined,
  );
  const low = Math.max(0, faultAt.low - firstGone);
  if (last === undefined) return { low, best: Infinity, high: Infinity };
  return between(low, Math.max(low, faultAt.high - last.start), Math.max(low, faultAt.low - last.end));
}

function lostBytes(history: History): number | undefined {
  const restored: EventOf<'database.restored'> | undefined = history.latest('database.restored');
  const { atFault } = archiveFindings(history);
  if (restored === undefined || atFault === undefined) return undefined;
  return Math.max(0, lsnBytes(atFault.lsn) - lsnBytes(restored.lsn));
}

function rangesOf(writes: readonly AcknowledgedWrite[]): SequenceRange[] {
  return toRanges(writes.map(({ seq }) => seq));
}
