import type { V1Pod } from '@kubernetes/client-node';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { Instance } from '../../core/platform.ts';
import { reachPods } from './gateway.ts';
import { addressOfNode } from './kubernetes-api.ts';
import { findOutside, type OutsideService } from './outside.ts';
import { outsideInstance } from './outside-instance.ts';
import type { CurrentSite } from './current-site.ts';
import { goneInstance, instanceOf, routesOf } from './pod-instance.ts';
import { askPatiently } from './patient-api.ts';
import type { PodWatch } from './pod-watch.ts';
import { isInService } from './service-endpoints.ts';
import { followDocker } from './docker-events.ts';

/** Pods whose addresses could not be led to are tried again after so long, in milliseconds. */
const ROUTE_AGAIN_MS = 500;

/** The instances of a stack on kind: its pods, and the containers beside the cluster. */
export interface KindInstances {
  readonly watch: PodWatch;
  list(): Promise<readonly Instance[]>;
  /** The pods alone, as last heard of: asks nobody. */
  pods(): readonly Instance[];
  /** Calls `onChange` for each at once and then at every change, until the signal aborts. */
  follow(onChange: (instance: Instance) => void, signal: AbortSignal): Promise<void>;
  /** What is beside the cluster, as last seen. */
  outside(): readonly OutsideService[];
  stop(): void;
}

/** Follows the site, also to another cluster. */
export async function kindInstances(site: CurrentSite): Promise<KindInstances> {
  let outside = await findOutside();
  const gateway = outside.find(({ component }) => component === 'gateway');
  if (gateway === undefined) {
    throw new ChaosError({
      code: 'platform',
      message: 'The gateway to the cluster is gone.',
      tryThis: 'npm run chaos -- up --platform kind',
    });
  }
  const gatewayId = gateway.id;
  const host = gateway.address;
  const watch = site.pods;

  /** Makes every pod reachable; done anew when one has got an address. */
  let routed = '';
  let routing: Promise<void> = Promise.resolve();
  async function route(): Promise<void> {
    if (site.isLost()) return;
    const { api } = site.cluster();
    const wanted = watch.all().flatMap((pod) => routesOf(pod).map(({ use: _use, ...to }) => to));
    const seen = JSON.stringify([site.generation(), wanted.toSorted((a, b) => a.port - b.port)]);
    if (seen === routed) return;
    const { items } = await api.core.listNode();
    const networks = items.flatMap((node) => {
      const [podCidr, nodeAddress] = [node.spec?.podCIDR, addressOfNode(node)];
      return podCidr === undefined || nodeAddress === undefined ? [] : [{ podCidr, nodeAddress }];
    });
    await reachPods(gatewayId, { pods: wanted, networks });
    routed = seen;
  }
  function keepRouted(): Promise<void> {
    // One at a time; a failure is told to who waits.
    routing = routing.catch(() => undefined).then(route);
    return routing;
  }
  let again: NodeJS.Timeout | undefined;
  let isStopped = false;
  function routeSoon(): void {
    clearTimeout(again);
    void keepRouted().catch(() => {
      clearTimeout(again);
      if (!isStopped) again = setTimeout(routeSoon, ROUTE_AGAIN_MS).unref();
    });
  }
  const stopWatching = watch.onChange(routeSoon);
  await askPatiently(site.cluster().api, keepRouted);

  const asInstance = (pod: V1Pod): Instance | undefined =>
    instanceOf(pod, host, isInService(site.endpoints.all(), pod.metadata?.uid));
  // What is being ended is no capacity any more.
  const instancesIn = (all: readonly V1Pod[]): Instance[] =>
    all.filter(({ metadata }) => metadata?.deletionTimestamp === undefined).flatMap((pod) => asInstance(pod) ?? []);
  const pods = (): Instance[] => [...instancesIn(watch.all()), ...instancesIn(site.lostPods()).map(goneInstance)];
  return {
    watch,
    outside: () => outside,
    pods,
    async list() {
      outside = await findOutside();
      await keepRouted().catch(() => undefined); // without an API server there are no new pods either
      return [...pods(), ...outside.flatMap((one) => outsideInstance(one) ?? [])];
    },
    async follow(onChange, signal) {
      const last = new Map<string, string>();
      const tell = (instance: Instance): void => {
        const seen = JSON.stringify(instance);
        if (last.get(instance.name) === seen) return;
        last.set(instance.name, seen);
        onChange(instance);
      };
      const stopPods = watch.onChange((pod, isGone) => {
        const instance = asInstance(pod);
        if (instance !== undefined) tell(isGone ? goneInstance(instance) : instance);
      });
      // Which pods a change of endpoints concerns is seen by what it changes.
      const stopEndpoints = site.endpoints.onChange(() => {
        for (const pod of watch.all()) {
          const instance = asInstance(pod);
          if (instance !== undefined) tell(instance);
        }
      });
      for (const instance of pods()) tell(instance);
      try {
        await followDocker('label=airbyte-chaos=outside', signal, async () => {
          outside = await findOutside();
          for (const one of outside) {
            const instance = outsideInstance(one);
            if (instance !== undefined) tell(instance);
          }
        });
      } catch (cause) {
        signal.throwIfAborted();
        throw new ChaosError({ code: 'platform', message: `Docker's events ended: ${describeError(cause)}.`, cause });
      } finally {
        stopPods();
        stopEndpoints();
      }
    },
    stop() {
      isStopped = true;
      clearTimeout(again);
      stopWatching();
      site.cluster().close();
    },
  };
}
