import type { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { ChaosError } from '../../core/errors.ts';

export interface ClusterChoice {
  /** Path; else KUBECONFIG, ~/.kube/config, or the service account of the pod that the harness runs in. */
  readonly kubeconfig?: string | undefined;
  /** Else the current one. */
  readonly context?: string | undefined;
  /** Where a pod's own files begin; for tests. */
  readonly root?: string | undefined;
}

/** An existing cluster, chosen and not yet asked anything. */
export interface ChosenCluster {
  readonly config: KubeConfig;
  readonly context: string;
  /** Host and port of the API server, without what a URL may hold beside them. */
  readonly server: string;
  /** The URL by which a configuration knows the API server. */
  readonly address: string;
}

/** What a configuration calls the cluster in which the harness itself runs: there it has no kubeconfig, but the service account of its pod. */
export const IN_CLUSTER = 'in-cluster';
/** The name that every cluster has for its own API server. Pods are told its number, which nobody outside knows it by. */
export const IN_CLUSTER_ADDRESS = 'https://kubernetes.default.svc';
/** What the library calls the context that it makes of a service account. */
const MADE_OF_ACCOUNT = 'inClusterContext';

/**
 * Reads the kubeconfig and chooses a context of it; asks nobody. What a kubeconfig holds is never repeated: parsers quote the line that they stumble
 * over, and it may be a token.
 * @throws ChaosError `config` where there is no kubeconfig that can be read; `usage` where it has no such context, with those that it has.
 */
export async function chooseCluster({ kubeconfig, context, root }: ClusterChoice): Promise<ChosenCluster> {
  if (context === IN_CLUSTER && kubeconfig === undefined) return ownCluster(root);
  // Loaded here: it takes 0.3 s, which no other command should pay.
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const config = new Config();
  const where = kubeconfig ?? process.env['KUBECONFIG'] ?? '~/.kube/config';
  const tryThis = 'Name one with --kubeconfig FILE, or see what kubectl uses: kubectl config view --minify';
  if (kubeconfig !== undefined && !existsSync(kubeconfig)) {
    throw new ChaosError({ code: 'config', message: `There is no kubeconfig ${where}.`, tryThis });
  }
  try {
    if (kubeconfig === undefined) config.loadFromDefault();
    else config.loadFromFile(kubeconfig);
  } catch {
    throw new ChaosError({
      code: 'config',
      message: `The kubeconfig ${where} cannot be used: it is not YAML of the form that kubectl writes.`,
      tryThis: 'kubectl config view --minify --kubeconfig FILE says what is wrong with it.',
    });
  }
  // Where there is none at all the library makes one up.
  const isMadeUp = kubeconfig === undefined && config.getCurrentContext() === 'loaded-context';
  if (context === undefined && config.getCurrentContext() === MADE_OF_ACCOUNT) return ownCluster(root);
  if (isMadeUp)
    throw new ChaosError({
      code: 'config',
      message: `There is no kubeconfig: neither ${where}, nor a service account.`,
      tryThis,
    });
  const names = config.getContexts().map(({ name }) => name);
  const chosen = context ?? config.getCurrentContext();
  if (!names.includes(chosen)) {
    const known = names.length === 0 ? 'it has none' : `it has ${names.toSorted().join(', ')}`;
    throw new ChaosError({
      code: 'usage',
      message:
        context === undefined
          ? `The kubeconfig ${where} has no current context.`
          : `There is no context "${chosen}" in ${where}.`,
      lastState: known,
      tryThis: names[0] === undefined ? tryThis : `--context ${names[0]}`,
    });
  }
  config.setCurrentContext(chosen);
  const address = config.getCurrentCluster()?.server ?? '';
  const server = hostOf(address);
  if (server === undefined) {
    throw new ChaosError({ code: 'config', message: `Context ${chosen} of ${where} leads to no API server.`, tryThis });
  }
  return { config, context: chosen, server, address };
}

/** The cluster in which this process is a pod. @throws ChaosError `config` where it is none. */
async function ownCluster(root = ''): Promise<ChosenCluster> {
  const { KubeConfig: Config } = await import('@kubernetes/client-node');
  const made = new Config();
  made.loadFromCluster(root);
  const [cluster] = made.getClusters();
  const [user] = made.getUsers();
  const server = hostOf(cluster?.server ?? '');
  const isHere = process.env['KUBERNETES_SERVICE_HOST'] !== undefined && existsSync(cluster?.caFile ?? '');
  if (!isHere || cluster === undefined || user === undefined || server === undefined) {
    throw new ChaosError({
      code: 'config',
      message: `The context ${IN_CLUSTER} is the cluster that the harness runs in, and here it does not run in one.`,
      lastState: 'no KUBERNETES_SERVICE_HOST, or no service account',
      tryThis: 'Name a context of the kubeconfig. In a pod: automountServiceAccountToken must not be false.',
    });
  }
  const contexts = [{ name: IN_CLUSTER, cluster: cluster.name, user: user.name }];
  const config = new Config();
  config.loadFromOptions({ clusters: [cluster], users: [user], contexts, currentContext: IN_CLUSTER });
  return { config, context: IN_CLUSTER, server, address: IN_CLUSTER_ADDRESS };
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
