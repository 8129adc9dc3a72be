import type { CoreV1Api, V1Pod } from '@kubernetes/client-node';
import pWaitFor from 'p-wait-for';
import { ChaosError } from '../../core/errors.ts';
import { isConflict, isNotThere } from './api-answers.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { askPatiently } from './patient-api.ts';
import { COMPONENT_LABEL, isPodReady } from './pod-instance.ts';
import type { PodWatch } from './pod-watch.ts';

/**
 * A kubelet waits 10 s before it starts a container for the second time, then 20, 40, 80, 160 and 300 s, and forgets that only after the container has run for
 * ten minutes (https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy).
 */
const FORGOTTEN_AFTER_MS = 10 * 60_000;
/** For one pod, until another is ready in its place. */
const WITHIN_MS = 120_000;
const LOOK_EVERY_MS = 100;

/** What it takes of the API server. */
export interface PodRemoval extends Pick<KubernetesApi, 'trouble'> {
  readonly core: Pick<CoreV1Api, 'deleteNamespacedPod'>;
}

export interface RenewOptions {
  readonly pods: PodWatch;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly nowMs: number;
}

/**
 * Puts new pods in place of those that were restarted a short while ago, one of each component at a time: the next restart of such a pod would be held back by
 * its kubelet, for what was done to it before. A pod with a name and data of its own is left alone. Returns the names of those that are gone.
 * @throws ChaosError `platform` where none is ready in the place of one.
 */
export async function renewPods(api: PodRemoval, { pods, signal, nowMs }: RenewOptions): Promise<readonly string[]> {
  const restarted = pods.all().filter((pod) => isHeldBack(pod, nowMs));
  const byComponent = Map.groupBy(restarted, ({ metadata }) => metadata?.labels?.[COMPONENT_LABEL]);
  await Promise.all(
    [...byComponent.values()].map(async (same) => {
      for (const pod of same) await replace(api, pod, { pods, signal });
    }),
  );
  return restarted.map(({ metadata }) => metadata?.name ?? '').toSorted();
}

/** True for a pod that can be replaced by any other of its ReplicaSet, and that has been started again less than ten minutes ago. */
export function isHeldBack({ metadata, status }: V1Pod, nowMs: number): boolean {
  if (metadata?.deletionTimestamp !== undefined) return false;
  if (metadata?.ownerReferences?.some(({ kind }) => kind === 'ReplicaSet') !== true) return false;
  return (status?.containerStatuses ?? []).some(({ restartCount, state }) => {
    const startedAt = state?.running?.startedAt;
    // What a watch tells of are objects as they came: their times are texts.
    return restartCount > 0 && (startedAt === undefined || nowMs - new Date(startedAt).getTime() < FORGOTTEN_AFTER_MS);
  });
}

async function replace(api: PodRemoval, pod: V1Pod, { pods, signal }: Omit<RenewOptions, 'nowMs'>): Promise<void> {
  const { name = '', namespace = '', uid = '' } = pod.metadata ?? {};
  const set = ownerOf(pod);
  try {
    await askPatiently(api, () => api.core.deleteNamespacedPod({ name, namespace, body: { preconditions: { uid } } }), {
      signal,
    });
  } catch (error) {
    // It has gone by itself meanwhile, or another has its name.
    if (!isNotThere(error) && !isConflict(error)) throw error;
  }
  // How many there should be may change meanwhile: an autoscaler takes some away. Its controller makes another as soon as a pod begins to end.
  const isReplaced = (): boolean => {
    const now = pods.all();
    const present = now.filter((one) => ownerOf(one) === set && one.metadata?.deletionTimestamp === undefined);
    const isGone = !now.some(({ metadata }) => metadata?.uid === uid);
    return isGone && present.length > 0 && present.every(isPodReady);
  };
  try {
    const until = AbortSignal.any([signal, AbortSignal.timeout(WITHIN_MS)]);
    await pWaitFor(isReplaced, { interval: LOOK_EVERY_MS, signal: until });
  } catch (cause) {
    signal.throwIfAborted();
    const message = `Nothing was ready in the place of ${name}, which was to be replaced.`;
    throw new ChaosError({ code: 'platform', message, afterMs: WITHIN_MS, cause });
  }
}

function ownerOf({ metadata }: V1Pod): string | undefined {
  return metadata?.ownerReferences?.find(({ kind }) => kind === 'ReplicaSet')?.uid;
}
