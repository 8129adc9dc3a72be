import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { injectionTime } from '../fault-time.ts';
import { eventsOfVictims, isReplacement } from '../incarnations.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments of a machine that is lost, cut off or emptied, and of what ran on it. */
export const MACHINE_MILESTONES = {
  'called-not-ready': {
    title: 'Platform calls a victim not ready',
    of: 'system',
    find: calledNotReady,
  },
  'machine-not-ready': {
    title: 'Platform calls the machine not ready',
    of: 'system',
    find: (history) => machineTurned(history, false),
  },
  'instances-moved': {
    title: 'What ran there runs elsewhere',
    of: 'system',
    find: instancesMoved,
  },
  'machine-back': {
    title: 'Machine ready again',
    of: 'system',
    find: (history) => machineTurned(history, true),
  },
} as const satisfies Record<string, MilestoneKind>;

/** Names of the machines that the (first) fault hit, also by where its targets ran. */
export function machinesHit({ targets, machines = [] }: EventOf<'fault.injected'>): ReadonlySet<string> {
  return new Set([...machines, ...targets.flatMap(({ node }) => node ?? [])]);
}

/** Those of its targets that can run on any machine: what is tied to one waits for it. */
export function movableTargets(injected: EventOf<'fault.injected'>): EventOf<'fault.injected'>['targets'] {
  return injected.targets.filter(({ tied }) => tied !== true);
}

function calledNotReady(history: History): Seen {
  const injected = injectionTime(history);
  if (injected === undefined) return undefined;
  const names = new Set(injected.event.targets.map(({ instance }) => instance));
  const seen = history
    .all('component')
    .find((event) => names.has(event.instance) && event.t >= injected.at.low && !event.ready);
  return seen && { at: between(injected.at.low, seen.t, seen.t), evidence: [seen.i] };
}

/** The first time after the fault that a machine was called not ready; or the last one to be ready again after that. */
function machineTurned(history: History, isReady: boolean): Seen {
  const injected = injectionTime(history);
  if (injected === undefined) return undefined;
  const names = machinesHit(injected.event);
  const events = history.all('machine').filter(({ machine, t }) => names.has(machine) && t >= injected.at.low);
  // Nobody calls a machine not ready while whoever would do so cannot be asked.
  const lost = events.find(({ ready }) => (isReady ? ready !== true : ready === false));
  if (lost === undefined) return undefined;
  if (!isReady) return { at: between(injected.at.low, lost.t, lost.t), evidence: [lost.i] };
  const ready = new Map<string, EventOf<'machine'>>();
  for (const event of events) {
    if (event.t < lost.t) continue;
    if (event.ready === true && event.up) ready.set(event.machine, ready.get(event.machine) ?? event);
    else ready.delete(event.machine);
  }
  const wasLost = new Set(events.filter(({ ready: now }) => now !== true).map(({ machine }) => machine));
  const back = [...wasLost].map((name) => ready.get(name));
  const last = back.toSorted((a, b) => (a?.t ?? Infinity) - (b?.t ?? Infinity)).at(-1);
  if (last === undefined || back.includes(undefined)) return undefined;
  return { at: between(lost.t, last.t, last.t), evidence: [last.i] };
}

/** So many instances have come in place of the ones that were hit as could run anywhere, each ready on another machine. */
function instancesMoved(history: History): Seen {
  const injected = injectionTime(history);
  if (injected === undefined) return undefined;
  const movable = movableTargets(injected.event);
  const hit = machinesHit(injected.event);
  const wanted = Map.groupBy(movable, ({ component }) => component);
  const moved = new Map<string, Set<string>>();
  let previous = injected.at.low;
  for (const event of eventsOfVictims(history, injected.event)) {
    if (isReplacement(injected.event, event) && event.node !== undefined && !hit.has(event.node)) {
      moved.set(event.component, (moved.get(event.component) ?? new Set()).add(event.instance));
    }
    const isDone = [...wanted].every(([component, all]) => (moved.get(component)?.size ?? 0) >= all.length);
    if (isDone && movable.length > 0) return { at: between(previous, event.t, event.t), evidence: [event.i] };
    previous = event.t;
  }
  return undefined;
}
