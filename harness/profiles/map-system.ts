import { NOT_LOOKED, type FaultTools } from '../core/fault-tools.ts';
import type { DiscoveredSystem, Unmapped } from './discovered-system.ts';
import { chooseRelease } from './choose-release.ts';
import { describeComponent } from './describe-component.ts';
import { findExternal, reachAddresses } from './external-services.ts';
import { findGeneration } from './generation.ts';
import { sortMembers, type Member } from './members.ts';
import type { NamespaceObjects } from './objects/namespace-objects.ts';
import { whoSchedules } from './scheduling.ts';
import { describeJobPods } from './settings/job-pods.ts';
import { findMonitor } from './settings/monitor.ts';
import { findRetryPolicy } from './settings/retry-policy.ts';
import { findTimers } from './settings/timers.ts';
import { systemSettings } from './settings/system-settings.ts';

export interface MapOptions {
  /** Which one, where the namespace holds several. */
  readonly release?: string | undefined;
  /** What the cluster has that breaks things on request. */
  readonly faultTools?: FaultTools;
}

/**
 * Maps what is in a namespace to the components of one Airbyte, says by what each was recognised, and what could not be mapped.
 * @throws ChaosError `no-target` where there is no Airbyte, or none of that release; `usage` where there are several and none is named.
 */
export function mapSystem(
  objects: NamespaceObjects,
  { release: wanted, faultTools = NOT_LOOKED }: MapOptions = {},
): DiscoveredSystem {
  const release = chooseRelease(objects, wanted);
  const { members, unclear, aside, foreign } = sortMembers(objects, release);
  const version = findGeneration(members);
  const settings = systemSettings(objects, members);
  const addresses = reachAddresses(objects, settings);
  const external = findExternal(addresses, members, settings);
  const monitor = findMonitor(version, members, settings);
  return {
    namespace: objects.namespace,
    release,
    generation: version.generation,
    chartVersion: version.chartVersion,
    appVersion: version.appVersion,
    components: members.map((member) => describeComponent(member, objects)),
    external,
    scheduling: whoSchedules(version, members),
    retry: findRetryPolicy(version, settings),
    monitor,
    timers: findTimers(version, monitor, settings),
    jobPods: describeJobPods(objects, version, settings),
    unmapped: [...unclear, ...whatIsMissing(members, external), ...objects.unreadable.map(unreadable)],
    unread: [...objects.unlisted].map(([kind, why]) => ({ kind, why })),
    aside,
    foreign,
    faultTools,
  };
}

/** Parts without which no Airbyte works: where they are neither mapped nor known to be elsewhere, that is said. */
function whatIsMissing(members: readonly Member[], external: DiscoveredSystem['external']): readonly Unmapped[] {
  const has = (component: string): boolean => members.some((member) => member.component === component);
  const isOutside = (what: string): boolean => external.some((service) => service.what === what);
  if (isOutside('control-plane')) return [];
  const reason = 'no workload of this release was recognised as it, and nothing says where else it is';
  const needed = [
    ...(has('server') ? [] : ['server']),
    ...(has('worker') || has('workload-launcher') ? [] : ['worker']),
    ...(['temporal', 'database'] as const).filter((what) => !has(what) && !isOutside(what)),
    ...(has('object-store') || isOutside('object-store') || isReference(members) ? [] : ['object-store']),
  ];
  return needed.map((what) => ({ what, reason }));
}

function isReference(members: readonly Member[]): boolean {
  return members.some(({ because }) => because.some((says) => says.includes('airbyte-chaos/component')));
}

function unreadable(what: string): Unmapped {
  return { what, reason: 'it does not have the form that the API gives such objects' };
}
