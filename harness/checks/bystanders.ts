import type { Check } from '../core/scenario.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { capacityRestored } from './capacity-restored.ts';
import { destinationComplete } from './destination-complete.ts';
import { jobOutcome } from './job-outcome.ts';
import { nothingLeftOver } from './left-overs.ts';
import { syncUndisturbed } from './sync-undisturbed.ts';

/**
 * What must hold when a part fails that no running sync needs: the sync goes on in its one attempt, no record and no acknowledged
 * write is lost, every instance comes back, nothing is left behind. `isLossExpected`: see {@link capacityRestored}.
 */
export function bystandersUnharmed({
  isLossExpected = true,
}: { readonly isLossExpected?: boolean } = {}): readonly Check[] {
  return [
    jobOutcome(),
    syncUndisturbed(),
    destinationComplete(),
    acknowledgedWrites(),
    capacityRestored({ isLossExpected }),
    nothingLeftOver('after-fault'),
  ];
}
