import type { V1Pod } from '@kubernetes/client-node';
import type { KubernetesApi } from './kubernetes-api.ts';
import { watchObjects, type ObjectWatch } from './object-watch.ts';
import { COMPONENT_LABEL } from './pod-instance.ts';

export type PodWatch = ObjectWatch<V1Pod>;

/** Follows the pods that have a component, in all namespaces. */
export function watchPods(api: KubernetesApi): Promise<PodWatch> {
  const labelSelector = COMPONENT_LABEL;
  const list = () => api.core.listPodForAllNamespaces({ labelSelector });
  return watchObjects(api, { path: '/api/v1/pods', labelSelector, list });
}
