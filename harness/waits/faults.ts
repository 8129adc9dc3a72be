import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

/** So long after the last fault. Only for the delay between the faults of a compound failure. */
export function sinceFault({ span }: { readonly span: Duration }): Wait {
  const spanMs = toMillis(span);
  return {
    name: `${span} after the first fault`,
    timeoutMs: spanMs + 10_000,
    isOver(history, nowMs) {
      const injected = history.latest('fault.injected');
      if (injected === undefined) return 'nothing has been injected';
      return nowMs - injected.end >= spanMs ? true : `${Math.round(nowMs - injected.end)} ms have passed`;
    },
  };
}
