import { CLAIMED_CUT_OFF, lastEffect } from '../core/derive/fault-time.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import { missingCapacity } from '../core/history.ts';
import type { Wait } from '../core/scenario.ts';
import { RECOVERY_WAIT } from '../core/wait-names.ts';
import { notWantedAnyMore } from './platform.ts';

/** Whoever cuts it off has said for so long that it is cut off. Hopeless where they never did. */
export function cutLasted(span: Duration): Wait {
  const spanMs = toMillis(span);
  return {
    name: `it has been cut off for ${formatMillis(spanMs)}`,
    timeoutMs: spanMs + 1000,
    isOver(history, nowMs) {
      const claimed = history.latest('fault.evidence', ({ kind, holds }) => kind === CLAIMED_CUT_OFF && holds);
      if (claimed === undefined) return 'nothing is cut off';
      const lastedMs = nowMs - claimed.end;
      return lastedMs >= spanMs ? true : `cut off for ${formatMillis(lastedMs)}`;
    },
    isHopeless(history) {
      const claims = history.all('fault.evidence').filter(({ kind }) => kind === CLAIMED_CUT_OFF);
      return claims.length > 0 && claims.every(({ holds }) => !holds) && 'nothing was cut off';
    },
  };
}

/**
 * What was cut off is back, and everything is as many as it should be; at once where nothing of a cut was ever seen. Hopeless while the cut cannot be ended, and where what is
 * missing is not wanted any more.
 */
export function backAfterCut({ within }: { readonly within: Duration }): Wait {
  return {
    name: RECOVERY_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      const missing = missingCapacity(history);
      if (missing.length > 0) return `missing: ${missing.join(', ')}`;
      const isBack = lastEffect(history) === undefined || findMilestone(history, 'full-capacity') !== undefined;
      return isBack ? true : 'it was not seen to come back';
    },
    isHopeless: (history) =>
      history.latest('fault.undone')?.succeeded === false ? 'the cut could not be ended' : notWantedAnyMore(history),
  };
}
