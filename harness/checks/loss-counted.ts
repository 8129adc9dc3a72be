import { lastEffect } from '../core/derive/fault-time.ts';
import { promotion } from '../core/derive/database.ts';
import { ledgersOf, unknownOf } from '../core/derive/ledgers.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import { countIn, formatRanges, subtractRanges, toRanges, type SequenceRange } from '../core/sequence.ts';
import type { Check } from '../core/scenario.ts';
import { sentence } from '../core/sentence.ts';
import { count } from './words.ts';

/**
 * The writes that are reported as lost are those that no survivor held when the primary was gone and nobody had been promoted:
 * two counts that know nothing of each other. Unknown when nothing was lost, since then nothing was counted.
 */
export function lossCounted(): Check {
  return {
    id: 'loss_counted',
    title: 'The number of lost writes is exact',
    failure: 'The number of lost writes is not exact',
    judge(history) {
      const copies = history.all('ledger.copy');
      const effect = lastEffect(history);
      const names = new Set(copies.map(({ ledger }) => ledger));
      const ledger = ledgersOf(history).find(({ name }) => names.has(name));
      if (effect === undefined || ledger === undefined)
        return { verdict: 'unknown', summary: 'No survivor was asked what it held.', evidence: [] };
      const evidence = [effect.i, ...copies.map(({ i }) => i), ...(ledger.read === undefined ? [] : [ledger.read.i])];
      if (ledger.read === undefined)
        return { verdict: 'unknown', summary: `Ledger "${ledger.name}" was never read back.`, evidence };
      const survivors = copies.filter((copy) => copy.ledger === ledger.name);
      const missing = missingOnSurvivors(history, survivors);
      const [reported, counted] = [countIn(ledger.lost), countIn(missing)];
      const nodes = survivors.map(({ node }) => node).join(' and ');
      const difference = [...subtractRanges(missing, ledger.lost), ...subtractRanges(ledger.lost, missing)];
      if (difference.length > 0) {
        return {
          verdict: 'fail',
          summary: `${count(reported, 'write')} reported as lost, ${counted} were on neither ${nodes}; they differ in ${formatRanges(difference)}.`,
          evidence,
        };
      }
      if (reported === 0) return { verdict: 'unknown', summary: 'Nothing was lost, so nothing was counted.', evidence };
      const promoted = promotion(history)?.at.high ?? Infinity;
      const early = survivors.filter(({ start }) => start < effect.end);
      const late = survivors.filter(({ end }) => end > promoted);
      const unknown =
        early.length + late.length > 0
          ? `${[...early, ...late].map(({ node }) => node).join(' and ')} was not asked between the loss of the primary and the promotion of another`
          : unknownOf(ledger);
      if (unknown !== undefined) return { verdict: 'unknown', summary: sentence(unknown), evidence };
      return {
        verdict: 'pass',
        summary: `${count(reported, 'write')} reported as lost; the same ${counted} were missing on ${nodes} before anybody was promoted.`,
        evidence,
      };
    },
  };
}

/** Of the writes that were acknowledged before the first survivor was asked, those that none of them held. */
function missingOnSurvivors(history: History, copies: readonly EventOf<'ledger.copy'>[]): SequenceRange[] {
  const askedAt = copies.reduce((first, { start }) => Math.min(first, start), Infinity);
  const name = copies[0]?.ledger;
  const acknowledged = history
    .all('sample')
    .flatMap(({ probe, end, write }) =>
      probe === name && end <= askedAt && write?.outcome === 'acknowledged' ? [write.seq] : [],
    );
  return copies.reduce<SequenceRange[]>((rest, { present }) => subtractRanges(rest, present), toRanges(acknowledged));
}
