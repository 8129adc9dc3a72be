import type { V1Pod } from '@kubernetes/client-node';
import { once } from 'node:events';
import type { Autoscalers } from '../../core/autoscaling.ts';
import type { DatabaseStore } from '../../core/database-cluster.ts';
import type { MachineControl } from '../../core/machines.ts';
import type { PlatformTrouble } from '../../core/platform.ts';
import type { ApiTrouble } from './api-trouble.ts';
import type { Cluster } from './clusters.ts';
import { kindAutoscalers } from './kind-autoscalers.ts';
import { kindMachines } from './kind-machines.ts';
import { kindNodes, type KindNodes } from './kind-nodes.ts';
import { connectKubernetes, type KubernetesApi } from './kubernetes-api.ts';
import { patroniStore } from './patroni-store.ts';
import { watchPods, type PodWatch } from './pod-watch.ts';
import { watchEndpoints, type EndpointWatch } from './service-endpoints.ts';
import { watchRelay } from './watch-relay.ts';

/** One cluster, with everything by which the stack on it is looked at and broken. */
export interface SiteCluster {
  readonly name: string;
  readonly api: KubernetesApi;
  readonly nodes: KindNodes;
  readonly pods: PodWatch;
  readonly endpoints: EndpointWatch;
  readonly machines: MachineControl;
  readonly autoscalers: Autoscalers;
  readonly databaseStore: DatabaseStore;
  readonly trouble: Pick<ApiTrouble, 'onChange'>;
  close(): void;
}

/** Opens a cluster that is up. */
export async function openSiteCluster({
  name,
  kubeconfig,
}: Pick<Cluster, 'name' | 'kubeconfig'>): Promise<SiteCluster> {
  const api = await connectKubernetes(kubeconfig);
  const nodes = kindNodes(name);
  const [pods, endpoints] = await Promise.all([watchPods(api), watchEndpoints(api)]);
  const databaseStore = patroniStore(api, pods);
  return {
    name,
    api,
    nodes,
    pods,
    endpoints,
    machines: kindMachines(name, api, nodes, pods),
    autoscalers: kindAutoscalers(api),
    databaseStore,
    trouble: api.trouble,
    close() {
      api.trouble.close();
      databaseStore.close();
      pods.stop();
      endpoints.stop();
      nodes.close();
    },
  };
}

/** The cluster that the stack lives on now. A recovery puts another in its place, and whoever follows it goes on with that. */
export interface CurrentSite {
  /** The last one, also when it is lost. */
  cluster(): SiteCluster;
  /** Counts up with each new cluster. */
  generation(): number;
  isLost(): boolean;
  /** Everything on it is gone: its pods are, for all who follow them. */
  lose(): void;
  replace(next: SiteCluster): void;
  /** What was there when it was lost; empty while it is not. */
  lostPods(): readonly V1Pod[];
  /** Calls the listener when the API server cannot be asked and when it can again, at once when it cannot now. Returns what ends that. */
  onTrouble(listener: (trouble: PlatformTrouble) => void): () => void;
  readonly pods: PodWatch;
  readonly endpoints: EndpointWatch;
  readonly nodes: KindNodes;
  readonly machines: MachineControl;
  readonly autoscalers: Autoscalers;
  readonly databaseStore: DatabaseStore;
}

/** Begins with this cluster. */
export function currentSite(first: SiteCluster): CurrentSite {
  let current = first;
  let generation = 1;
  let lost: readonly V1Pod[] | undefined;
  let change = new AbortController();
  const pods = watchRelay(current.pods);
  const endpoints = watchRelay(current.endpoints);
  const troubled = new Set<(trouble: PlatformTrouble) => void>();
  let trouble: PlatformTrouble | undefined;
  const tellTrouble = (next: PlatformTrouble): void => {
    trouble = next.isOver ? undefined : next;
    for (const listener of troubled) listener(next);
  };
  let stopTellingTrouble = current.trouble.onChange(tellTrouble);

  function lose(): void {
    if (lost !== undefined) return;
    pods.leave();
    endpoints.leave();
    lost = current.pods.all();
    current.close();
    stopTellingTrouble();
    for (const pod of lost) pods.tell(pod, true);
  }
  /** Does something with the present cluster until the signal aborts, and goes on with the next one when that takes its place. */
  async function follow(
    look: (cluster: SiteCluster, until: AbortSignal) => Promise<void>,
    signal: AbortSignal,
  ): Promise<void> {
    while (!signal.aborted) {
      const replaced = change.signal;
      const until = AbortSignal.any([signal, replaced]);
      try {
        await look(current, until);
      } catch (error) {
        if (!until.aborted && lost === undefined) throw error;
      }
      // What is lost tells nothing any more; there is something to look at again when it is replaced.
      if (lost !== undefined && !until.aborted) await once(until, 'abort');
    }
  }
  return {
    cluster: () => current,
    generation: () => generation,
    isLost: () => lost !== undefined,
    lostPods: () => lost ?? [],
    onTrouble(listener) {
      troubled.add(listener);
      if (trouble !== undefined) listener(trouble);
      return () => troubled.delete(listener);
    },
    lose,
    replace(next) {
      lose();
      current = next;
      generation += 1;
      lost = undefined;
      endpoints.follow(current.endpoints);
      pods.follow(current.pods);
      for (const pod of current.pods.all()) pods.tell(pod, false);
      stopTellingTrouble = current.trouble.onChange(tellTrouble);
      change.abort();
      change = new AbortController();
    },
    pods: {
      all: () => (lost === undefined ? current.pods.all() : []),
      onChange: (listener) => pods.onChange(listener),
      stop: () => current.close(),
    },
    endpoints: {
      all: () => (lost === undefined ? current.endpoints.all() : []),
      onChange: (listener) => endpoints.onChange(listener),
      stop: () => current.close(),
    },
    nodes: {
      list: () => current.nodes.list(),
      runIn: (node, script) => current.nodes.runIn(node, script),
      warmUp: () => current.nodes.warmUp(),
      close: () => current.close(),
    },
    machines: {
      list: () => current.machines.list(),
      watch: (onChange, signal) => follow((cluster, until) => cluster.machines.watch(onChange, until), signal),
      kill: (names) => current.machines.kill(names),
      cutOff: (cut) => current.machines.cutOff(cut),
      isCutOff: (name) => current.machines.isCutOff(name),
      cordon: (name) => current.machines.cordon(name),
      evict: (instance) => current.machines.evict(instance),
      remove: (instance) => current.machines.remove(instance),
    },
    autoscalers: {
      watch: (onChange, signal) => follow((cluster, until) => cluster.autoscalers.watch(onChange, until), signal),
    },
    databaseStore: {
      read: (scope, signal) => current.databaseStore.read(scope, signal),
      leaseSeconds: (scope, signal) => current.databaseStore.leaseSeconds(scope, signal),
    },
  };
}
