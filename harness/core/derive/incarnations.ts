import type { BodyOf, EventOf } from '../events.ts';
import type { History } from '../history.ts';

/** Names one run of an instance's main process: the id of its container, or else its pid. Undefined while it has none. */
export function incarnationOf({
  incarnation,
  pid,
}: Pick<BodyOf<'component'>, 'incarnation' | 'pid'>): string | undefined {
  return incarnation ?? pid?.toString();
}

/**
 * What the platform said, after the fault, of the instances that it hit and of those that came in their place: a platform may start the same
 * instance again, or replace it by one with another name.
 */
export function eventsOfVictims(
  history: History,
  injected: EventOf<'fault.injected'>,
): readonly EventOf<'component'>[] {
  const components = new Set(injected.targets.map(({ component }) => component));
  const targets = new Set(injected.targets.map(({ instance }) => instance));
  const all = history.all('component').filter(({ component }) => components.has(component));
  const known = new Set(all.filter(({ t }) => t < injected.start).map(({ instance }) => instance));
  return all.filter(({ instance, t }) => t >= injected.start && (targets.has(instance) || !known.has(instance)));
}

/** True when an instance is ready that runs since the fault: it was started again, or it stands in for one that was hit. */
export function isReplacement(injected: EventOf<'fault.injected'>, event: EventOf<'component'>): boolean {
  const incarnation = incarnationOf(event);
  const old = new Set(injected.targets.map(incarnationOf));
  return event.ready && incarnation !== undefined && !old.has(incarnation);
}
