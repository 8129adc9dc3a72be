import { z } from 'zod';
import type { Journal } from './journal.ts';

/** What a run lost over all its trials; without the final read nothing is known of a ledger's writes. */
export const lossesSchema = z.object({
  missingRecords: z.int(),
  producedRecords: z.int(),
  extraCopies: z.int(),
  lostWrites: z.int(),
  acknowledgedWrites: z.int(),
  isEveryLedgerRead: z.boolean(),
});
export type Losses = z.infer<typeof lossesSchema>;

/** Adds up the deliveries and ledgers of the given trials. */
export function addLosses(trials: Journal['trials']): Losses {
  const deliveries = trials.flatMap((trial) => trial.deliveries);
  const ledgers = trials.flatMap((trial) => trial.ledgers);
  const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
  return {
    missingRecords: sum(deliveries.map((delivery) => delivery.missing)),
    producedRecords: sum(deliveries.map((delivery) => delivery.produced)),
    extraCopies: sum(deliveries.map((delivery) => delivery.extraCopies)),
    lostWrites: sum(ledgers.map((ledger) => ledger.lost)),
    acknowledgedWrites: sum(ledgers.map((ledger) => ledger.acknowledged)),
    isEveryLedgerRead: ledgers.every((ledger) => ledger.isRead),
  };
}
