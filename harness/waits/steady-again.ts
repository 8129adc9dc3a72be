import type { Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';
import { allInstancesReady } from './platform.ts';
import { probesGood } from './probes.ts';

/**
 * What must hold between two faults on one stack: everything is there again, answers, and can lose a part without losing data.
 * A second fault on a stack that is not redundant yet is another rehearsal than the one that was meant (a Patroni cluster stays
 * down by design when its only standby is lost as well). Conditions of further components are added here.
 */
export function steadyAgain({ within }: { readonly within: Duration }): readonly Wait[] {
  return [allInstancesReady({ within }), probesGood({ span: '3s', within })];
}
