import { missingUnwanted } from '../core/derive/capacity.ts';
import { missingCapacity, type History } from '../core/history.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

/** Every component has all of its instances ready. */
export function allInstancesReady({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'all instances are ready',
    timeoutMs: toMillis(within),
    isOver(history) {
      if (history.latest('platform.ready') === undefined) return 'the platform has not reported yet';
      const missing = missingCapacity(history);
      return missing.length === 0 ? true : `missing: ${missing.join(', ')}`;
    },
  };
}

/** Why capacity as before the fault is not waited for: fewer are wanted. False while there is something to wait for. */
export function notWantedAnyMore(history: History): string | false {
  const missing = missingUnwanted(history);
  return missing.length > 0 && `not wanted any more: ${missing.join(', ')}`;
}
