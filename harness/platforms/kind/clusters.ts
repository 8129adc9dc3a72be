import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { execa } from 'execa';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { ChaosError, describeError } from '../../core/errors.ts';
import { findMarkedProcesses, signalProcess } from '../../core/process-identity.ts';
import {
  forgetCluster,
  kubeconfigOf,
  readClusterRecord,
  writeClusterRecord,
  type ClusterRecord,
} from './cluster-record.ts';
import { runKubectl } from './kubectl.ts';
import { ensureNetwork, NETWORK, removeNetwork } from './network.ts';
import { NAME_SERVER_FILES, patchNames } from './name-servers.ts';
import { nodesOf, removeNodes, startNodes } from './nodes.ts';
import { KIND_CONFIG, type KindTools } from './tools.ts';

/** kind waits as long for the control plane; measured: 6 s on an idle machine. */
const CONTROL_PLANE_TIMEOUT = '240s';
/** Time for all pods of the system to become ready; measured: 25 s. */
const SYSTEM_TIMEOUT_MS = 240_000;
/** Where kind and kubeadm put what every cluster has. */
const SYSTEM_NAMESPACES = ['kube-system', 'local-path-storage'];
const REMOVAL_TIMEOUT_MS = 120_000;
/** A cluster that was being made is gone when so many looks, half a second apart, show nothing of it. */
const EMPTY_LOOKS = 6;

/** A cluster that the harness can make. */
export interface ClusterPlan {
  readonly name: string;
  /** File in `kind-config/`. */
  readonly config: string;
  /** Whether it has workers, over which DNS is spread. */
  readonly hasWorkers: boolean;
}

export const PRIMARY: ClusterPlan = { name: 'airbyte-chaos-primary', config: 'primary.yaml', hasWorkers: true };

/** The cluster that takes over when the other is lost. */
export const RECOVERY: ClusterPlan = { name: 'airbyte-chaos-dr', config: 'dr.yaml', hasWorkers: false };

/** A cluster that is up. */
export interface Cluster {
  readonly name: string;
  readonly kubeconfig: string;
  readonly nodes: number;
  /** False when it was there already. */
  readonly isNew: boolean;
}

export interface ClusterOptions {
  readonly tools: KindTools;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Makes the cluster, or takes the one that is there; nodes that were stopped are started. One that was half made is made anew.
 * @throws ChaosError `config` when it was made from something else or by somebody else, `platform` when it does not come up.
 */
export async function ensureCluster(plan: ClusterPlan, options: ClusterOptions): Promise<Cluster> {
  const record = readClusterRecord(plan.name);
  const wanted = { nodeImage: options.tools.nodeImage, config: hashOf(plan) };
  if (record === undefined) await refuseForeign(plan);
  if (record?.state === 'up' && (await nodesOf(plan.name)).length > 0) {
    requireSame(record, wanted);
    return reuse(plan, options);
  }
  if (record !== undefined) await removeCluster(plan.name);
  const creating: ClusterRecord = {
    name: plan.name,
    state: 'creating',
    ...wanted,
    createdAt: new Date().toISOString(),
  };
  writeClusterRecord(creating);
  await create(plan, options);
  writeClusterRecord({ ...creating, state: 'up' });
  return {
    name: plan.name,
    kubeconfig: kubeconfigOf(plan.name),
    nodes: (await nodesOf(plan.name)).length,
    isNew: true,
  };
}

/**
 * Removes the cluster with everything in it, and before that whatever is still making it; one that is gone already is forgotten. Returns how
 * many nodes went.
 * @throws ChaosError `platform` when a node cannot be removed.
 */
export async function removeCluster(name: string): Promise<number> {
  for (const maker of findMarkedProcesses(name, kubeconfigOf(name))) signalProcess(maker, 'SIGKILL');
  const isBeingMade = readClusterRecord(name)?.state === 'creating';
  const removed = await removeUntilNone(name, isBeingMade ? EMPTY_LOOKS : 1);
  forgetCluster(name);
  return removed;
}

/** Docker finishes what it was asked for after who asked is gone: a node that was being made can appear after a look that showed none. */
async function removeUntilNone(name: string, wantedLooks: number): Promise<number> {
  const gone = new Set<string>();
  let emptyLooks = 0;
  const look = async (): Promise<boolean> => {
    const nodes = await nodesOf(name);
    emptyLooks = nodes.length === 0 ? emptyLooks + 1 : 0;
    await removeNodes(nodes);
    for (const { id } of nodes) gone.add(id);
    return emptyLooks >= wantedLooks;
  };
  try {
    await pWaitFor(look, { interval: 500, timeout: REMOVAL_TIMEOUT_MS });
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    const left = (await nodesOf(name)).map((node) => `${node.name} ${node.state}`);
    throw new ChaosError({
      code: 'platform',
      message: `The nodes of cluster ${name} could not be removed.`,
      afterMs: REMOVAL_TIMEOUT_MS,
      lastState: left.join(', '),
      cause,
    });
  }
  return gone.size;
}

export { removeNetwork };

async function create(plan: ClusterPlan, { tools, signal, onProgress }: ClusterOptions): Promise<void> {
  await ensureNetwork();
  onProgress(`making cluster ${plan.name}`);
  const args = [
    'create',
    'cluster',
    '--name',
    plan.name,
    '--config',
    KIND_CONFIG + plan.config,
    '--image',
    tools.loadedNodeImage,
  ];
  const kind = execa(tools.kind, [...args, '--kubeconfig', kubeconfigOf(plan.name), '--wait', CONTROL_PLANE_TIMEOUT], {
    // The mark by which whatever is making it can be found, also when this process is gone.
    env: { KIND_EXPERIMENTAL_DOCKER_NETWORK: NETWORK, CHAOS_STACK_ID: plan.name },
    reject: false,
    cancelSignal: signal,
    stdin: 'ignore',
  });
  for await (const line of kind.iterable({ from: 'stderr' })) {
    const step = /^ • ([^\p{Extended_Pictographic}.]+)/u.exec(line)?.[1]?.trim();
    if (step !== undefined) onProgress(`${plan.name}: ${step}`);
  }
  const { exitCode, stderr } = await kind;
  signal.throwIfAborted();
  if (exitCode !== 0) {
    throw new ChaosError({
      code: 'platform',
      message: `kind could not make the cluster ${plan.name}.`,
      lastState: stderr.slice(-800),
      tryThis: 'npm run chaos -- doctor --platform kind',
    });
  }
  await addOns(plan, tools);
  await waitUntilReady(plan, { tools, signal, onProgress });
}

async function addOns(plan: ClusterPlan, tools: KindTools): Promise<void> {
  await kubectl(plan, tools, ['apply', '--filename', `${KIND_CONFIG}addons/metrics-server.yaml`]);
  if (!plan.hasWorkers) return;
  await patchNames({ isSpread: true, kubectl: (...args) => kubectl(plan, tools, args) });
}

async function reuse(plan: ClusterPlan, options: ClusterOptions): Promise<Cluster> {
  const nodes = await nodesOf(plan.name);
  const stopped = nodes.filter(({ state }) => state !== 'running');
  if (stopped.length > 0) options.onProgress(`${plan.name}: starting ${stopped.map(({ name }) => name).join(', ')}`);
  const startedAt = new Date();
  await startNodes(nodes);
  await waitUntilReady(plan, options, stopped.length > 0 ? startedAt : undefined);
  return { name: plan.name, kubeconfig: kubeconfigOf(plan.name), nodes: nodes.length, isNew: false };
}

/**
 * Every node is ready, and every pod of the system. After a restart the cluster still shows what it knew before: with `since`, each node
 * must have renewed its lease after that.
 */
async function waitUntilReady(
  plan: ClusterPlan,
  { tools, signal, onProgress }: ClusterOptions,
  since?: Date,
): Promise<void> {
  onProgress(`${plan.name}: waiting for all nodes and the pods of the system`);
  let last = 'nothing was seen yet';
  const isReady = async (): Promise<boolean> => {
    const waiting = await notReady(plan, tools, since).catch((error: unknown) => [describeError(error)]);
    last = waiting.length === 0 ? 'all are ready' : `not ready: ${waiting.join(', ').slice(0, 300)}`;
    return waiting.length === 0;
  };
  try {
    await pWaitFor(isReady, { interval: 500, timeout: SYSTEM_TIMEOUT_MS, signal });
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    throw new ChaosError({
      code: 'platform',
      message: `Cluster ${plan.name} did not become ready.`,
      afterMs: SYSTEM_TIMEOUT_MS,
      lastState: last,
      cause,
    });
  }
}

/** Nodes and pods of the system that are not ready, and nodes that have not been heard of since then. */
async function notReady(plan: ClusterPlan, tools: KindTools, since: Date | undefined): Promise<string[]> {
  const isReady = '{.status.conditions[?(@.type=="Ready")].status}';
  const states = await list(plan, tools, 'nodes', isReady);
  if (states.length === 0) return ['any node'];
  for (const namespace of SYSTEM_NAMESPACES) states.push(...(await list(plan, tools, 'pods', isReady, namespace)));
  const waiting = states.filter(([, state]) => state !== 'True').map(([name]) => name);
  if (since === undefined) return waiting;
  const renewed = await list(plan, tools, 'leases', '{.spec.renewTime}', 'kube-node-lease');
  return [...waiting, ...renewed.filter(([, at]) => new Date(at) < since).map(([name]) => `${name} (its lease)`)];
}

/** Name and one field of each object. */
async function list(
  plan: ClusterPlan,
  tools: KindTools,
  kind: string,
  field: string,
  namespace?: string,
): Promise<[string, string][]> {
  const scope = namespace === undefined ? [] : ['--namespace', namespace];
  const output = `jsonpath={range .items[*]}{.metadata.name} ${field}{"\\n"}{end}`;
  const lines = (await kubectl(plan, tools, ['get', kind, ...scope, '--output', output])).split('\n');
  return lines
    .filter((line) => line !== '')
    .map((line) => {
      const [name = '', value = ''] = line.split(' ');
      return [name, value];
    });
}

function kubectl(plan: ClusterPlan, tools: KindTools, args: readonly string[]): Promise<string> {
  return runKubectl({ cluster: plan.name, kubectl: tools.kubectl, args: ['--request-timeout=10s', ...args] });
}

/** Same names, but this user's harness did not make it: it is somebody's. */
async function refuseForeign(plan: ClusterPlan): Promise<void> {
  const nodes = await nodesOf(plan.name);
  if (nodes.length === 0) return;
  throw new ChaosError({
    code: 'config',
    message: `There is a cluster ${plan.name} that this harness did not make (${nodes.map(({ name }) => name).join(', ')}).`,
    tryThis: `If nobody needs it: kind delete cluster --name ${plan.name}`,
  });
}

function requireSame(record: ClusterRecord, wanted: Pick<ClusterRecord, 'nodeImage' | 'config'>): void {
  if (record.nodeImage === wanted.nodeImage && record.config === wanted.config) return;
  throw new ChaosError({
    code: 'config',
    message: `Cluster ${record.name} was made from another ${record.config === wanted.config ? 'node image' : 'configuration'}.`,
    tryThis: 'Make it anew: npm run chaos -- down --platform kind, then up --platform kind',
  });
}

/** Of everything that decides how the cluster is made. */
function hashOf(plan: ClusterPlan): string {
  const patches = plan.hasWorkers ? NAME_SERVER_FILES : [];
  const files = [plan.config, 'addons/metrics-server.yaml', ...patches];
  const hash = createHash('sha256');
  for (const file of files) hash.update(readFileSync(KIND_CONFIG + file));
  return hash.digest('hex').slice(0, 12);
}
