import type { V1Pod } from '@kubernetes/client-node';
import type { Instance } from '../../core/platform.ts';

/** The label by which a pod says which component it is an instance of (fixtures/kubernetes). */
export const COMPONENT_LABEL = 'airbyte-chaos/component';

/** Ports of a pod's container by their use, where its manifest calls them otherwise. */
const HTTP_PORT = { patroni: 'patroni' } as const satisfies Record<string, string>;
const POSTGRES = 'postgresql';
/** Two ports of a pod at most are reached from outside. */
const PORTS_PER_POD = 2;
const FIRST_PORT = 20_000;

/** A port of a pod, and the port of the gateway that leads there. */
export interface PodRoute {
  readonly port: number;
  readonly podAddress: string;
  readonly podPort: number;
}

/** A pod as an instance of its component; undefined for one that has no component. `isInService` is what its Services say of it. */
export function instanceOf(pod: V1Pod, gateway: string, isInService?: boolean): Instance | undefined {
  const component = pod.metadata?.labels?.[COMPONENT_LABEL];
  const name = pod.metadata?.name;
  if (component === undefined || name === undefined) return undefined;
  const status = pod.status?.containerStatuses?.[0];
  const isEnding = pod.metadata?.deletionTimestamp !== undefined;
  const isReady = isPodReady(pod);
  const ports = Object.fromEntries(routesOf(pod).map(({ use, port }) => [use, port]));
  const incarnation = containerIdOf(pod);
  const uid = pod.metadata?.uid;
  const detail = isEnding
    ? 'it is being ended'
    : (status?.state?.waiting?.reason ?? pod.status?.reason ?? whyPending(pod));
  return {
    name,
    component,
    state: stateOf(pod),
    ready: isReady && !isEnding,
    restarts: status?.restartCount ?? 0,
    isExpected: true,
    host: gateway,
    ports,
    ...(incarnation === undefined ? {} : { incarnation }),
    ...(uid === undefined ? {} : { uid }),
    // One that has failed never runs again: its controller makes another.
    ...(isEnding || pod.status?.phase === 'Failed' ? { removal: 'begun' } : {}),
    ...(isInService === undefined ? {} : { isInService }),
    ...(pod.spec?.nodeName === undefined ? {} : { node: pod.spec.nodeName }),
    ...(pod.spec?.volumes?.some((volume) => volume.persistentVolumeClaim !== undefined) === true
      ? { isTied: true }
      : {}),
    ...(ports['http'] === undefined ? {} : { url: `http://${gateway}:${ports['http']}` }),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** What its kubelet says of it. */
export function isPodReady({ status }: V1Pod): boolean {
  return status?.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True') ?? false;
}

/** An instance whose pod was removed from the cluster. */
export function goneInstance(instance: Instance): Instance {
  const { pid: _pid, incarnation: _incarnation, isInService: _isInService, detail: _detail, ...last } = instance;
  return { ...last, state: 'exited', ready: false, removal: 'done', detail: 'its pod is gone' };
}

/** The id of the container that runs, without the name of the runtime before it. Undefined while none does. */
export function containerIdOf(pod: V1Pod): string | undefined {
  const status = pod.status?.containerStatuses?.[0];
  if (status?.state?.running === undefined) return undefined;
  return status.containerID?.replace(/^\w+:\/\//, '');
}

/** The ports of a pod that are reached through the gateway, each with its use. Which port of the gateway follows from the pod's address. */
export function routesOf(pod: V1Pod): readonly (PodRoute & { readonly use: string })[] {
  const address = pod.status?.podIP;
  if (address === undefined || address === '') return [];
  const component = pod.metadata?.labels?.[COMPONENT_LABEL] ?? '';
  const http = Object.hasOwn(HTTP_PORT, component) ? 'patroni' : 'http';
  const uses = new Map([
    [http, 'http'],
    [POSTGRES, 'postgres'],
  ]);
  const declared = pod.spec?.containers[0]?.ports ?? [];
  return declared
    .flatMap(({ name = '', containerPort }) => {
      const use = uses.get(name);
      return use === undefined ? [] : [{ use, podPort: containerPort }];
    })
    .slice(0, PORTS_PER_POD)
    .map(({ use, podPort }, index) => ({ use, podPort, podAddress: address, port: gatewayPort(address) + index }));
}

/** Nodes have a network of 256 addresses each: clusters have less than eight of them, and there are two clusters at most (10.244 and 10.245). */
function gatewayPort(address: string): number {
  const [, cluster = 0, node = 0, pod = 0] = address.split('.').map(Number);
  return FIRST_PORT + (((cluster % 2) * 8 + (node % 8)) * 256 + pod) * PORTS_PER_POD;
}

/** What the kubelet says of its container. */
export function stateOf(pod: V1Pod): Instance['state'] {
  const state = pod.status?.containerStatuses?.[0]?.state;
  if (state?.running !== undefined) return 'running';
  if (state?.terminated !== undefined) return 'exited';
  const reason = state?.waiting?.reason;
  if (reason === 'CrashLoopBackOff' || reason === 'ImagePullBackOff') return 'backoff';
  return pod.spec?.nodeName === undefined ? 'pending' : 'starting';
}

/** Why no node has taken it yet. */
export function whyPending(pod: V1Pod): string | undefined {
  const scheduled = pod.status?.conditions?.find(({ type }) => type === 'PodScheduled');
  return scheduled?.status === 'False' ? scheduled.message : undefined;
}
