import type { Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';
import { databaseRedundant } from './database.ts';
import { allInstancesReady } from './platform.ts';
import { probesGood } from './probes.ts';

/** Everything is there again: before that nothing can be asked about the rest. */
export function everythingThere({ within }: { readonly within: Duration }): Wait {
  return allInstancesReady({ within });
}

/**
 * What must hold between two faults on one stack once everything is there: it can lose a part without losing data, and it answers. A
 * second fault on a stack that is not redundant yet is another rehearsal than the one that was meant (a Patroni cluster stays
 * down by design when its only standby is lost as well). Conditions of further components are added here.
 */
export function steadyAgain({ within }: { readonly within: Duration }): readonly Wait[] {
  return [databaseRedundant({ within }), probesGood({ span: '3s', within })];
}
