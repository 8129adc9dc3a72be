import type { Wait } from '../core/scenario.ts';
import { allInstancesReady } from './platform.ts';
import { probesGood } from './probes.ts';

/** What must hold before anything is broken, in every scenario: nothing is missing, and nothing that is watched has just been bad. */
export function healthyStack(): readonly Wait[] {
  return [allInstancesReady({ within: '60s' }), probesGood({ span: '3s', within: '30s' })];
}
