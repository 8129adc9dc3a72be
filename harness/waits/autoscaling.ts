import { findMilestone } from '../core/derive/milestones.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';
import { RECOVERY_WAIT } from '../core/wait-names.ts';

/** Every autoscaler has as many instances as it wants, and wants no more than its minimum. */
export function autoscalersAtRest({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'no autoscaler wants more than its minimum',
    timeoutMs: toMillis(within),
    isOver(history) {
      const latest = new Map(history.all('autoscaler').map((event) => [event.component, event]));
      if (latest.size === 0) return 'no autoscaler was seen';
      const busy = [...latest.values()].filter(
        ({ current, desired, minimum }) => current !== desired || desired > minimum,
      );
      const words = busy.map(
        ({ component, current, desired, minimum }) =>
          `${component} has ${current}, wants ${desired}, at least ${minimum}`,
      );
      return busy.length === 0 ? true : words.join('; ');
    },
  };
}

/** What was scaled out under load is as it was before. */
export function scaledIn({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'it was scaled back',
    timeoutMs: toMillis(within),
    isOver(history) {
      if (findMilestone(history, 'scaled-in') !== undefined) return true;
      const last = history.latest('autoscaler');
      return last === undefined
        ? 'no autoscaler was seen'
        : `${last.component}: ${last.current} there, ${last.desired} wanted`;
    },
    isHopeless(history) {
      const hasGivenUp = history.all('wait').some(({ name, satisfied }) => name === RECOVERY_WAIT && !satisfied);
      if (!hasGivenUp || findMilestone(history, 'scale-out-wanted') !== undefined) return false;
      return 'the autoscaler never wanted more, so there is nothing to take back';
    },
  };
}
