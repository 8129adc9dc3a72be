import type {
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  DiscoveryV1Api,
  KubeConfig,
} from '@kubernetes/client-node';
import { ChaosError } from '../../core/errors.ts';
import { apiTrouble, type ApiTrouble } from '../kind/api-trouble.ts';
import type { ClusterConfig } from './cluster-config.ts';
import { OPERATIONS, type OperationName } from './operations.ts';
import { refusalsOf, type Attempt, type Refusal } from './policy.ts';
import { requestGuard } from './request-guard.ts';

/** What was allowed: to be done while it is open, to these victims alone. */
export interface Permit {
  readonly attempt: Attempt;
  close(): void;
}

/** What can be followed: a watch only reads. */
export interface WatchedApi {
  readonly config: KubeConfig;
  readonly core: CoreV1Api;
  readonly discovery: DiscoveryV1Api;
  readonly trouble: ApiTrouble;
}

/** A cluster that can be read; what changes something needs a permit. */
export interface GuardedApi extends WatchedApi {
  readonly apps: AppsV1Api;
  /** Through these nothing can be asked but one's own name and rights. */
  readonly authentication: AuthenticationV1Api;
  readonly authorization: AuthorizationV1Api;
  /**
   * Opens the way for one operation on the victims of an attempt.
   * @throws ChaosError `refused` with every reason why not; then nothing was asked of the API server.
   */
  allow(config: ClusterConfig, attempt: Attempt, operation: OperationName): Permit;
}

/** Clients for the current context of a kubeconfig, with a guard before each of their requests. */
export async function guardApi(kubeconfig: KubeConfig): Promise<GuardedApi> {
  const library = await import('@kubernetes/client-node');
  const server = kubeconfig.getCurrentCluster()?.server;
  if (server === undefined) throw new ChaosError({ code: 'config', message: 'The kubeconfig names no cluster.' });
  const guard = requestGuard();
  const configuration = library.createConfiguration({
    baseServer: new library.ServerConfiguration(server, {}),
    authMethods: { default: kubeconfig },
    promiseMiddleware: [guard.middleware],
  });
  return {
    config: kubeconfig,
    core: new library.CoreV1Api(configuration),
    apps: new library.AppsV1Api(configuration),
    discovery: new library.DiscoveryV1Api(configuration),
    trouble: apiTrouble(kubeconfig.getCurrentCluster()?.name ?? server),
    authentication: new library.AuthenticationV1Api(configuration),
    authorization: new library.AuthorizationV1Api(configuration),
    allow(config, attempt, operation) {
      const refusals = refusalsOf(config, attempt);
      if (refusals.length > 0) throw refused(attempt, refusals);
      const close = guard.open(attempt.victims.map(OPERATIONS[operation].requestFor));
      return { attempt, close };
    },
  };
}

function refused({ scenario }: Attempt, refusals: readonly Refusal[]): ChaosError {
  return new ChaosError({
    code: 'refused',
    message: `${scenario} was not begun, and nothing was touched. ${refusals.map(({ text }) => text).join('\n  ')}`,
    tryThis: [...new Set(refusals.map(({ tryThis }) => tryThis))].join('\n  → '),
  });
}
