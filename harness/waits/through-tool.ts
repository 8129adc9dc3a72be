import { CLAIMED_CUT_OFF, lastEffect } from '../core/derive/fault-time.ts';
import { findMilestone, type MilestoneId } from '../core/derive/milestones.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import { missingCapacity } from '../core/history.ts';
import type { Wait } from '../core/scenario.ts';
import { RECOVERY_WAIT } from '../core/wait-names.ts';
import { notWantedAnyMore } from './platform.ts';

/** What a tool claims, in words. */
interface Claim {
  /** The kind of evidence that its word is. */
  readonly claimed: string;
  /** `it has been cut off` */
  readonly name: string;
  /** `nothing is cut off` */
  readonly nothing: string;
}

/** A tool has said for so long that it has done it. Hopeless where it never did. */
export function claimLasted(span: Duration, { claimed, name, nothing }: Claim): Wait {
  const spanMs = toMillis(span);
  return {
    name: `${name} for ${formatMillis(spanMs)}`,
    timeoutMs: spanMs + 1000,
    isOver(history, nowMs) {
      const said = history.latest('fault.evidence', ({ kind, holds }) => kind === claimed && holds);
      if (said === undefined) return nothing;
      const lastedMs = nowMs - said.end;
      return lastedMs >= spanMs ? true : `only for ${formatMillis(lastedMs)}`;
    },
    isHopeless(history) {
      const claims = history.all('fault.evidence').filter(({ kind }) => kind === claimed);
      return claims.length > 0 && claims.every(({ holds }) => !holds) && nothing;
    },
  };
}

/** Whoever cuts it off has said for so long that it is cut off. */
export function cutLasted(span: Duration): Wait {
  return claimLasted(span, { claimed: CLAIMED_CUT_OFF, name: 'it has been cut off', nothing: 'nothing is cut off' });
}

/** What the end of a fault through a tool is waited for. */
interface ToolRecovery {
  readonly within: Duration;
  /** The moment at which what was broken is as it was. */
  readonly milestone: MilestoneId;
  /** `it was not seen to come back` */
  readonly notYet: string;
  /** `the cut could not be ended` */
  readonly notEnded: string;
}

/**
 * What was broken is as it was, and everything is as many as it should be; at once where nothing of the fault was ever seen. Hopeless while the fault cannot be ended, and
 * where what is missing is not wanted any more.
 */
export function backAfterTool({ within, milestone, notYet, notEnded }: ToolRecovery): Wait {
  return {
    name: RECOVERY_WAIT,
    timeoutMs: toMillis(within),
    isOver(history) {
      const missing = missingCapacity(history);
      if (missing.length > 0) return `missing: ${missing.join(', ')}`;
      const isBack = lastEffect(history) === undefined || findMilestone(history, milestone) !== undefined;
      return isBack ? true : notYet;
    },
    isHopeless: (history) =>
      history.latest('fault.undone')?.succeeded === false ? notEnded : notWantedAnyMore(history),
  };
}

/** What was cut off is back. */
export function backAfterCut({ within }: { readonly within: Duration }): Wait {
  return backAfterTool({
    within,
    milestone: 'full-capacity',
    notYet: 'it was not seen to come back',
    notEnded: 'the cut could not be ended',
  });
}
