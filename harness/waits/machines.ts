import { injectionTime } from '../core/derive/fault-time.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { movableTargets } from '../core/derive/milestones/machine-milestones.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import { latestInstances } from '../core/history.ts';
import type { Wait } from '../core/scenario.ts';

/** Whatever could run on another machine does, and is ready there. */
export function instancesMoved({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'what ran on the machine runs elsewhere',
    timeoutMs: toMillis(within),
    isOver(history) {
      if (findMilestone(history, 'instances-moved') !== undefined) return true;
      const injected = injectionTime(history);
      if (injected === undefined) return 'nothing was broken';
      if (movableTargets(injected.event).length === 0) return true;
      const waiting = [...latestInstances(history).values()].filter(({ ready, state }) => !ready && state !== 'exited');
      return `not ready yet: ${waiting.map(({ instance, detail }) => `${instance}${detail === undefined ? '' : ` (${detail})`}`).join(', ') || 'nobody'}`;
    },
  };
}

/** Every machine has power and is ready, and takes new instances. */
export function allMachinesReady({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'all machines are ready',
    timeoutMs: toMillis(within),
    isOver(history) {
      const latest = new Map(history.all('machine').map((event) => [event.machine, event]));
      if (latest.size === 0) return 'no machine has been looked at';
      const bad = [...latest.values()].filter(
        ({ up, ready, schedulable }) => !up || ready !== true || schedulable === false,
      );
      return bad.length === 0 ? true : `not ready: ${bad.map(({ machine }) => machine).join(', ')}`;
    },
  };
}
