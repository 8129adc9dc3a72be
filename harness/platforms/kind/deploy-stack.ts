import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { ChaosError, describeError } from '../../core/errors.ts';
import { stackDirectoryOf } from './cluster-record.ts';
import { PRIMARY, RECOVERY, type Cluster } from './clusters.ts';
import { runKubectlPatiently } from './kubectl.ts';
import { loadImages } from './load-images.ts';
import { hasBackups, stackChanges, type StackChanges, type StackWish } from './stack-changes.ts';
import { patchNames } from './name-servers.ts';
import { patroniSettingsScript } from './patroni-settings.ts';
import { MANIFESTS } from './stack-manifests.ts';
import { ALL_STAGES, type Stage } from './stack-stages.ts';
import type { KindTools } from './tools.ts';
import { describeWaiting } from './waiting-pods.ts';
import { sortWeaknesses } from './weaknesses.ts';

/** Time for one stage to become ready; measured: 15 s for the database on an idle machine, the others as much. */
const STAGE_TIMEOUT = '240s';

export interface DeployOptions extends StackWish {
  readonly tools: KindTools;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

export type Kubectl = (...args: readonly string[]) => Promise<string>;

/** Runs kubectl on this cluster; an API server that restarts is waited for. */
export function kubectlOn(
  cluster: Pick<Cluster, 'name'>,
  { tools, signal }: Pick<DeployOptions, 'tools' | 'signal'>,
): Kubectl {
  return (...args) => runKubectlPatiently({ cluster: cluster.name, kubectl: tools.kubectl, args, signal });
}

/**
 * Brings the stack up on a cluster, or brings it to the present manifests and images; resolves when all of it is ready.
 * @throws ChaosError `platform` with what kubectl said.
 */
export async function deployStack(cluster: Cluster, options: DeployOptions): Promise<void> {
  await prepareCluster(cluster, options);
  // Whoever held it may be dead; all schedulers stand for election anew.
  await kubectlOn(cluster, options)('--namespace', 'airbyte', 'delete', 'lease', 'scheduler', '--ignore-not-found');
  await deployStages(cluster, ALL_STAGES, options);
}

/** What has to be on a cluster before any stage: images, namespaces and secrets. */
export async function prepareCluster(cluster: Cluster, options: DeployOptions): Promise<void> {
  const { tools, settings, signal, onProgress } = options;
  onProgress('loading the images of the stack into the nodes');
  const lacking = await loadImages(cluster.name, imagesFor(tools, settings), signal);
  onProgress(lacking === 0 ? 'every node has the images' : `${lacking} nodes have taken the images`);
  const kubectl = kubectlOn(cluster, options);
  await kubectl('apply', '--kustomize', `${MANIFESTS}base/namespaces`);
  const weak = new Set(sortWeaknesses(options.weaknesses).ofCluster);
  if (weak.has('new_site_without_secret') && cluster.name === RECOVERY.name) {
    await kubectl('--namespace', 'airbyte', 'delete', 'secret', 'airbyte-db-credentials');
  }
  if (cluster.name !== PRIMARY.name) return;
  await patchNames({ isSpread: !weak.has('dns_on_one_node'), kubectl });
}

/** Images of a stack with these settings. */
export function imagesFor({ stackImages }: KindTools, settings: StackWish['settings']): readonly string[] {
  const { backup, ...always } = stackImages;
  return [...Object.values(always), ...(hasBackups(settings) && backup !== undefined ? [backup] : [])];
}

/**
 * Deploys these stages one after the other; each is ready before the next. What only a stack with backups has is removed from another.
 * @throws ChaosError `platform` with the stage, and what waits in it.
 */
export async function deployStages(
  cluster: Pick<Cluster, 'name'>,
  stages: readonly Stage[],
  options: DeployOptions,
  changes: StackChanges = stackChanges(options),
): Promise<void> {
  const { signal, onProgress } = options;
  const kubectl = kubectlOn(cluster, options);
  for (const stage of stages) {
    if (stage.isOfBackups === true && !hasBackups(options.settings)) {
      await kubectl('delete', '--kustomize', MANIFESTS + stage.manifests, '--ignore-not-found');
      continue;
    }
    onProgress(`deploying ${stage.name}`);
    try {
      await applyStage(cluster, stage, options, changes);
      await awaitStage(stage, kubectl);
      if (stage.patroni !== undefined) {
        const python = ['python3', '-c', patroniSettingsScript(options.settings)];
        await kubectl('--namespace', stage.namespace, 'exec', stage.patroni, '--', ...python);
      }
    } catch (cause) {
      signal.throwIfAborted();
      throw await notReady(cluster, stage, kubectl, cause);
    }
  }
}

/** Applies a stage and does not wait. */
export async function applyStage(
  cluster: Pick<Cluster, 'name'>,
  stage: Stage,
  options: Pick<DeployOptions, 'tools' | 'signal'>,
  changes: StackChanges,
): Promise<void> {
  const kubectl = kubectlOn(cluster, options);
  // What a job is made of cannot be changed; each of ours can be made again.
  if (stage.jobs.length > 0)
    await kubectl('--namespace', stage.namespace, 'delete', 'job', '--ignore-not-found', ...stage.jobs);
  await kubectl('apply', '--kustomize', writeKustomization(cluster.name, stage, options.tools, changes));
}

async function awaitStage({ namespace, jobs, workloads }: Stage, kubectl: Kubectl): Promise<void> {
  const scoped = ['--namespace', namespace];
  for (const job of jobs) {
    await kubectl(...scoped, 'wait', '--for=condition=complete', `job/${job}`, `--timeout=${STAGE_TIMEOUT}`);
  }
  for (const workload of workloads) {
    await kubectl(...scoped, 'rollout', 'status', workload, `--timeout=${STAGE_TIMEOUT}`);
  }
}

async function notReady(
  cluster: Pick<Cluster, 'name'>,
  stage: Stage,
  kubectl: Kubectl,
  cause: unknown,
): Promise<ChaosError> {
  const pods = await kubectl('--namespace', stage.namespace, 'get', 'pods', '--output', 'json').catch(describeError);
  return new ChaosError({
    code: 'platform',
    message: `The stack did not become ready on cluster ${cluster.name}: ${stage.name}.`,
    lastState: describeWaiting(pods),
    tryThis: 'kubectl describe pod tells why; the images and the manifests are in fixtures/kubernetes.',
    cause,
  });
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
  const { components = [], ...change } = changes[manifests] ?? {};
  const content = {
    apiVersion: 'kustomize.config.k8s.io/v1beta1',
    kind: 'Kustomization',
    resources: [relative(folder, MANIFESTS + manifests)],
    components: components.map((component) => relative(folder, MANIFESTS + component)),
    images,
    ...(changes[manifests] === undefined ? {} : { namespace, ...change }),
  };
  writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(content)); // JSON is valid YAML
  return folder;
}
