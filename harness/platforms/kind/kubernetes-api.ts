import type {
  AppsV1Api,
  AutoscalingV2Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
  V1Node,
  VersionApi,
} from '@kubernetes/client-node';
import { apiTrouble, type ApiTrouble } from './api-trouble.ts';

/** What the harness asks of a cluster's API server. */
export interface KubernetesApi {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
  readonly autoscaling: AutoscalingV2Api;
  readonly discovery: DiscoveryV1Api;
  readonly version: VersionApi;
  /** Whoever follows the cluster, or asks it patiently, says here how that went. */
  readonly trouble: ApiTrouble;
}

/** Clients for the cluster of a kubeconfig. The library is loaded here: it takes 0.3 s, which no other command should pay. */
export async function connectKubernetes(kubeconfig: string): Promise<KubernetesApi> {
  const library = await import('@kubernetes/client-node');
  const config = new library.KubeConfig();
  config.loadFromFile(kubeconfig);
  return {
    config,
    core: config.makeApiClient(library.CoreV1Api),
    apps: config.makeApiClient(library.AppsV1Api),
    autoscaling: config.makeApiClient(library.AutoscalingV2Api),
    discovery: config.makeApiClient(library.DiscoveryV1Api),
    version: config.makeApiClient(library.VersionApi),
    trouble: apiTrouble(config.getCurrentCluster()?.name ?? kubeconfig),
  };
}

/** Where a node is reached on the harness's network; undefined while its kubelet has not said so. */
export function addressOfNode({ status }: V1Node): string | undefined {
  return status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
}
