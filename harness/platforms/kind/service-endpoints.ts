import type { V1EndpointSlice } from '@kubernetes/client-node';
import type { KubernetesApi } from './kubernetes-api.ts';
import { watchObjects, type ObjectWatch } from './object-watch.ts';

/** Slices of Services that select pods. Patroni writes the endpoints of its own one itself, by who leads and not by who is ready. */
const OF_SELECTED_PODS = 'endpointslice.kubernetes.io/managed-by=endpointslice-controller.k8s.io';

export type EndpointWatch = ObjectWatch<V1EndpointSlice>;

/** Follows to which pods the Services lead, in all namespaces. */
export function watchEndpoints(api: KubernetesApi): Promise<EndpointWatch> {
  const labelSelector = OF_SELECTED_PODS;
  const list = () => api.discovery.listEndpointSliceForAllNamespaces({ labelSelector });
  return watchObjects(api, { path: '/apis/discovery.k8s.io/v1/endpointslices', labelSelector, list });
}

/** True when every Service that selects the pod leads to it; undefined where none selects it (yet: it needs an address first). */
export function isInService(slices: readonly V1EndpointSlice[], uid: string | undefined): boolean | undefined {
  if (uid === undefined) return undefined;
  const own = slices.flatMap(({ endpoints }) => (endpoints ?? []).filter(({ targetRef }) => targetRef?.uid === uid));
  return own.length === 0 ? undefined : own.every(({ conditions }) => conditions?.ready !== false);
}
