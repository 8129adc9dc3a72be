import { ChaosError } from '../../core/errors.ts';
import type { Instance, Platform } from '../../core/platform.ts';
import type { PodFaultAction } from '../../platforms/cluster/chaos-mesh/chaos-object.ts';
import { guardedPodFault } from '../../platforms/cluster/chaos-mesh/guarded-pod-fault.ts';
import { removeChaos } from '../../platforms/cluster/chaos-mesh/remove-chaos.ts';
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
import { describeOwnChaos } from './own-pod-faults.ts';

export interface ExistingPlatformOptions {
  readonly api: URL;
  readonly targets: readonly Target[];
  readonly traffic?: PreparedTraffic | undefined;
  readonly load?: PreparedLoad | undefined;
  /** Where Chaos Mesh breaks something in a pod, which is not taken away: what, for which run, and the path of the configuration. */
  readonly podFault?:
    | { readonly action: PodFaultAction; readonly runId: string; readonly configFile: string }
    | undefined;
}

/** An Airbyte that was seen, as what a run looks at and takes pods of, or breaks something in one. */
export function platformOf(
  existing: Existing,
  { api, targets, traffic, load, podFault }: ExistingPlatformOptions,
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
  const tool = podFault && guardedPodFault({ ...place, ...podFault, attemptOn });
  const how = tool === undefined ? { removal: guardedRemoval({ ...place, attemptOn }) } : { faultTool: tool };
  return clusterPlatform({
    profile: config.profile,
    hitsBy: podFault?.action.kind ?? 'removal',
    traffic,
    load,
    endChaos:
      tool &&
      (async ({ chaos: kind, runId, withinMs }, signal, patience) => {
        const cluster = await seeCluster(chosen, existing.api.core, namespace);
        const mayComeLate = tool.isUnclear();
        return removeChaos({ ...place, kind, cluster, runId, withinMs, mayComeLate, patience, signal });
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
          ...(podFault === undefined ? [] : await describeOwnChaos({ ...place, kind: podFault.action.kind })),
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
