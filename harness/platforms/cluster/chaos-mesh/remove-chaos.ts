import { setTimeout as pause } from 'node:timers/promises';
import { ChaosError } from '../../../core/errors.ts';
import type { Patience } from '../../../core/platform.ts';
import type { ClusterConfig } from '../cluster-config.ts';
import { POD_FAULT } from '../operations.ts';
import { removeObject } from '../own-requests.ts';
import type { SeenCluster } from '../policy.ts';
import { CHAOS_KINDS, chaosName, describeClaim, isAtRest, type Chaos } from './chaos-object.ts';
import { chaosIn, nameOfChaos, readChaos, type ChaosPlace } from './read-chaos.ts';

/** Between two looks, in milliseconds. */
const EVERY_MS = 200;
/** A request without an answer may be carried out for so long, in milliseconds. */
const SETTLE_MS = 5000;

export interface RemoveChaosOptions extends ChaosPlace {
  readonly config: Pick<ClusterConfig, 'cluster' | 'namespace'>;
  /** Looked at anew: of another cluster an empty list would look as if all were removed. */
  readonly cluster: SeenCluster;
  readonly runId: string;
  /** Until Chaos Mesh must have ended it, in milliseconds. */
  readonly withinMs: number;
  /** Whether it may still be made: nobody heard the answer to that request. */
  readonly mayComeLate: boolean;
  /** To wait beyond that time, and to be told of each look at which it was not over yet by all that Chaos Mesh says. */
  readonly patience?: Patience | undefined;
  readonly signal: AbortSignal;
}

/**
 * Removes what broke something in a pod for a run, and waits until it is really gone: Chaos Mesh keeps its finalizer on it until it has recovered the pod. It is never
 * removed by force, since that would leave the pod as it is. Says what was done; may be called again.
 * @throws ChaosError `platform` with all that Chaos Mesh says where it is still there in the end, `refused` where the cluster is another one.
 */
export async function removeChaos(options: RemoveChaosOptions): Promise<string> {
  const { runId, withinMs, mayComeLate, patience, signal } = options;
  const forMs = withinMs + (patience?.lateMs ?? 0);
  const name = nameOfChaos(options, chaosName(runId));
  const settledAt = performance.now() + (mayComeLate ? SETTLE_MS : 0);
  let last: Chaos | undefined;
  let isAsked: string | undefined;
  let askedAt = performance.now();
  for (;;) {
    const lookedAt = performance.now();
    const found = await readChaos(options, runId, signal);
    if (found === undefined) {
      if (last !== undefined) return `${name} is gone; the last that Chaos Mesh said of it: ${describeClaim(last)}`;
      if (performance.now() >= settledAt) return `there is no ${name}`;
    } else {
      last = found;
      if (!isAtRest(found)) patience?.stillThere(performance.now() - lookedAt);
      if (isAsked !== found.metadata.uid) {
        await askForRemoval(options, found);
        isAsked = found.metadata.uid;
        askedAt = performance.now();
        continue;
      }
      if (performance.now() - askedAt > forMs) throw stillThere(options, found, forMs);
    }
    await pause(EVERY_MS, undefined, { signal });
  }
}

async function askForRemoval(
  { api, config, cluster, namespace, kind, signal }: RemoveChaosOptions,
  { metadata: { name, uid } }: Chaos,
): Promise<void> {
  const { plural, state } = CHAOS_KINDS[kind];
  await removeObject({
    api,
    config,
    cluster,
    signal,
    request: POD_FAULT.removalOf(kind, namespace, { name, uid }),
    send: (preconditions) =>
      api.custom.deleteNamespacedCustomObject({ ...chaosIn(namespace, kind), name, body: { preconditions } }),
    failure: {
      message: `The API server did not remove ${nameOfChaos({ namespace, kind }, name)}, so its pod may stay ${state} until it expires.`,
      tryThis: `kubectl delete ${plural} ${name} --namespace ${namespace}`,
    },
  });
}

function stillThere(place: ChaosPlace, found: Chaos, withinMs: number): ChaosError {
  const { state } = CHAOS_KINDS[place.kind];
  return new ChaosError({
    code: 'platform',
    message: `${nameOfChaos(place, found.metadata.name)} was told to go and is still there, so its pod may still be ${state}.`,
    afterMs: withinMs,
    lastState: describeClaim(found),
    tryThis: `Look at the controller of Chaos Mesh and at chaos-daemon on the machine of that pod; when they work again: npm run chaos -- cleanup. Taking the finalizer away by force would leave the pod ${state}; deleting the pod ends that.`,
  });
}
