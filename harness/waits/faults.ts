import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

/** So much time after the latest fault was injected: the moment of the next one in a compound failure. */
export function afterFault({ delay }: { readonly delay: Duration }): Wait {
  const delayMs = toMillis(delay);
  return {
    name: delayMs === 0 ? 'right after the fault before it' : `${formatMillis(delayMs)} after the fault before it`,
    timeoutMs: delayMs + 30_000,
    isOver(history, nowMs) {
      const injected = history.latest('fault.injected');
      if (injected === undefined) return 'no fault has been injected yet';
      const since = nowMs - injected.end;
      return since >= delayMs ? true : `${formatMillis(since)} after the fault`;
    },
  };
}
