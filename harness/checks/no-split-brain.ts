import { healingBegan } from '../core/derive/fault-time.ts';
import { ledgersOf, unknownOf } from '../core/derive/ledgers.ts';
import { OLD_PRIMARY_WRITES } from '../core/ledger-names.ts';
import { countIn, formatRanges } from '../core/sequence.ts';
import type { Check } from '../core/scenario.ts';
import { sentence } from '../core/sentence.ts';
import { count } from './words.ts';

/** What the old primary acknowledged after it was let go on is on the new one. Unknown when it was never seen to answer. */
export function noSplitBrain(): Check {
  return {
    id: 'no_split_brain',
    title: 'The old primary took no write that the new one does not have',
    failure: 'The old primary took writes that the new one does not have',
    judge(history) {
      const ledger = ledgersOf(history).find(({ name }) => name === OLD_PRIMARY_WRITES);
      const letGo = history.first('fault.undone');
      const letGoAt = healingBegan(history) ?? Infinity;
      if (ledger === undefined || letGo === undefined)
        return { verdict: 'unknown', summary: 'No write was tried on the old primary after it went on.', evidence: [] };
      const answered = history
        .all('sample')
        .filter(({ probe, end, hung }) => probe === OLD_PRIMARY_WRITES && end >= letGoAt && hung !== true);
      const tried = `${count(ledger.attempted, 'write')} tried directly on the old primary`;
      const evidence = [letGo.i, ...answered.slice(0, 1).map(({ i }) => i), ...(ledger.read ? [ledger.read.i] : [])];
      if (answered.length === 0)
        return { verdict: 'unknown', summary: `${tried}, and it answered none after it went on.`, evidence };
      if (ledger.read === undefined)
        return { verdict: 'unknown', summary: `${tried}, and the new primary was never asked for them.`, evidence };
      const lost = countIn(ledger.lost);
      const open = ledger.indeterminate === 0 ? '' : `, ${ledger.indeterminate} without an answer`;
      if (lost > 0) {
        return {
          verdict: 'fail',
          summary: `${tried}: it acknowledged ${ledger.acknowledged}, of which the new primary lacks ${lost} (${formatRanges(ledger.lost)})${open}.`,
          evidence,
        };
      }
      const unknown = unknownOf(ledger);
      if (unknown !== undefined) return { verdict: 'unknown', summary: sentence(unknown), evidence };
      return {
        verdict: 'pass',
        summary: `${tried}: it acknowledged ${ledger.acknowledged === 0 ? 'none' : `${ledger.acknowledged}, all of which are there`}${open}.`,
        evidence,
      };
    },
  };
}
