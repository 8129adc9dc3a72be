import { openBucket } from '../../clients/object-store.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Endpoint, Platform, RunningStack, UndoAction, UpOptions } from '../../core/platform.ts';
import { findMarkedProcesses } from '../../core/process-identity.ts';
import { installPrograms } from '../local-program.ts';
import {
  clusterOfStack,
  clusterRecords,
  kubeconfigOf,
  readClusterRecord,
  stackDirectoryOf,
  writeClusterRecord,
  type StackRecord,
} from './cluster-record.ts';
import { ensureCluster, PRIMARY, RECOVERY, type Cluster } from './clusters.ts';
import { connectKubernetes } from './kubernetes-api.ts';
import { deployStack, imagesFor } from './deploy-stack.ts';
import { routeToCluster } from './gateway-routes.ts';
import { openKindStack, STACK_ID } from './kind-stack.ts';
import { nodesOf } from './nodes.ts';
import { ensureOutside } from './outside.ts';
import { requireKind } from './requirements.ts';
import { serviceAddress } from './services.ts';
import { BACKUPS } from './stack-changes.ts';
import { prepareKindTools, type KindTools } from './tools.ts';
import { undoOnKind } from './undo.ts';
import { hashOfManifests } from './stack-manifests.ts';

/**
 * A sample of every probe each 200 ms instead of each 50 ms: in nodes that share this machine's CPUs with everything else, the probes themselves are what the
 * harness costs the cluster most (`npm run bench -- cluster-cost`). It widens the bounds of what is measured by as much.
 */
export const PACE = { probeEveryMs: 200 } as const;

/** Clusters of Kubernetes on this machine that the harness makes, with kind. */
export function kindPlatform(): Platform {
  let tools: KindTools | undefined;
  let programs: Readonly<Record<string, string>> = {};
  return {
    id: 'kind',
    profile: 'reference',
    parameters: PACE,
    capabilities: new Set([
      'signal-instances',
      'lose-nodes',
      'machines',
      'remove-instances',
      'autoscaling',
      'roll-out',
      'watch-instances',
      'warehouse',
      'source-system',
      'workflow-identity',
      'alert-sink',
      'sites',
      'backups',
    ]),
    async prepare(options) {
      await requireKind();
      tools = await prepareKindTools(options.onProgress, options.signal);
      programs = await installPrograms(options);
    },
    async up(options) {
      if (tools === undefined) throw new ChaosError({ code: 'internal', message: 'The platform was not prepared.' });
      return bringUp(options, tools, programs);
    },
    async findRunning() {
      const record = clusterOfStack();
      if (record?.stack === undefined) return undefined;
      const { name } = record;
      const nodes = await nodesOf(name);
      if (nodes.length === 0) return undefined;
      const cluster = { name, kubeconfig: kubeconfigOf(name), nodes: nodes.length, isNew: false };
      return openKindStack(cluster, { programs, ...(tools === undefined ? {} : { tools }) });
    },
    findStacks: async () => Promise.resolve(clusterRecords().length === 0 ? [] : [theStack()]),
    findAbandoned,
    undo: undoOnKind,
  };
}

/** On whichever cluster it is. */
function theStack(): { readonly id: string; readonly dir: string } {
  return { id: STACK_ID, dir: stackDirectoryOf(STACK_ID) };
}

/** Programs beside a stack that nobody looks after, and a stack that is not whole: its cluster was being made, or was lost and not recovered. */
function findAbandoned(): readonly UndoAction[] {
  const records = clusterRecords();
  const { id: stackId, dir } = theStack();
  const hasPrograms = records.length > 0 && findMarkedProcesses(stackId, dir).length > 0;
  return [
    ...(hasPrograms ? [{ kind: 'end-programs', dir, stackId } as const] : []),
    ...(records.some(({ state }) => state !== 'up') ? [{ kind: 'remove-stack', dir, stackId } as const] : []),
  ];
}

/** Makes what is missing, and brings the stack to the settings that are wanted; what is there and right is taken as it is. */
async function bringUp(
  options: UpOptions,
  tools: KindTools,
  programs: Readonly<Record<string, string>>,
): Promise<RunningStack> {
  const { signal, onProgress } = options;
  // After a recovery it lives where it was recovered, until it is taken down.
  const plan = readClusterRecord(RECOVERY.name)?.stack === undefined ? PRIMARY : RECOVERY;
  if (readClusterRecord(plan.name) === undefined) {
    const { id: stackId, dir } = theStack();
    await options.beforeChange({ kind: 'remove-stack', dir, stackId });
  }
  const cluster = await ensureCluster(plan, { tools, signal, onProgress });
  const outside = await ensureOutside({ images: tools.outsideImages, signal, onProgress });
  if (cluster.isNew) await emptyArchive(serviceAddress('object-store', outside));
  await deployUnlessThere(cluster, options, tools, serviceAddress('object-store', outside));
  await routeToCluster(await connectKubernetes(cluster.kubeconfig), outside);
  return openKindStack(cluster, { programs, tools });
}

/** A new database begins an archive of its own: a restore would take what another one left under the same name for its history. */
async function emptyArchive(at: Endpoint): Promise<void> {
  const bucket = await openBucket({ at, ...BACKUPS });
  try {
    for (const { key } of await bucket.list(`${BACKUPS.server}/`)) await bucket.remove(key);
  } finally {
    bucket.close();
  }
}

async function deployUnlessThere(
  cluster: Cluster,
  { settings, weaknesses, signal, onProgress }: UpOptions,
  tools: KindTools,
  objectStore: { readonly host: string; readonly port: number },
): Promise<void> {
  const record = readClusterRecord(cluster.name);
  if (record === undefined) throw new ChaosError({ code: 'internal', message: `${cluster.name} has no record.` });
  const wanted: StackRecord = {
    settings: { ...settings },
    weaknesses: [...weaknesses],
    images: [...imagesFor(tools, settings)],
    manifests: hashOfManifests(),
  };
  if (JSON.stringify(record.stack) === JSON.stringify(wanted)) {
    onProgress(`using the stack on cluster ${cluster.name}, which is up`);
    return;
  }
  const { stack: _stack, ...without } = record;
  writeClusterRecord(without);
  await deployStack(cluster, { tools, settings, weaknesses, objectStore, signal, onProgress });
  writeClusterRecord({ ...record, stack: wanted });
}
