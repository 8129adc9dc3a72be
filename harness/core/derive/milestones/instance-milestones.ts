import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { capacityBack } from '../capacity.ts';
import { effectTime, injectionTime } from '../fault-time.ts';
import { eventsOfVictims, isReplacement } from '../incarnations.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments of the fault itself and of the instances that it hit. */
export const INSTANCE_MILESTONES = {
  injected: {
    title: 'Fault injected',
    of: 'system',
    find: (history) => {
      const injected = injectionTime(history);
      return injected && { at: injected.at, evidence: [injected.event.i] };
    },
  },
  'took-effect': {
    title: 'Fault took effect',
    of: 'system',
    find: (history) => {
      const effect = effectTime(history);
      return effect && { at: effect.at, evidence: [effect.event.i] };
    },
  },
  'instance-restarted': {
    title: 'Killed instance ready again',
    of: 'system',
    isToldAtOnce: true,
    find: (history) => {
      const injected = injectionTime(history);
      return injected && restart(history, injected.event);
    },
  },
  'full-capacity': {
    title: 'Full capacity back',
    of: 'system',
    isToldAtOnce: true,
    find: (history) => {
      const back = capacityBack(history);
      return back && { at: back.at, evidence: [back.event.i] };
    },
  },
} as const satisfies Record<string, MilestoneKind>;

function restart(history: History, injected: EventOf<'fault.injected'>): Seen {
  const events = eventsOfVictims(history, injected);
  const ready = events.find((event) => isReplacement(injected, event));
  if (ready === undefined) return undefined;
  const before = events[events.indexOf(ready) - 1];
  return { at: between(before?.t ?? injected.start, ready.t, ready.t), evidence: [ready.i] };
}
