import type {
  AppsV1Api,
  AuthenticationV1Api,
  AuthorizationV1Api,
  CoreV1Api,
  CustomObjectsApi,
  DiscoveryV1Api,
  KubeConfig,
} from '@kubernetes/client-node';
import { ChaosError } from '../../core/errors.ts';
import { apiTrouble, type ApiTrouble } from '../kind/api-trouble.ts';
import type { PodFault } from './chaos-mesh/chaos-object.ts';
import type { ClusterConfig } from './cluster-config.ts';
import type { LoadRequest } from './load/load-objects.ts';
import { LOAD } from './load/load-operation.ts';
import {
  OPERATIONS,
  POD_FAULT,
  type MakingRequest,
  type OperationName,
  type PreconditionedRequest,
} from './operations.ts';
import {
  ofCluster,
  refusalsOf,
  refusalsOfLoad,
  type Attempt,
  type Refusal,
  type SeenCluster,
  type SiteAttempt,
} from './policy.ts';
import { requestGuard } from './request-guard.ts';

/** What was allowed: to be done while it is open, to these victims alone. */
export interface Permit {
  readonly attempt: Attempt;
  close(): void;
}

/** What was allowed to be made for a load, while it is open. */
export interface LoadPermit {
  readonly requests: ReturnType<typeof LOAD.requestsFor>;
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
  /** Objects of Chaos Mesh, and of the k6 operator. */
  readonly custom: CustomObjectsApi;
  /** Through these nothing can be asked but one's own name and rights. */
  readonly authentication: AuthenticationV1Api;
  readonly authorization: AuthorizationV1Api;
  /**
   * Opens the way for one operation on the victims of an attempt.
   * @throws ChaosError `refused` with every reason why not; then nothing was asked of the API server.
   */
  allow(config: ClusterConfig, attempt: Attempt, operation: OperationName): Permit;
  /**
   * Opens the way for the object that has Chaos Mesh break something in the one victim of an attempt, and for nothing that differs from it.
   * @throws ChaosError as `allow`.
   */
  allowPodFault(config: ClusterConfig, attempt: Attempt, fault: PodFault): Permit & { readonly request: MakingRequest };
  /**
   * Opens the way for the two objects that put load on the API as the configuration says, and for nothing that differs from them.
   * @throws ChaosError as `allow`.
   */
  allowLoad(config: ClusterConfig, attempt: SiteAttempt, load: LoadRequest): LoadPermit;
  /**
   * Opens the way for the removal of one object that a run has made. That may go whatever else is allowed today, but of the right cluster alone.
   * @throws ChaosError `refused` for another cluster.
   */
  allowRemoval(
    config: Pick<ClusterConfig, 'cluster'>,
    cluster: SeenCluster,
    removal: PreconditionedRequest,
  ): Pick<Permit, 'close'>;
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
    custom: new library.CustomObjectsApi(configuration),
    discovery: new library.DiscoveryV1Api(configuration),
    trouble: apiTrouble(kubeconfig.getCurrentCluster()?.name ?? server),
    authentication: new library.AuthenticationV1Api(configuration),
    authorization: new library.AuthorizationV1Api(configuration),
    allow(config, attempt, operation) {
      requireAllowed(config, attempt);
      const close = guard.open(attempt.victims.map(OPERATIONS[operation].requestFor));
      return { attempt, close };
    },
    allowPodFault(config, attempt, fault) {
      requireAllowed(config, { ...attempt, through: 'chaos-mesh' });
      const [victim, another] = attempt.victims;
      if (victim === undefined || another !== undefined) {
        throw new ChaosError({ code: 'internal', message: 'Chaos Mesh hits one pod at a time.' });
      }
      const request = POD_FAULT.requestFor(victim, fault);
      return { attempt, request, close: guard.open([request]) };
    },
    allowLoad(config, attempt, load) {
      const refusals = refusalsOfLoad(config, attempt);
      if (refusals.length > 0) throw refused(`The load for ${attempt.scenario}`, refusals);
      const requests = LOAD.requestsFor(config, load);
      return { requests, close: guard.open([requests.script, requests.testRun]) };
    },
    allowRemoval(config, cluster, removal) {
      const refusals = ofCluster(config, { cluster });
      if (refusals.length > 0) throw refused('The removal of what a run has made', refusals);
      return { close: guard.open([removal]) };
    },
  };
}

function requireAllowed(config: ClusterConfig, attempt: Attempt): void {
  const refusals = refusalsOf(config, attempt);
  if (refusals.length > 0) throw refused(attempt.scenario, refusals);
}

function refused(what: string, refusals: readonly Refusal[]): ChaosError {
  return new ChaosError({
    code: 'refused',
    message: `${what} was not begun, and nothing was touched. ${refusals.map(({ text }) => text).join('\n  ')}`,
    tryThis: [...new Set(refusals.map(({ tryThis }) => tryThis))].join('\n  → '),
  });
}
