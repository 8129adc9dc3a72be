import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { comesTrue } from '../../core/comes-true.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Instance, KillEvidence, ProcessOnNode, RunningStack } from '../../core/platform.ts';
import { isProcessStopped, isSameProcessAlive, signalProcess } from '../../core/process-identity.ts';
import { readClusterRecord, stackDirectoryOf } from './cluster-record.ts';
import { PRIMARY, type Cluster } from './clusters.ts';
import { currentSite, openSiteCluster, type CurrentSite } from './current-site.ts';
import { kindInstances, type KindInstances } from './kind-instances.ts';
import type { KindNodes } from './kind-nodes.ts';
import { kindSite } from './kind-site.ts';
import { killNodes } from './nodes.ts';
import { killOutside } from './outside.ts';
import { outsideInstance } from './outside-instance.ts';
import { askPatiently } from './patient-api.ts';
import { isStoppedInNode, mainProcess, processesOfContainer, signalInNode } from './pod-processes.ts';
import { renewPods } from './renew-pods.ts';
import { serviceAddress } from './services.ts';
import { BACKUPS, hasBackups } from './stack-changes.ts';
import { findStrayPods } from './stray-pods.ts';
import type { KindTools } from './tools.ts';
import { usageOf } from './usage.ts';

/** Name and password of every database of the stack and of what is outside of it (fixtures/kubernetes/base/namespaces). */
export const CREDENTIALS = { user: 'airbyte', password: 'airbyte' } as const;
const GONE_EVERY_MS = 10;

interface OpenOptions {
  /** Paths of programs that came with the platform, by name. */
  readonly programs: Readonly<Record<string, string>>;
  /** Without them the stack can be looked at, and its site cannot be recovered. */
  readonly tools?: KindTools;
}

/** There is one stack, and it stays the same when it is recovered on another cluster. */
export const STACK_ID = PRIMARY.name;

/** Opens the stack on a cluster that is up, with what is outside of it. */
export async function openKindStack(cluster: Cluster, { programs, tools }: OpenOptions): Promise<RunningStack> {
  const site = currentSite(await openSiteCluster(cluster));
  const { nodes } = site;
  const [instances] = await Promise.all([kindInstances(site), nodes.warmUp()]);
  const stack = readClusterRecord(cluster.name)?.stack;
  const dir = stackDirectoryOf(STACK_ID);
  mkdirSync(join(dir, 'scratch'), { recursive: true });
  return {
    id: STACK_ID,
    dir,
    details: await detailsOf(site),
    settings: stack?.settings ?? {},
    tools: programs,
    hints: tools === undefined ? [] : [`KUBECONFIG=${cluster.kubeconfig} ${tools.kubectl} get pods --all-namespaces`],
    marker: { CHAOS_STACK_ID: STACK_ID },
    databaseStore: site.databaseStore,
    credentials: CREDENTIALS,
    machines: site.machines,
    removal: site.machines,
    autoscalers: site.autoscalers,
    ...(tools === undefined || stack === undefined
      ? {}
      : { site: kindSite(site, { tools, stack, instances: () => instances.list() }) }),
    ...(hasBackups(stack?.settings ?? {}) ? { backups: BACKUPS } : {}),
    instances: () => instances.list(),
    endpoint: (service) => serviceAddress(service, instances.outside()),
    watch: (onChange, signal) => instances.follow(onChange, signal),
    onTrouble: (listener) => site.onTrouble(listener),
    signalInstance: (instance, signal) => signalMain(nodes, instance, signal),
    processesOf: async (instance) => processesOf(nodes, instance),
    signalProcess: (process, signal) => signalOne(nodes, process, signal),
    isStopped: async (process) =>
      process.node === undefined ? isProcessStopped(process) : isStoppedInNode(nodes, process),
    // Nothing keeps a kubelet from asking whether a container lives; that it acts is part of what is rehearsed.
    holdInstance: async () => Promise.resolve(),
    async loseMachines(lost) {
      const beside = new Set(lost.flatMap(({ node, name }) => (node === undefined ? [name] : [])));
      const machines = await machinesOf(nodes, lost);
      const containers = instances.outside().filter((one) => beside.has(outsideInstance(one)?.name ?? ''));
      await Promise.all([killNodes(machines), killOutside(containers)]);
    },
    renewInstances: (signal) => renewPods(site.cluster().api, { pods: site.pods, signal, nowMs: Date.now() }),
    rollOut: (component) => rollOut(site, component),
    confirmGone: (instance, report, signal) => confirmGone(nodes, instances, instance, report, signal),
    strayProcesses: () => findStrayPods(instances, nodes),
    usage: () => usageOf(nodes),
    release: () => instances.stop(),
  };
}

async function detailsOf(site: CurrentSite): Promise<Record<string, string>> {
  const { name, api } = site.cluster();
  const { gitVersion } = await askPatiently(api, () => api.version.getCode());
  const all = await site.nodes.list();
  const workers = all.filter(({ role }) => role === 'worker').length;
  return { cluster: name, kubernetes: gitVersion, nodes: workers === 0 ? '1' : `1 control plane, ${workers} workers` };
}

/** Pods have processes in their node; of what is beside the cluster only the main process is known. */
async function processesOf(nodes: KindNodes, instance: Instance): ReturnType<RunningStack['processesOf']> {
  const { node, incarnation, pid, startTicks } = instance;
  if (pid !== undefined && startTicks !== undefined) {
    const isAlive = isSameProcessAlive({ pid, startTicks });
    return isAlive ? [{ pid, startTicks, parentPid: 0, command: instance.name }] : [];
  }
  if (node === undefined || incarnation === undefined) return [];
  return processesOfContainer(nodes, node, incarnation);
}

/** @throws ChaosError `no-target` when it has ended before. */
async function signalMain(nodes: KindNodes, instance: Instance, signal: NodeJS.Signals): Promise<void> {
  const main = mainProcess(await processesOf(nodes, instance));
  if (main !== undefined && (await signalOne(nodes, main, signal))) return;
  throw new ChaosError({ code: 'no-target', message: `${instance.name} ended before it could be sent ${signal}.` });
}

/** What is beside the cluster runs in the process table of this machine. */
async function signalOne(nodes: KindNodes, process: ProcessOnNode, signal: NodeJS.Signals): Promise<boolean> {
  if (process.node === undefined) return signalProcess(process, signal);
  return signalInNode(nodes, process, signal);
}

async function machinesOf(nodes: KindNodes, lost: readonly Instance[]): ReturnType<KindNodes['list']> {
  const names = new Set(lost.map(({ node }) => node));
  return (await nodes.list()).filter(({ name }) => names.has(name));
}

/** As `kubectl rollout restart` does. */
async function rollOut(site: CurrentSite, component: string): Promise<void> {
  const { api } = site.cluster();
  const at = new Date().toISOString();
  const annotations = { 'kubectl.kubernetes.io/restartedAt': at };
  const body = [{ op: 'add', path: '/spec/template/metadata/annotations', value: annotations }];
  const where = { name: component, namespace: 'airbyte' };
  await askPatiently(api, () => api.apps.patchNamespacedDeployment({ ...where, body }));
}

/** Two independent witnesses: the process table of the node, and what the kubelet told the API server. */
async function confirmGone(
  nodes: KindNodes,
  instances: KindInstances,
  instance: Instance,
  report: (evidence: KillEvidence) => void,
  signal: AbortSignal,
): Promise<void> {
  const { name, incarnation, node } = instance;
  const every = { everyMs: GONE_EVERY_MS, signal };
  const isGone = await comesTrue(async () => (await processesOf(nodes, instance)).length === 0, every);
  const container = `container ${incarnation?.slice(0, 12) ?? ''} of ${name}`;
  const words = isGone ? `no process of ${container} is left` : `processes of ${container} survived`;
  report({ kind: 'process-gone', holds: isGone, text: words });
  const hasNoticed = async (): Promise<boolean> => {
    // What the watch has heard of a pod is at hand; a container beside the cluster is asked for.
    const all = node === undefined ? await instances.list() : instances.pods();
    const now = all.find((one) => one.name === name);
    return now === undefined || now.incarnation !== incarnation;
  };
  const isNoticed = await comesTrue(hasNoticed, every);
  const text = isNoticed ? `the kubelet told of the end of ${name}` : `the kubelet did not tell of the end of ${name}`;
  report({ kind: 'platform-saw-exit', holds: isNoticed, text });
}
