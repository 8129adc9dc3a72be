import { readFileSync } from 'node:fs';
import { ChaosError } from '../../core/errors.ts';
import { IN_CLUSTER, IN_CLUSTER_ADDRESS } from '../../platforms/cluster/choose-cluster.ts';
import { referencesIn } from '../../platforms/cluster/own-traffic-config.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { userFile } from '../project-paths.ts';

/** Where the files are in the pod. */
export const CONFIG_FOLDER = '/config';
const CONFIG_FILE = 'chaos.config.yaml';
const OBJECTIVES_FILE = 'objectives.yaml';
/** These are in the image. */
const SHIPPED = /^scenarios\//;
const LOOPBACK = /^(localhost|127\.[\d.]+|\[::1\])$/;

export interface InClusterRequest {
  /** As the user named it. */
  readonly file: string;
  readonly config: ClusterConfig;
  /** Where Airbyte’s API is from inside; else as the configuration has it. */
  readonly api: string | undefined;
}

/**
 * The files of a configuration as a pod of that cluster needs them, by name: everything that it allows and forbids stays, word for word; the cluster is the one that
 * the pod runs in, known by the same UID.
 * @throws ChaosError `config` for what leads nowhere from inside: credentials and addresses of this machine.
 */
export async function inClusterConfig({
  file,
  config,
  api,
}: InClusterRequest): Promise<Readonly<Record<string, string>>> {
  const { parseDocument } = await import('yaml');
  const address = api ?? config.endpoints.api;
  refuseLocal(config, address);
  const document = parseDocument(readFileSync(userFile(file), 'utf8'));
  document.setIn(['cluster', 'context'], IN_CLUSTER);
  document.setIn(['cluster', 'server'], IN_CLUSTER_ADDRESS);
  document.deleteIn(['cluster', 'kubeconfig']);
  // A pod is stopped by ending it.
  document.deleteIn(['stopFile']);
  document.setIn(['endpoints', 'api'], address);
  const own = SHIPPED.test(config.objectives) ? undefined : readFileSync(userFile(config.objectives), 'utf8');
  if (own !== undefined) document.setIn(['objectives'], `${CONFIG_FOLDER}/${OBJECTIVES_FILE}`);
  return {
    [CONFIG_FILE]: document.toString({ lineWidth: 0 }),
    ...(own === undefined ? {} : { [OBJECTIVES_FILE]: own }),
  };
}

function refuseLocal({ credentials, traffic }: ClusterConfig, address: string | undefined): void {
  const found = [
    ...referencesIn(credentials.api, ['credentials', 'api']),
    ...referencesIn(traffic?.own?.source, ['traffic', 'own', 'source']),
    ...referencesIn(traffic?.own?.destination, ['traffic', 'own', 'destination']),
  ];
  for (const [at, { secret }] of found) {
    if (secret !== undefined) continue;
    throw new ChaosError({
      code: 'config',
      message: `${at.join('.')} is on this machine, and a pod does not come to it.`,
      tryThis: `Name a Secret of the namespace: ${at.at(-1)}: {secret: {name: …, key: …}}`,
    });
  }
  const host = address === undefined ? undefined : new URL(address).hostname;
  if (host !== undefined && !LOOPBACK.test(host)) return;
  throw new ChaosError({
    code: 'config',
    message:
      host === undefined
        ? 'Where Airbyte’s API is from inside of the cluster is not known.'
        : `endpoints.api is ${host}, which inside of the cluster is the pod itself.`,
    tryThis: '--api http://SERVICE:PORT, as npm run chaos -- discover shows it for the server',
  });
}
