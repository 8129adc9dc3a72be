import type { V1DeploymentList } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import type { Autoscalers } from '../../core/autoscaling.ts';

/** Between two looks, in milliseconds: by so much it is open when what is wanted was changed. */
const LOOK_EVERY_MS = 3000;

export interface WantedReplicasOptions {
  /** Lists the Deployments: the right to do so is there, and that to follow autoscalers is not asked for. */
  readonly list: () => Promise<V1DeploymentList>;
  /** How many were wanted of each component when the run began, by the name of its Deployment. */
  readonly atFirst: ReadonlyMap<string, { readonly component: string; readonly wanted: number }>;
  /** In milliseconds. */
  readonly everyMs?: number;
}

/**
 * What scales the components of an existing system, an autoscaler or a person, seen by its effect: Deployments that want more or fewer instances than when the run began.
 * Whatever is never scaled is never told of. A look that fails is made again. A component may have several Deployments: they are counted together.
 */
export function wantedReplicas({ list, atFirst, everyMs = LOOK_EVERY_MS }: WantedReplicasOptions): Autoscalers {
  return {
    async watch(onChange, signal) {
      const last = new Map([...atFirst].map(([name, { wanted }]) => [name, wanted]));
      const there = new Map(last);
      let lookedAt = performance.now();
      while (!signal.aborted) {
        const start = performance.now();
        const look = await list().catch(() => undefined);
        const changed = new Set<string>();
        for (const { metadata, spec, status } of look?.items ?? []) {
          const name = metadata?.name ?? '';
          const known = atFirst.get(name);
          if (known === undefined) continue;
          there.set(name, status?.replicas ?? 0);
          const desired = spec?.replicas ?? 1;
          if (last.get(name) === desired) continue;
          last.set(name, desired);
          changed.add(known.component);
        }
        for (const component of changed) {
          const total = (counts: ReadonlyMap<string, number>): number =>
            [...atFirst].reduce(
              (sum, [name, one]) => sum + (one.component === component ? (counts.get(name) ?? 0) : 0),
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
