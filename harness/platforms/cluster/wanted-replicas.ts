import type { AppsV1Api } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import type { Autoscalers } from '../../core/autoscaling.ts';

/** Between two looks, in milliseconds: by so much it is open when what is wanted was changed. */
const LOOK_EVERY_MS = 3000;

/** How many of a workload are wanted and there. */
export interface Replicas {
  /** `StatefulSet/airbyte-worker`: a Deployment may have the same name. */
  readonly workload: string;
  readonly desired: number;
  readonly current: number;
}

export interface WantedReplicasOptions {
  /** All of the namespace. */
  readonly list: () => Promise<readonly Replicas[]>;
  /** How many were wanted of each component when the run began, by workload. */
  readonly atFirst: ReadonlyMap<string, { readonly component: string; readonly wanted: number }>;
  /** In milliseconds. */
  readonly everyMs?: number;
}

/** Lists Deployments and StatefulSets: the right to do so is there, and that to follow autoscalers is not asked for. */
export async function listReplicas(
  apps: Pick<AppsV1Api, 'listNamespacedDeployment' | 'listNamespacedStatefulSet'>,
  namespace: string,
): Promise<readonly Replicas[]> {
  const [deployments, statefulSets] = await Promise.all([
    apps.listNamespacedDeployment({ namespace }),
    apps.listNamespacedStatefulSet({ namespace }),
  ]);
  return [
    ...deployments.items.map((one) => replicasOf('Deployment', one)),
    ...statefulSets.items.map((one) => replicasOf('StatefulSet', one)),
  ];
}

interface Scalable {
  readonly metadata?: { readonly name?: string };
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly replicas?: number };
}

function replicasOf(kind: string, { metadata, spec, status }: Scalable): Replicas {
  return { workload: `${kind}/${metadata?.name}`, desired: spec?.replicas ?? 1, current: status?.replicas ?? 0 };
}

/**
 * What scales the components of an existing system, an autoscaler or a person, seen by its effect: workloads that want more or fewer instances than when the run began.
 * Whatever is never scaled is never told of; of one that was there and is not any more none is wanted. A look that fails is made again. A component may have several
 * workloads: they are counted together.
 */
export function wantedReplicas({ list, atFirst, everyMs = LOOK_EVERY_MS }: WantedReplicasOptions): Autoscalers {
  return {
    async watch(onChange, signal) {
      const last = new Map([...atFirst].map(([workload, { wanted }]) => [workload, wanted]));
      const there = new Map(last);
      const seen = new Set<string>();
      let lookedAt = performance.now();
      while (!signal.aborted) {
        const start = performance.now();
        const look = await list().catch(() => undefined);
        const now = new Map(look?.map((one) => [one.workload, one]));
        const changed = new Set<string>();
        for (const [workload, { component }] of look === undefined ? [] : atFirst) {
          const found = now.get(workload);
          if (found !== undefined) seen.add(workload);
          else if (!seen.has(workload)) continue;
          const { desired, current } = found ?? { desired: 0, current: 0 };
          there.set(workload, current);
          if (last.get(workload) === desired) continue;
          last.set(workload, desired);
          changed.add(component);
        }
        for (const component of changed) {
          const total = (counts: ReadonlyMap<string, number>): number =>
            [...atFirst].reduce(
              (sum, [workload, one]) => sum + (one.component === component ? (counts.get(workload) ?? 0) : 0),
              0,
            );
          const desired = total(last);
          const limits = { minimum: desired, maximum: desired };
          const changedWithinMs = performance.now() - lookedAt;
          onChange({ component, current: total(there), desired, ...limits, changedWithinMs });
        }
        if (look !== undefined) lookedAt = start;
        await pause(everyMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}
