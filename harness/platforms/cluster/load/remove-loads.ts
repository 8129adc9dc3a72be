import { setTimeout as pause } from 'node:timers/promises';
import { ChaosError } from '../../../core/errors.ts';
import { askPatiently } from '../../kind/patient-api.ts';
import type { ClusterConfig } from '../cluster-config.ts';
import { removeObject } from '../own-requests.ts';
import type { SeenCluster } from '../policy.ts';
import { findLoads, nameLoads, testRunsIn, type FoundLoad, type LoadPlace } from './find-loads.ts';
import { podsOfRuns } from './load-objects.ts';
import { LOAD } from './load-operation.ts';

/** Between two looks, in milliseconds. */
const EVERY_MS = 200;
/** A request without an answer may be carried out for so long, in milliseconds. */
const SETTLE_MS = 5000;
/** Runners are given half a minute to end, and have to be collected, in milliseconds. */
const WITHIN_MS = 120_000;

export interface RemoveLoadsOptions extends LoadPlace {
  readonly config: Pick<ClusterConfig, 'cluster' | 'namespace'>;
  /** Looked at anew: in another cluster an empty list would look as if all were removed. */
  readonly cluster: SeenCluster;
  /** Undefined: of any run. */
  readonly runId: string | undefined;
  /** Whether something may still be made: nobody heard the answer to that request. */
  readonly mayComeLate: boolean;
  readonly withinMs?: number;
  readonly signal: AbortSignal;
}

/**
 * Removes what runs have made for loads, and waits until none of it and none of its pods are there; what the operator has made of it is collected by the cluster itself. Says what was removed; may be
 * called again.
 * @throws ChaosError `platform` with what is still there in the end, `refused` where the cluster is another one.
 */
export async function removeLoads(options: RemoveLoadsOptions): Promise<string> {
  const { runId, mayComeLate, withinMs = WITHIN_MS, signal } = options;
  const startedAt = performance.now();
  const removed = new Map<string, FoundLoad>();
  for (;;) {
    const lookedAt = performance.now();
    const found = await findLoads(options, runId, signal);
    for (const one of found) {
      if (!removed.has(one.uid)) await removeLoad(options, one);
      removed.set(one.uid, one);
    }
    const pods = found.length > 0 ? [] : await podsLeft(options);
    if (found.length === 0 && pods.length === 0) {
      if (removed.size > 0) return `removed ${nameLoads([...removed.values()])}`;
      if (!mayComeLate || lookedAt - startedAt >= SETTLE_MS) return 'nothing of the load is there';
    }
    const afterMs = performance.now() - startedAt;
    if (afterMs > withinMs) throw stillThere([...found.map(({ kind, name }) => `${kind} ${name}`), ...pods], afterMs);
    await pause(EVERY_MS, undefined, { signal });
  }
}

/** Asks for the removal of exactly this object. @throws ChaosError as {@link removeObject}. */
export async function removeLoad(
  { api, config, cluster, signal }: Pick<RemoveLoadsOptions, 'api' | 'config' | 'cluster' | 'signal'>,
  one: Pick<FoundLoad, 'kind' | 'name' | 'uid'>,
): Promise<void> {
  const { namespace } = config;
  const { kind, name } = one;
  await removeObject({
    api,
    config,
    cluster,
    signal,
    request: LOAD.removalOf(kind, namespace, one),
    send: async (preconditions): Promise<unknown> =>
      kind === 'TestRun'
        ? api.custom.deleteNamespacedCustomObject({ ...testRunsIn(namespace), name, body: { preconditions } })
        : api.core.deleteNamespacedConfigMap({ namespace, name, body: { preconditions } }),
    failure: {
      message: `The API server did not remove ${kind} ${namespace}/${name}.`,
      tryThis: `kubectl delete ${kind.toLowerCase()} ${name} --namespace ${namespace}`,
    },
  });
}

/** As long as there are pods, there may be load. */
async function podsLeft({ api, namespace, runId, signal }: RemoveLoadsOptions): Promise<readonly string[]> {
  const labelSelector = podsOfRuns(runId);
  const list = () => api.core.listNamespacedPod({ namespace, labelSelector });
  const { items } = await askPatiently(api, list, { signal });
  return items.map(({ metadata }) => `pod ${metadata?.name ?? ''}`);
}

function stillThere(what: readonly string[], afterMs: number): ChaosError {
  return new ChaosError({
    code: 'platform',
    message: `What put load on the API was told to go and is still there: ${what.join(', ')}.`,
    afterMs,
    tryThis: 'Look at the k6 operator and at the garbage collector of the cluster; then: npm run chaos -- cleanup',
  });
}
