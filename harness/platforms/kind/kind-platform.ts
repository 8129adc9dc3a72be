import { ChaosError } from '../../core/errors.ts';
import type { Platform, RunningStack, UndoAction, UpOptions } from '../../core/platform.ts';
import { findMarkedProcesses } from '../../core/process-identity.ts';
import { installPrograms } from '../local-program.ts';
import {
  clusterRecords,
  kubeconfigOf,
  readClusterRecord,
  stackDirectoryOf,
  writeClusterRecord,
} from './cluster-record.ts';
import { ensureCluster, PRIMARY, type Cluster } from './clusters.ts';
import { connectKubernetes } from './kubernetes-api.ts';
import { deployStack } from './deploy-stack.ts';
import { routeToCluster } from './gateway-routes.ts';
import { openKindStack } from './kind-stack.ts';
import { nodesOf } from './nodes.ts';
import { ensureOutside } from './outside.ts';
import { requireKind } from './requirements.ts';
import { serviceAddress } from './services.ts';
import { prepareKindTools, type KindTools } from './tools.ts';
import { undoOnKind } from './undo.ts';
import { hashOfManifests } from './stack-manifests.ts';

/** Clusters of Kubernetes on this machine that the harness makes, with kind. */
export function kindPlatform(): Platform {
  let tools: KindTools | undefined;
  let programs: Readonly<Record<string, string>> = {};
  return {
    id: 'kind',
    profile: 'reference',
    capabilities: new Set([
      'signal-instances',
      'lose-nodes',
      'machines',
      'autoscaling',
      'roll-out',
      'watch-instances',
      'warehouse',
      'source-system',
      'workflow-identity',
      'alert-sink',
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
      const record = readClusterRecord(PRIMARY.name);
      if (record?.stack === undefined) return undefined;
      const nodes = await nodesOf(PRIMARY.name);
      if (nodes.length === 0) return undefined;
      const cluster = { name: PRIMARY.name, kubeconfig: kubeconfigOf(PRIMARY.name), nodes: nodes.length, isNew: false };
      return openKindStack(cluster, { programs, ...(tools === undefined ? {} : { kubectl: tools.kubectl }) });
    },
    findStacks: async () =>
      Promise.resolve(clusterRecords().map(({ name }) => ({ id: name, dir: stackDirectoryOf(name) }))),
    findAbandoned: () => [
      ...clusterRecords()
        .filter(({ name }) => findMarkedProcesses(name, stackDirectoryOf(name)).length > 0)
        .map(({ name }): UndoAction => ({ kind: 'end-programs', dir: stackDirectoryOf(name), stackId: name })),
      ...clusterRecords()
        .filter(({ state }) => state === 'creating')
        .map(({ name }): UndoAction => ({ kind: 'remove-stack', dir: name, stackId: name })),
    ],
    undo: undoOnKind,
  };
}

/** Makes what is missing, and brings the stack to the settings that are wanted; what is there and right is taken as it is. */
async function bringUp(
  options: UpOptions,
  tools: KindTools,
  programs: Readonly<Record<string, string>>,
): Promise<RunningStack> {
  const { signal, onProgress } = options;
  const { name } = PRIMARY;
  if (readClusterRecord(name) === undefined) {
    await options.beforeChange({ kind: 'remove-stack', dir: name, stackId: name });
  }
  const cluster = await ensureCluster(PRIMARY, { tools, signal, onProgress });
  const outside = await ensureOutside({ images: tools.outsideImages, signal, onProgress });
  await deployUnlessThere(cluster, options, tools, serviceAddress('object-store', outside));
  await routeToCluster(await connectKubernetes(cluster.kubeconfig), outside);
  return openKindStack(cluster, { programs, ...(tools === undefined ? {} : { kubectl: tools.kubectl }) });
}

async function deployUnlessThere(
  cluster: Cluster,
  { settings, weaknesses, signal, onProgress }: UpOptions,
  tools: KindTools,
  objectStore: { readonly host: string; readonly port: number },
): Promise<void> {
  const record = readClusterRecord(cluster.name);
  if (record === undefined) throw new ChaosError({ code: 'internal', message: `${cluster.name} has no record.` });
  const wanted = {
    settings: { ...settings },
    weaknesses: [...weaknesses],
    images: Object.values(tools.stackImages),
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
