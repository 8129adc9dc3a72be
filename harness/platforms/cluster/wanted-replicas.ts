import type { V1DeploymentList } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import type { Autoscaler, Autoscalers } from '../../core/autoscaling.ts';

/** Between two looks, in milliseconds: an autoscaler decides every 15 s as a rule. */
const LOOK_EVERY_MS = 5000;

export interface WantedReplicasOptions {
  /** Lists the Deployments: the right to do so is there, and that to follow autoscalers is not asked for. */
  readonly list: () => Promise<V1DeploymentList>;
  /** How many were wanted of each component when the run began, by the name of its Deployment. */
  readonly atFirst: ReadonlyMap<string, { readonly component: string; readonly wanted: number }>;
  /** In milliseconds. */
  readonly everyMs?: number;
}

/**
 * What scales the components of an existing system by itself, seen by its effect: a Deployment that wants more or fewer instances than when the run began. Whatever
 * is never scaled is never told of. A look that fails is made again.
 */
export function wantedReplicas({ list, atFirst, everyMs = LOOK_EVERY_MS }: WantedReplicasOptions): Autoscalers {
  return {
    async watch(onChange, signal) {
      const last = new Map([...atFirst].map(([name, { wanted }]) => [name, wanted]));
      while (!signal.aborted) {
        const { items } = await list().catch((): Pick<V1DeploymentList, 'items'> => ({ items: [] }));
        for (const { metadata, spec, status } of items) {
          const name = metadata?.name ?? '';
          const known = atFirst.get(name);
          const desired = spec?.replicas ?? 1;
          if (known === undefined || last.get(name) === desired) continue;
          last.set(name, desired);
          onChange(changed(known.component, desired, status?.replicas ?? 0));
        }
        await pause(everyMs, undefined, { signal }).catch(() => undefined);
      }
    },
  };
}

/** Of its limits nothing is known. */
function changed(component: string, desired: number, current: number): Autoscaler {
  return { component, current, desired, minimum: desired, maximum: desired };
}
