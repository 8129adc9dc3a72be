import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import { expectedCapacity, type History } from '../../history.ts';
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
      const injected = injectionTime(history);
      return injected && capacity(history, injected.event);
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

function capacity(history: History, injected: EventOf<'fault.injected'>): Seen {
  const readyBy = new Map<string, Set<string>>();
  let lackedAt: number | undefined;
  let previous = injected.start;
  let back: Seen;
  for (const event of history.all('component')) {
    const ready = readyBy.get(event.component) ?? new Set();
    readyBy.set(event.component, event.ready ? ready.add(event.instance) : without(ready, event.instance));
    if (event.t < injected.start) continue;
    const isFull = Object.entries(expectedCapacity(history, event.t)).every(
      ([name, wanted]) => (readyBy.get(name)?.size ?? 0) >= wanted,
    );
    if (!isFull) {
      lackedAt = event.t;
      back = undefined;
    } else if (lackedAt !== undefined && back === undefined) {
      back = { at: between(previous, event.t, event.t), evidence: [event.i] };
    }
    previous = event.t;
  }
  return back;
}

function without(set: Set<string>, item: string): Set<string> {
  set.delete(item);
  return set;
}
