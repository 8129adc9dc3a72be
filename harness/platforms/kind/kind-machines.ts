import type { V1DeleteOptions, V1Node } from '@kubernetes/client-node';
import { ChaosError } from '../../core/errors.ts';
import type { Cut, Eviction, Machine, MachineControl } from '../../core/machines.ts';
import type { Instance } from '../../core/platform.ts';
import { budgetRefusal, describeAnswer, isConflict, isNotThere } from './api-answers.ts';
import { followDocker } from './docker-events.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import type { KindNodes } from './kind-nodes.ts';
import { killNodes, type ClusterNode } from './nodes.ts';
import { watchObjects } from './object-watch.ts';
import { cutRules, IS_CUT_SCRIPT, UNCUT_SCRIPT } from './packet-filter.ts';
import { askPatiently, type Patience } from './patient-api.ts';
import type { PodWatch } from './pod-watch.ts';

const ZONE_LABEL = 'topology.kubernetes.io/zone';

/** The nodes of a cluster as the machines of its stack. */
export function kindMachines(cluster: string, api: KubernetesApi, nodes: KindNodes, pods: PodWatch): MachineControl {
  async function named(names: readonly string[]): Promise<readonly ClusterNode[]> {
    const found = (await nodes.list()).filter(({ name }) => names.includes(name));
    if (found.length === names.length) return found;
    throw new ChaosError({ code: 'no-target', message: `Not all of ${names.join(', ')} are nodes of ${cluster}.` });
  }
  /** What the API server said last. While it cannot be asked, zones and cordons stay what they were; who is ready is not known. */
  let heard: readonly V1Node[] = [];
  return {
    async list() {
      const isAnswered = await api.core.listNode().then(
        ({ items }) => (heard = items) === items,
        () => false,
      );
      return (await nodes.list()).map((node) => {
        const known = heard.find(({ metadata }) => metadata?.name === node.name);
        return machineOf(node, known, isAnswered);
      });
    },
    async watch(onChange, signal) {
      const watched = await watchObjects(api, { path: '/api/v1/nodes', list: () => api.core.listNode(), signal });
      let containers = await nodes.list();
      const last = new Map<string, string>();
      const tell = (): void => {
        for (const node of containers) {
          const known = watched.all().find(({ metadata }) => metadata?.name === node.name);
          const machine = machineOf(node, known, watched.isFollowing());
          const seen = JSON.stringify(machine);
          if (last.get(machine.name) === seen) continue;
          last.set(machine.name, seen);
          onChange(machine);
        }
      };
      const stops = [watched.onChange(tell), watched.onFollowing(tell)];
      try {
        await followDocker(`label=io.x-k8s.kind.cluster=${cluster}`, signal, async () => {
          containers = await nodes.list();
          tell();
        });
      } finally {
        for (const stop of stops) stop();
        watched.stop();
      }
    },
    kill: async (names) => killNodes(await named(names)),
    async cutOff(cut) {
      const address = cut.instance === undefined ? undefined : addressOf(cut, pods);
      const rules = cutRules(cut, address);
      await nodes.runIn(cut.machine, `${UNCUT_SCRIPT}\nnft -f - <<'END'\n${rules}END`);
    },
    isCutOff: async (name) => ((await nodes.runIn(name, IS_CUT_SCRIPT)) ?? '').trim() !== '',
    async cordon(name) {
      const cordoned = await setUnschedulable(api, name, true);
      heard = [...heard.filter(({ metadata }) => metadata?.name !== name), cordoned];
    },
    evict: (instance) => evict(api, pods, instance),
    remove: (instance) => remove(api, pods, instance),
  };
}

/** Puts new pods on a node again, or none any more. Returns the node as it is then. */
export function setUnschedulable(
  api: KubernetesApi,
  name: string,
  isUnschedulable: boolean,
  patience: Patience = {},
): Promise<V1Node> {
  const body = [{ op: 'add', path: '/spec/unschedulable', value: isUnschedulable }];
  return askPatiently(api, () => api.core.patchNode({ name, body }), patience);
}

function machineOf(node: ClusterNode, known: V1Node | undefined, isOfNow: boolean): Machine {
  const ready = isOfNow ? known?.status?.conditions?.find(({ type }) => type === 'Ready') : undefined;
  const zone = known?.metadata?.labels?.[ZONE_LABEL];
  return {
    name: node.name,
    role: node.role,
    isUp: node.state === 'running',
    ...(zone === undefined ? {} : { zone }),
    ...(ready === undefined ? {} : { isReady: ready.status === 'True' }),
    ...(known === undefined ? {} : { isSchedulable: known.spec?.unschedulable !== true }),
  };
}

function addressOf({ instance }: Cut, pods: PodWatch): string {
  const pod = pods.all().find(({ metadata }) => metadata?.name === instance?.name);
  if (pod?.status?.podIP !== undefined) return pod.status.podIP;
  throw new ChaosError({ code: 'no-target', message: `${instance?.name} has no address that could be cut off.` });
}

/** As `kubectl drain` asks for it; the API server refuses with 429 where a PodDisruptionBudget would be broken. */
async function evict(api: KubernetesApi, pods: PodWatch, { name, uid }: Instance): Promise<Eviction> {
  const namespace = namespaceOf(name, pods);
  const deleteOptions = onlyThis(uid);
  const eviction = { name, namespace, body: { metadata: { name, namespace }, deleteOptions } };
  try {
    await askPatiently(api, () => api.core.createNamespacedPodEviction(eviction));
    return { isAccepted: true, text: 'accepted' };
  } catch (error) {
    const refusal = budgetRefusal(error);
    if (refusal !== undefined) return { isAccepted: false, text: `refused (429): ${refusal}` };
    // An answer that was lost was no refusal: when it is asked again the pod may have ended.
    if (isNotThere(error)) return { isAccepted: true, text: 'it is gone already (404)' };
    if (uid !== undefined && isConflict(error) && (await isGone(api, { name, namespace, uid })))
      return { isAccepted: true, text: 'it is gone already (409: another pod has its name)' };
    throw new ChaosError({
      code: 'platform',
      message: `${name} could not be evicted: ${describeAnswer(error)}.`,
      cause: error,
    });
  }
}

/** A conflict may be about anything; only the API server knows whether the pod is still the one that was meant. */
async function isGone(
  api: KubernetesApi,
  { uid, ...where }: { readonly name: string; readonly namespace: string; readonly uid: string },
): Promise<boolean> {
  try {
    const { metadata } = await askPatiently(api, () => api.core.readNamespacedPod(where));
    return metadata?.uid !== uid;
  } catch (error) {
    if (isNotThere(error)) return true;
    throw error;
  }
}

/** As `kubectl delete --grace-period=0 --force`: the pod is gone from the API at once, and its kubelet ends it with SIGKILL. */
async function remove({ core }: KubernetesApi, pods: PodWatch, { name, uid }: Instance): Promise<Eviction> {
  const namespace = namespaceOf(name, pods);
  await core.deleteNamespacedPod({ name, namespace, gracePeriodSeconds: 0, body: onlyThis(uid) });
  return { isAccepted: true, text: 'deleted without grace' };
}

/** A pod that has taken the name of the one that is meant is refused with 409. */
function onlyThis(uid: string | undefined): V1DeleteOptions {
  return uid === undefined ? {} : { preconditions: { uid } };
}

function namespaceOf(name: string, pods: PodWatch): string {
  return pods.all().find(({ metadata }) => metadata?.name === name)?.metadata?.namespace ?? '';
}
