import { basename } from 'node:path';
import type { V1Pod } from '@kubernetes/client-node';
import pWaitFor, { TimeoutError } from 'p-wait-for';
import { ChaosError } from '../../core/errors.ts';
import type { UndoAction, UndoneUntil, UndoOptions } from '../../core/platform.ts';
import { endMarked } from '../../core/process-identity.ts';
import { restoreSourceAt } from '../restore-source.ts';
import { clusterOfStack, clusterRecords, kubeconfigOf, readClusterRecord } from './cluster-record.ts';
import { removeCluster } from './clusters.ts';
import { setUnschedulable } from './kind-machines.ts';
import { kindNodes } from './kind-nodes.ts';
import { CREDENTIALS } from './kind-stack.ts';
import { connectKubernetes } from './kubernetes-api.ts';
import { removeNetwork } from './network.ts';
import { nodesOf, startNodes } from './nodes.ts';
import { findOutside, removeOutside, startOutside } from './outside.ts';
import { COMPONENT_LABEL, isPodReady } from './pod-instance.ts';
import { UNCUT_SCRIPT } from './packet-filter.ts';
import { signalInNode } from './pod-processes.ts';
import { serviceAddress } from './services.ts';

/** A node is back in 7–40 s (measured), its pods need as long again; a pod that waits for its back-off up to five minutes. */
const RUNNING_TIMEOUT_MS = 180_000;

/** Carries out an undo on kind; each can be done twice. Returns what was done, in words. */
export async function undoOnKind(
  action: UndoAction,
  signal: AbortSignal,
  { until = 'whole' }: UndoOptions = {},
): Promise<string> {
  switch (action.kind) {
    case 'remove-stack':
      return removeStack(action.stackId);
    case 'end-programs':
      return `${endMarked(action.stackId, action.dir)} programs beside ${action.stackId} ended`;
    case 'ensure-running':
      return ensureRunning(action.dir, action.instance, signal, until);
    case 'continue-process':
      return continueProcess(action);
    case 'restore-source': {
      const outside = await findOutside();
      if (outside.length === 0) return 'the source is gone with its stack';
      return restoreSourceAt(serviceAddress('warehouse', outside), CREDENTIALS, action.table);
    }
    case 'ensure-machines':
      return ensureRunning(action.dir, action.machines.join(', '), signal, until);
    case 'join-again':
      return joinAgain(action.dir, action.machine);
    case 'uncordon':
      return uncordon(action.dir, action.machine, signal);
    case 'ensure-site':
      return ensureSite(action.stackId);
    case 'run-commands':
      throw new ChaosError({ code: 'internal', message: 'Commands of an operator are no part of clusters of kind.' });
    case 'remove-own':
    case 'remove-chaos':
    case 'remove-load':
      throw new ChaosError({ code: 'platform', message: 'What the harness makes on kind is no existing Airbyte.' });
    default:
      return action satisfies never;
  }
}

/** Removes the stack with everything, wherever it lives by now: the cluster that it was made on, the one that it was recovered on, and what is beside them. */
async function removeStack(stackId: string): Promise<string> {
  const clusters = new Set([stackId, ...clusterRecords().map(({ name }) => name)]);
  let nodes = 0;
  for (const cluster of clusters) nodes += await removeCluster(cluster);
  const containers = await removeOutside();
  await removeNetwork();
  return `stack ${stackId} is gone (${nodes} nodes), and ${containers} containers beside it`;
}

/** A site that is whole stays; of half a site nothing is of use to anybody. */
async function ensureSite(stackId: string): Promise<string> {
  const records = clusterRecords();
  if (records.length === 0) return `stack ${stackId} is gone`;
  const [whole, ...others] = records;
  if (others.length === 0 && whole?.stack !== undefined) {
    const nodes = await nodesOf(whole.name);
    const areRunning = nodes.length > 0 && nodes.every(({ state }) => state === 'running');
    const hasMoved = whole.name !== stackId;
    if (areRunning)
      return hasMoved
        ? `the site is whole; the stack lives on cluster ${whole.name} until it is taken down`
        : `the site is whole (cluster ${whole.name})`;
  }
  return `half a site was left: ${await removeStack(stackId)}`;
}

/** Every node and every container beside them runs, and the pod is ready again, or what stands in for it. `dir` ends with the name of the cluster. */
async function ensureRunning(dir: string, instance: string, signal: AbortSignal, until: UndoneUntil): Promise<string> {
  const cluster = clusterIn(dir);
  if (readClusterRecord(cluster) === undefined) return `${instance} is gone with its cluster`;
  const containers = await startOutside(signal);
  const nodes = await nodesOf(cluster);
  const down = nodes.filter(({ state }) => state !== 'running');
  await startNodes(down);
  const startedAt = new Date();
  const started = [...down.map(({ name }) => name), ...containers];
  if (until === 'begun')
    return started.length === 0 ? `${instance} is left to Kubernetes` : `${started.join(', ')} are being started again`;
  const restarted = new Set(down.map(({ name }) => name));
  const api = await connectKubernetes(kubeconfigOf(cluster));
  let last = 'nothing was seen yet';
  const isReady = async (): Promise<boolean> => {
    try {
      const { items } = await api.core.listPodForAllNamespaces({ labelSelector: COMPONENT_LABEL });
      const waiting = items.filter((pod) => !isPodReady(pod) || isOld(pod, restarted, startedAt));
      last = `not ready: ${waiting.map(({ metadata }) => metadata?.name).join(', ')}`;
      return waiting.length === 0;
    } catch (error) {
      last = String(error);
      return false;
    }
  };
  try {
    await pWaitFor(isReady, { interval: 300, timeout: RUNNING_TIMEOUT_MS, signal });
  } catch (cause) {
    if (!(cause instanceof TimeoutError)) throw cause;
    throw new ChaosError({
      code: 'platform',
      message: `Not every pod came back on ${cluster}.`,
      afterMs: RUNNING_TIMEOUT_MS,
      lastState: last,
      cause,
    });
  }
  return started.length === 0 ? `${instance} runs` : `${started.join(', ')} started again`;
}

/** A pod of a node that has just come back is told of as it was before, until its kubelet has looked. */
function isOld({ spec, status }: V1Pod, restarted: ReadonlySet<string>, since: Date): boolean {
  const runs = status?.containerStatuses?.[0]?.state?.running?.startedAt;
  return restarted.has(spec?.nodeName ?? '') && (runs === undefined || new Date(runs) < since);
}

/** A node that does not run has no rules either, and comes back without them. */
async function joinAgain(dir: string, machine: string): Promise<string> {
  const cluster = clusterIn(dir);
  const node = (await nodesOf(cluster)).find(({ name }) => name === machine);
  if (node?.state !== 'running') return `${machine} is ${node === undefined ? 'gone' : 'down'}`;
  const nodes = kindNodes(cluster);
  try {
    await nodes.runIn(machine, UNCUT_SCRIPT);
    return `${machine} is on the network`;
  } finally {
    nodes.close();
  }
}

async function uncordon(dir: string, machine: string, signal: AbortSignal): Promise<string> {
  const cluster = clusterIn(dir);
  if (readClusterRecord(cluster) === undefined) return `${machine} is gone with its cluster`;
  await setUnschedulable(await connectKubernetes(kubeconfigOf(cluster)), machine, false, { signal });
  return `${machine} takes new pods`;
}

/** Where the stack of this folder lives now: the folder is named after the cluster that it was made on. */
function clusterIn(dir: string): string {
  return clusterOfStack()?.name ?? basename(dir);
}

async function continueProcess(action: Extract<UndoAction, { kind: 'continue-process' }>): Promise<string> {
  const { node = '', pid } = action;
  const cluster = clusterRecords().find(({ name }) => node.startsWith(`${name}-`));
  if (cluster === undefined) return `process ${pid} is gone with its cluster`;
  const nodes = kindNodes(cluster.name);
  try {
    const isSent = await signalInNode(nodes, action, 'SIGCONT');
    return isSent ? `process ${pid} on ${node} continues` : `process ${pid} on ${node} is gone`;
  } finally {
    nodes.close();
  }
}
