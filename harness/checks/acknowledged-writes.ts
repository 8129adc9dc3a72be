import { formatMillis } from '../core/duration.ts';
import { countIn, formatRanges } from '../core/sequence.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts } from '../core/verdict.ts';
import { ledgersOf, type Ledger } from '../core/derive/ledgers.ts';
import { count } from './words.ts';

/** No acknowledged write is lost beyond the recovery point objective; a ledger that was never read is unknown. */
export function acknowledgedWrites(): Check {
  return {
    id: 'acknowledged_writes',
    title: 'No acknowledged write is lost',
    judge(history) {
      const allowed = history.first('run.started')?.objective.lostWrites ?? 0;
      const ledgers = ledgersOf(history);
      if (ledgers.length === 0) return { verdict: 'unknown', summary: 'No writes were made.', evidence: [] };
      const results = ledgers.map((ledger) => judgeLedger(ledger, allowed));
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

function judgeLedger(ledger: Ledger, allowed: number): { verdict: 'pass' | 'fail' | 'unknown'; summary: string } {
  if (ledger.read === undefined || ledger.frozen === undefined) {
    return {
      verdict: 'unknown',
      summary: `"${ledger.name}": ${count(ledger.acknowledged, 'acknowledged write')}, never read back.`,
    };
  }
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
    const span = formatMillis(ledger.lostSpanMs ?? 0);
    return {
      verdict: lost <= allowed ? 'pass' : 'fail',
      summary: `"${ledger.name}": ${lost} of ${count(ledger.acknowledged, 'acknowledged write')} lost (${formatRanges(ledger.lost)}), over ${span}; allowed ${allowed}${open}.`,
    };
  }
  return {
    verdict: 'pass',
    summary: `"${ledger.name}": all ${count(ledger.acknowledged, 'acknowledged write')} are there${open}.`,
  };
}
