import type { DiscoveredSystem } from './discovered-system.ts';

/** How many instances of each component there are meant to be; of those that go on running. */
export function wantedReplicas({ components }: Pick<DiscoveredSystem, 'components'>): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { component, replicas, isOneOff } of components) {
    if (!isOneOff) counts.set(component, (counts.get(component) ?? 0) + replicas.wanted);
  }
  return counts;
}
