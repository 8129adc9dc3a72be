import type { KubeConfig } from '@kubernetes/client-node';
import { existsSync } from 'node:fs';
import { ChaosError } from '../../core/errors.ts';

export interface ClusterChoice {
  /** Path; else KUBECONFIG, ~/.kube/config, or the service account of the pod that the harness runs in. */
  readonly kubeconfig?: string | undefined;
  /** Else the current one. */
  readonly context?: string | undefined;
}

/** An existing cluster, chosen and not yet asked anything. */
export interface ChosenCluster {
  readonly config: KubeConfig;
  readonly context: string;
  /** Host and port of the API server, without what a URL may hold beside them. */
  readonly server: string;
}

/**
 * Reads the kubeconfig and chooses a context of it; asks nobody. What a kubeconfig holds is never repeated: parsers quote the line that they stumble
 * over, and it may be a token.
 * @throws ChaosError `config` where there is no kubeconfig that can be read; `usage` where it has no such context, with those that it has.
 */
export async function chooseCluster({ kubeconfig, context }: ClusterChoice): Promise<ChosenCluster> {
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
  const server = hostOf(config.getCurrentCluster()?.server ?? '');
  if (server === undefined) {
    throw new ChaosError({ code: 'config', message: `Context ${chosen} of ${where} leads to no API server.`, tryThis });
  }
  return { config, context: chosen, server };
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}
