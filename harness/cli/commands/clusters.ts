import { ChaosError } from '../../core/errors.ts';
import { formatMillis } from '../../core/duration.ts';
import { clusterRecords } from '../../platforms/kind/cluster-record.ts';
import { ensureCluster, PRIMARY, removeCluster, removeNetwork } from '../../platforms/kind/clusters.ts';
import { deployStack } from '../../platforms/kind/deploy-stack.ts';
import { nodesOf } from '../../platforms/kind/nodes.ts';
import { requireKind } from '../../platforms/kind/requirements.ts';
import { prepareKindTools } from '../../platforms/kind/tools.ts';
import { acquireRunLock } from '../../runner/run-lock.ts';
import { interruptible } from '../interrupt.ts';

/**
 * `up --platform kind`: builds what is missing, and makes the primary cluster unless it is there. What was built before an interruption
 * is kept; a cluster that was half made is removed again.
 */
export async function upClustersCommand(): Promise<number> {
  await requireKind();
  const lock = acquireRunLock(`up-${process.pid}`);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`${text}\n`));
  const startedAt = performance.now();
  const onProgress = (text: string): void =>
    void process.stdout.write(`[${formatMillis(performance.now() - startedAt).padStart(8)}] ${text}\n`);
  try {
    const tools = await prepareKindTools(onProgress, signal);
    const cluster = await ensureCluster(PRIMARY, { tools, signal, onProgress });
    await deployStack(cluster, { tools, signal, onProgress });
    process.stdout.write(`The stack is up on cluster ${cluster.name}: ${cluster.nodes} nodes, everything ready.\n`);
    process.stdout.write(`  KUBECONFIG=${cluster.kubeconfig} ${tools.kubectl} get pods --all-namespaces\n`);
    process.stdout.write('It stays until: npm run chaos -- down --platform kind\n');
    return 0;
  } catch (error) {
    await removeHalfMade();
    throw signal.aborted
      ? new ChaosError({ code: 'interrupted', message: 'Interrupted; what was built is kept.', cause: error })
      : error;
  } finally {
    stopListening();
    lock.release();
  }
}

/** `down --platform kind`: removes every cluster that `up` made, and their network. */
export async function downClustersCommand(): Promise<number> {
  const lock = acquireRunLock(`down-${process.pid}`);
  try {
    const records = clusterRecords();
    for (const { name } of records) {
      process.stdout.write(`Cluster ${name} is gone (${await removeCluster(name)} nodes).\n`);
    }
    if (records.length > 0) await removeNetwork();
    else process.stdout.write('No cluster is up.\n');
    return 0;
  } finally {
    lock.release();
  }
}

/** `status --platform kind`: the clusters that `up` made, and their nodes. Changes nothing. */
export async function statusClustersCommand(): Promise<number> {
  const records = clusterRecords();
  if (records.length === 0) process.stdout.write('No cluster is up.\n');
  for (const { name, state, createdAt } of records) {
    const nodes = await nodesOf(name);
    process.stdout.write(`Cluster ${name}, made ${createdAt}${state === 'up' ? '' : ', not finished; use cleanup'}\n`);
    for (const node of nodes)
      process.stdout.write(`  ${node.state === 'running' ? '✓' : '·'} ${node.name} ${node.state}\n`);
    if (nodes.length === 0) process.stdout.write('  · its nodes are gone\n');
  }
  return 0;
}

/** Removes clusters whose making was cut short, for `cleanup`. Returns what was done, in words. */
export async function removeHalfMade(): Promise<readonly string[]> {
  const halfMade = clusterRecords().filter(({ state }) => state === 'creating');
  const done: string[] = [];
  for (const { name } of halfMade) {
    await removeCluster(name);
    done.push(`cluster ${name}, which was not finished, is gone`);
  }
  if (halfMade.length > 0 && clusterRecords().length === 0) await removeNetwork();
  return done;
}
