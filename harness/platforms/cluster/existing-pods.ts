import type { V1EndpointSlice, V1Pod } from '@kubernetes/client-node';
import type { Instance } from '../../core/platform.ts';
import { goneInstance } from '../kind/pod-instance.ts';
import { watchObjects, type FollowingWatch } from '../kind/object-watch.ts';
import { isInService } from '../kind/service-endpoints.ts';
import { existingInstance, trimPod, type Member } from './existing-instance.ts';
import { listPods } from './list-pods.ts';
import type { WatchedApi } from './guarded-api.ts';

const SLICES = '/apis/discovery.k8s.io/v1';
/** Slices that the cluster keeps by who is ready; others are written by whoever made them. */
const OF_SELECTED_PODS = 'endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io';

/** The instances of an existing system, followed. */
export interface ExistingPods {
  all(): readonly Instance[];
  /** Calls `onChange` for each at once and then at every change, until the signal aborts. */
  follow(onChange: (instance: Instance) => void, signal: AbortSignal): Promise<void>;
  /** Calls the listener after every change. Returns what ends that. */
  onChange(listener: () => void): () => void;
  stop(): void;
}

export interface FollowOptions {
  readonly namespace: string;
  readonly members: readonly Member[];
  /** What the instances are reached at: the host of the API server, since nothing else is known from here. */
  readonly host: string;
  readonly signal: AbortSignal;
}

/**
 * Follows the pods of a namespace that belong to a component, and whether Services lead to them.
 * @throws ChaosError `platform` when there is no first list in time; what the API server answered when it refuses.
 */
export async function followPods(
  api: WatchedApi,
  { namespace, members, host, signal }: FollowOptions,
): Promise<ExistingPods> {
  const pods = await watchObjects<V1Pod>(api, {
    path: `/api/v1/namespaces/${namespace}/pods`,
    list: () => listPods(api.core, { namespace }),
    trim: trimPod,
    signal,
  });
  let slices: FollowingWatch<V1EndpointSlice>;
  try {
    slices = await watchObjects<V1EndpointSlice>(api, {
      path: `${SLICES}/namespaces/${namespace}/endpointslices`,
      labelSelector: OF_SELECTED_PODS,
      list: () => api.discovery.listNamespacedEndpointSlice({ namespace, labelSelector: OF_SELECTED_PODS }),
      signal,
    });
  } catch (error) {
    pods.stop();
    throw error;
  }
  const asInstance = (pod: V1Pod): Instance | undefined =>
    existingInstance(pod, members, host, isInService(slices.all(), pod.metadata?.uid));
  return {
    all: () => pods.all().flatMap((pod) => asInstance(pod) ?? []),
    onChange(listener) {
      return pods.onChange(() => listener());
    },
    async follow(onChange, until) {
      const last = new Map<string, string>();
      const tell = (instance: Instance | undefined): void => {
        if (instance === undefined) return;
        const seen = JSON.stringify(instance);
        if (last.get(instance.name) === seen) return;
        last.set(instance.name, seen);
        onChange(instance);
      };
      const stops = [
        pods.onChange((pod, isGone) => {
          const instance = asInstance(pod);
          tell(isGone && instance !== undefined ? goneInstance(instance) : instance);
        }),
        slices.onChange(() => {
          for (const pod of pods.all()) tell(asInstance(pod));
        }),
      ];
      for (const pod of pods.all()) tell(asInstance(pod));
      await aborted(until);
      for (const stop of stops) stop();
    },
    stop() {
      pods.stop();
      slices.stop();
    },
  };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}
