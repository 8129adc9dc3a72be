import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { Endpoint } from '../../core/platform.ts';
import { stackDirectoryOf } from './cluster-record.ts';
import type { Cluster } from './clusters.ts';
import { runKubectl } from './kubectl.ts';
import { loadImages } from './load-images.ts';
import { stackChanges, type StackChanges } from './stack-changes.ts';
import { MANIFESTS } from './stack-manifests.ts';
import type { KindTools } from './tools.ts';

/** A part of the stack that needs the ones before it. */
interface Stage {
  readonly name: string;
  readonly namespace: string;
  /** Kustomization, in `fixtures/kubernetes`. */
  readonly manifests: string;
  /** Jobs that make something once; each can be repeated. */
  readonly jobs: readonly string[];
  readonly workloads: readonly string[];
}

const STAGES: readonly Stage[] = [
  {
    name: 'the database',
    namespace: 'database',
    manifests: 'overlays/small/database',
    jobs: ['databases'],
    workloads: ['statefulset/patroni'],
  },
  {
    name: 'the tables of Temporal',
    namespace: 'airbyte',
    manifests: 'base/temporal-schema',
    jobs: ['temporal-schema'],
    workloads: [],
  },
  {
    name: 'Temporal',
    namespace: 'airbyte',
    manifests: 'overlays/small/temporal',
    jobs: [],
    workloads: ['deployment/temporal'],
  },
  {
    name: 'the tables of Airbyte',
    namespace: 'airbyte',
    manifests: 'base/bootloader',
    jobs: ['bootloader'],
    workloads: [],
  },
  {
    name: 'Airbyte',
    namespace: 'airbyte',
    manifests: 'overlays/small/airbyte',
    jobs: [],
    workloads: ['server', 'scheduler', 'worker', 'webapp'].map((component) => `deployment/${component}`),
  },
];

/** Time for one stage to become ready; measured: 15 s for the database on an idle machine, the others as much. */
const STAGE_TIMEOUT = '240s';

export interface DeployOptions {
  readonly tools: KindTools;
  /** What the stack is asked to be, as `--set` has it. */
  readonly settings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
  /** Where the object store beside the cluster is. */
  readonly objectStore: Endpoint;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/**
 * Brings the stack up on a cluster, or brings it to the present manifests and images; resolves when all of it is ready.
 * @throws ChaosError `platform` with what kubectl said.
 */
export async function deployStack(cluster: Cluster, options: DeployOptions): Promise<void> {
  const { tools, signal, onProgress } = options;
  const changes = stackChanges(options);
  const kubectl: Kubectl = (...args) => runKubectl({ cluster: cluster.name, kubectl: tools.kubectl, args, signal });
  onProgress('loading the images of the stack into the nodes');
  const lacking = await loadImages(cluster.name, Object.values(tools.stackImages), signal);
  onProgress(lacking === 0 ? 'every node has the images' : `${lacking} nodes have taken the images`);
  await kubectl('apply', '--kustomize', `${MANIFESTS}base/namespaces`);
  for (const stage of STAGES) {
    onProgress(`deploying ${stage.name}`);
    try {
      await deployStage(stage, writeKustomization(cluster.name, stage, tools, changes), kubectl);
    } catch (cause) {
      signal.throwIfAborted();
      const pods = await kubectl('--namespace', stage.namespace, 'get', 'pods', '--no-headers').catch(describeError);
      const waiting = pods.split('\n').filter((line) => !/ (Completed|(\d+)\/\2 +Running) /.test(line));
      throw new ChaosError({
        code: 'platform',
        message: `The stack did not become ready on cluster ${cluster.name}: ${stage.name}.`,
        lastState: waiting.map((line) => line.replaceAll(/ +/g, ' ')).join('; '),
        tryThis: 'kubectl describe pod tells why; the images and the manifests are in fixtures/kubernetes.',
        cause,
      });
    }
  }
}

type Kubectl = (...args: readonly string[]) => Promise<string>;

async function deployStage(
  { namespace, jobs, workloads }: Stage,
  kustomization: string,
  kubectl: Kubectl,
): Promise<void> {
  const scoped = ['--namespace', namespace];
  // What a job is made of cannot be changed; each of ours can be made again.
  if (jobs.length > 0) await kubectl(...scoped, 'delete', 'job', '--ignore-not-found', ...jobs);
  await kubectl('apply', '--kustomize', kustomization);
  for (const job of jobs) {
    await kubectl(...scoped, 'wait', '--for=condition=complete', `job/${job}`, `--timeout=${STAGE_TIMEOUT}`);
  }
  for (const workload of workloads) {
    await kubectl(...scoped, 'rollout', 'status', workload, `--timeout=${STAGE_TIMEOUT}`);
  }
}

/** The manifests with the images that were built for them. Returns the folder. */
function writeKustomization(
  cluster: string,
  { manifests, namespace }: Stage,
  tools: KindTools,
  changes: StackChanges,
): string {
  const folder = join(stackDirectoryOf(cluster), 'manifests', manifests.replaceAll('/', '-'));
  mkdirSync(folder, { recursive: true });
  const images = Object.entries(tools.stackImages).map(([name, image]) => {
    const [newName, newTag] = image.split(':');
    return { name: `airbyte-chaos/${name}`, newName, newTag };
  });
  const content = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(folder, MANIFESTS + manifests)],
    images,
    ...(changes[manifests] === undefined ? {} : { namespace, ...changes[manifests] }),
  };
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(content)); // JSON is valid YAML
  return folder;
}
