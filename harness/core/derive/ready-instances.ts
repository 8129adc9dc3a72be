import type { EventOf } from '../events.ts';

/** How many instances of each component are ready, as one event after the other tells it. */
export interface ReadyInstances {
  tell(event: EventOf<'component'>): void;
  count(component: string): number;
}

export function readyInstances(told: Iterable<EventOf<'component'>> = []): ReadyInstances {
  const ready = new Map<string, Set<string>>();
  const tell: ReadyInstances['tell'] = (event) => {
    const own = ready.get(event.component) ?? new Set();
    ready.set(event.component, own);
    if (event.ready) own.add(event.instance);
    else own.delete(event.instance);
  };
  for (const event of told) tell(event);
  return { tell, count: (component) => ready.get(component)?.size ?? 0 };
}
