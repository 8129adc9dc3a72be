import type { JournalDelivery, JournalLedger, Trial } from '../../core/journal.ts';
import { formatCount, formatSeconds } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup, type MarkupValue } from './markup.ts';

/** What was lost: records of the pipelines and acknowledged writes, each counted, none trusted. */
export function lossSection(trial: Trial): Markup {
  const { deliveries, ledgers } = trial;
  return markup`<section class="part" id="lost-${trial.trial}" aria-label="What was lost"><h2>What was lost</h2>
${deliveries.length > 0 && deliveryTable(deliveries)}
${ledgers.length > 0 && ledgerTable(ledgers)}
${deliveries.length + ledgers.length === 0 && markup`<p class="muted">No records and no writes were counted in this trial.</p>`}
</section>`;
}

function deliveryTable(deliveries: readonly JournalDelivery[]): Markup {
  const rows = deliveries.map((delivery) => ({
    cells: [
      delivery.connectionName,
      formatCount(delivery.produced),
      formatCount(delivery.delivered),
      lost(delivery.missing, delivery.missingRanges),
      markup`${formatCount(delivery.repeated)}${delivery.extraCopies > 0 && markup` <span class="muted">(${formatCount(delivery.extraCopies)} extra copies)</span>`}`,
      formatCount(delivery.unexpected),
    ],
  }));
  const numbers = ['Produced', 'Delivered', 'Missing', 'Repeated', 'Unexpected'].map((title) => ({
    title,
    isNumber: true,
  }));
  return markup`<h3>Records, source against destination</h3>
${dataTable('Records of each connection', [{ title: 'Connection' }, ...numbers], rows)}
<p class="muted">Delivery is at least once: a repeated record is counted and is no loss; a missing one is.</p>`;
}

function ledgerTable(ledgers: readonly JournalLedger[]): Markup {
  const rows = ledgers.map((ledger) => ({
    cells: [
      ledger.ledger,
      formatCount(ledger.attempted),
      formatCount(ledger.acknowledged),
      ...(ledger.isRead
        ? [lost(ledger.lost, ledger.lostRanges), formatCount(ledger.duplicated)]
        : [markup`<strong>not read</strong>`, markup`<strong>not read</strong>`]),
      formatCount(ledger.indeterminate),
      formatCount(ledger.unexpected),
      recoveryPoint(ledger),
    ],
  }));
  const numbers = [
    'Attempted',
    'Acknowledged',
    'Lost',
    'Duplicated',
    'Indeterminate',
    'Unexpected',
    'Recovery point',
  ].map((title) => ({ title, isNumber: true }));
  return markup`<h3>Acknowledged writes</h3>
${dataTable('Ledgers of acknowledged writes', [{ title: 'Ledger' }, ...numbers], rows)}
<p class="muted">Indeterminate: the answer never came, so the write may be there or not. Recovery point: the span of time that the lost writes cover.</p>`;
}

function lost(count: number, ranges: string): MarkupValue {
  if (count === 0) return '0';
  return markup`<strong class="bad-number">✕ ${formatCount(count)}</strong> <span class="muted">${ranges}</span>`;
}

function recoveryPoint(ledger: JournalLedger): string {
  if (!ledger.isRead) return 'unknown';
  return ledger.recoveryPointSeconds === null ? 'nothing lost' : formatSeconds(ledger.recoveryPointSeconds);
}
