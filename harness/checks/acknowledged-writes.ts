import { formatMillis } from '../core/duration.ts';
import { countIn, formatRanges } from '../core/sequence.ts';
import type { Objective } from '../core/events.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts } from '../core/verdict.ts';
import { lastEffect } from '../core/derive/fault-time.ts';
import { ledgersOf, unknownOf, type Ledger } from '../core/derive/ledgers.ts';
import type { History } from '../core/history.ts';
import { sentence } from '../core/sentence.ts';
import { count } from './words.ts';

/** No acknowledged write is lost beyond the recovery point objective; a ledger that was never read is unknown. `except`: ledgers that another check judges. */
export function acknowledgedWrites({ except = [] }: { readonly except?: readonly string[] } = {}): Check {
  return {
    id: 'acknowledged_writes',
    title: 'No acknowledged write is lost',
    failure: 'Acknowledged writes are lost',
    judge(history) {
      const objective = history.first('run.started')?.objective;
      const ledgers = ledgersOf(history).filter(({ name }) => !except.includes(name));
      if (ledgers.length === 0) return { verdict: 'unknown', summary: 'No writes were made.', evidence: [] };
      const results = ledgers.map((ledger) => judgeLedger(history, ledger, objective));
      return {
        verdict: combineVerdicts(results.map((result) => result.verdict)),
        summary: results.map((result) => result.summary).join(' '),
        evidence: ledgers
          .flatMap((ledger) => [ledger.frozen?.i, ledger.read?.i])
          .filter((index) => index !== undefined),
      };
    },
  };
}

function judgeLedger(
  history: History,
  ledger: Ledger,
  objective: Objective | undefined,
): { verdict: 'pass' | 'fail' | 'unknown'; summary: string } {
  const allowed = objective?.lostWrites ?? 0;
  const allowedSpanMs = (objective?.recoveryPointSeconds ?? -1) * 1000;
  if (ledger.read === undefined || ledger.frozen === undefined) {
    return {
      verdict: 'unknown',
      summary: `"${ledger.name}": ${count(ledger.acknowledged, 'acknowledged write')}, never read back.`,
    };
  }
  const unknown = unknownOf(ledger);
  if (unknown !== undefined && ledger.lost.length === 0) return { verdict: 'unknown', summary: sentence(unknown) };
  if (ledger.acknowledged === 0) return { verdict: 'unknown', summary: `"${ledger.name}": no write was acknowledged.` };
  if (ledger.unexpected.length > 0) {
    return {
      verdict: 'fail',
      summary: `"${ledger.name}": rows that were never written: ${formatRanges(ledger.unexpected)}.`,
    };
  }
  const lost = countIn(ledger.lost);
  const open =
    ledger.indeterminate > 0
      ? `, ${ledger.indeterminate} without an answer of which ${ledger.recovered} are there`
      : '';
  if (lost > 0) {
    const spanMs = ledger.lostSpanMs ?? 0;
    const after = lostAfter(history, ledger);
    if (after > 0) {
      const summary = `"${ledger.name}": ${lost} of ${count(ledger.acknowledged, 'acknowledged write')} lost (${formatRanges(ledger.lost)}), ${after} of them acknowledged after the fault: no objective allows that${open}.`;
      return { verdict: 'fail', summary };
    }
    const limit =
      allowedSpanMs < 0 ? String(allowed) : `${allowed}, or any number within ${formatMillis(allowedSpanMs)}`;
    return {
      verdict: lost <= allowed || spanMs <= allowedSpanMs ? 'pass' : 'fail',
      summary: `"${ledger.name}": ${lost} of ${count(ledger.acknowledged, 'acknowledged write')} lost (${formatRanges(ledger.lost)}), over ${formatMillis(spanMs)}; allowed ${limit}${open}.`,
    };
  }
  return {
    verdict: 'pass',
    summary: `"${ledger.name}": all ${count(ledger.acknowledged, 'acknowledged write')} are there${open}.`,
  };
}

/** Lost writes that began when the last fault had taken effect: what a recovery acknowledges it has to keep. */
function lostAfter(history: History, { name, lost }: Ledger): number {
  const effect = lastEffect(history)?.end ?? Infinity;
  const isLost = (seq: number): boolean => lost.some(([from, to]) => seq >= from && seq <= to);
  return history
    .all('sample')
    .filter(
      ({ probe, start, write }) =>
        probe === name && write?.outcome === 'acknowledged' && start > effect && isLost(write.seq),
    ).length;
}
