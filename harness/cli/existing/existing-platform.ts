import { ChaosError } from '../../core/errors.ts';
import type { Instance, Platform } from '../../core/platform.ts';
import { guardedPartition } from '../../platforms/cluster/chaos-mesh/guarded-partition.ts';
import { removePartition } from '../../platforms/cluster/chaos-mesh/remove-partition.ts';
import { clusterPlatform } from '../../platforms/cluster/cluster-platform.ts';
import { openClusterStack, type ExistingComponent } from '../../platforms/cluster/cluster-stack.ts';
import { JOB_POD } from '../../platforms/cluster/existing-instance.ts';
import { guardedRemoval } from '../../platforms/cluster/guarded-removal.ts';
import type { Attempt } from '../../platforms/cluster/policy.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import { placeDetails, possibleVictims, type Existing } from './open-existing.ts';
import type { PreparedLoad } from './prepare-load.ts';
import type { PreparedTraffic } from './own-traffic.ts';
import { describePartitions } from './own-partitions.ts';

export interface ExistingPlatformOptions {
  readonly api: URL;
  readonly targets: readonly Target[];
  readonly traffic?: PreparedTraffic | undefined;
  readonly load?: PreparedLoad | undefined;
  /** Where a pod is cut off instead of taken away: for which run, and the path of the configuration. */
  readonly partition?: { readonly runId: string; readonly configFile: string } | undefined;
}

/** An Airbyte that was seen, as what a run looks at and takes pods of, or cuts one off. */
export function platformOf(
  existing: Existing,
  { api, targets, traffic, load, partition }: ExistingPlatformOptions,
): Platform {
  const { config, chosen, translation } = existing;
  const { namespace, release } = config;
  const attemptOn = async ({ name, component, uid }: Instance): Promise<Attempt> => {
    const target = targets.find((one) => one.component === component);
    if (target === undefined) throw new ChaosError({ code: 'internal', message: `${component} is no target.` });
    const cluster = await seeCluster(chosen, existing.api.core, namespace);
    const victims = await possibleVictims(existing, target, { cluster, atMs: Date.now() });
    const meant = victims.find(({ victim }) => victim.uid === uid && victim.name === name);
    if (meant !== undefined) return meant.attempt;
    throw new ChaosError({
      code: 'no-target',
      message: `${name} does not run any more, so nothing was broken.`,
    });
  };
  const place = { api: existing.api, config, namespace };
  const cut = partition && guardedPartition({ ...place, ...partition, attemptOn });
  const how = cut === undefined ? { removal: guardedRemoval({ ...place, attemptOn }) } : { partition: cut };
  return clusterPlatform({
    profile: config.profile,
    hitsBy: cut === undefined ? 'removal' : 'partition',
    traffic,
    load,
    endPartition:
      cut &&
      (async ({ runId, withinMs }, signal, patience) => {
        const cluster = await seeCluster(chosen, existing.api.core, namespace);
        return removePartition({ ...place, cluster, runId, withinMs, mayComeLate: cut.isUnclear(), patience, signal });
      }),
    open: (signal) =>
      openClusterStack({
        api: existing.api,
        context: chosen.context,
        namespace,
        release,
        components: componentsOf(existing),
        apiUrl: api,
        details: { ...placeDetails(existing), here: translation.because },
        ...how,
        leftOvers: async () => [
          ...((await traffic?.leftOvers()) ?? []),
          ...((await load?.leftOvers()) ?? []),
          ...(cut === undefined ? [] : await describePartitions(place)),
        ],
        signal,
      }),
  });
}

/** What goes on running, and job pods. */
export function componentsOf({ system }: Pick<Existing, 'system'>): readonly ExistingComponent[] {
  const lasting = system.components.filter(({ isOneOff }) => !isOneOff);
  return [
    { component: JOB_POD, selector: { airbyte: JOB_POD }, workload: undefined, wanted: 0 },
    ...lasting.map(({ component, selector, workload, replicas }) => ({
      component,
      selector,
      workload: `${workload.kind}/${workload.name}`,
      wanted: replicas.wanted,
    })),
  ];
}
