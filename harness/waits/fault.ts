import { effectTime } from '../core/derive/fault-time.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

/** What was broken has been broken for so long: the length of the outage that is rehearsed. */
export function faultLasted(span: Duration): Wait {
  const spanMs = toMillis(span);
  return {
    name: `it has been away for ${formatMillis(spanMs)}`,
    // Its own length and as much again: it depends on nothing but the clock.
    timeoutMs: spanMs * 2 + 1000,
    isOver(history, nowMs) {
      const effect = effectTime(history);
      if (effect === undefined) return 'nothing is broken';
      const lastedMs = nowMs - effect.at.best;
      return lastedMs >= spanMs ? true : `away for ${formatMillis(lastedMs)}`;
    },
  };
}
