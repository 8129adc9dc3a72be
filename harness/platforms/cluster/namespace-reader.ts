import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer, statusOf } from '../kind/api-answers.ts';
import { apiTrouble } from '../kind/api-trouble.ts';
import { askPatiently } from '../kind/patient-api.ts';
import type { ChosenCluster } from './choose-cluster.ts';

/** Objects of one answer; a pod takes some 10 kB of it. */
const PAGE = 500;
/** Somebody waits in front of a screen: a server that is away is told of soon, in milliseconds. */
const WITHIN_MS = 15_000;
const NOT_FOUND = 404;
const UNAUTHORIZED = 401;
const FORBIDDEN = 403;

/** Kinds that can be listed, and what RBAC calls them. */
const RESOURCES = {
  Deployment: 'deployments.apps',
  StatefulSet: 'statefulsets.apps',
  Job: 'jobs.batch',
  Service: 'services',
  HorizontalPodAutoscaler: 'horizontalpodautoscalers.autoscaling',
  PodDisruptionBudget: 'poddisruptionbudgets.policy',
  Pod: 'pods',
} as const;
export type ListedKind = keyof typeof RESOURCES;

/** Reads a namespace of an existing cluster. It sends GET requests alone: there is no way in it to change anything. */
export interface NamespaceReader {
  /** Objects of a kind, page by page. @throws ChaosError `config` for a right that is missing, `platform` for a server that does not answer. */
  list(kind: ListedKind): AsyncGenerator<object>;
  /** Undefined where there is none of that name. @throws ChaosError as `list`. */
  readConfigMap(name: string): Promise<object | undefined>;
  /** False where there is none of that name; undefined where it may not be asked. */
  doesExist(): Promise<boolean | undefined>;
}

/** True for an error that says that a right is missing. */
export function isForbidden(error: unknown): boolean {
  return statusOf(error) === FORBIDDEN;
}

/** True for an error that says that there is nothing of that name or kind. */
export function isNotThere(error: unknown): boolean {
  return statusOf(error) === NOT_FOUND;
}

type ListPage = (page: { limit: number; _continue?: string }) => Promise<KubernetesListObject<KubernetesObject>>;

export async function namespaceReader(cluster: ChosenCluster, namespace: string): Promise<NamespaceReader> {
  const { config, context, server } = cluster;
  const library = await import('@kubernetes/client-node');
  const core = config.makeApiClient(library.CoreV1Api);
  const apps = config.makeApiClient(library.AppsV1Api);
  const batch = config.makeApiClient(library.BatchV1Api);
  const autoscaling = config.makeApiClient(library.AutoscalingV2Api);
  const policy = config.makeApiClient(library.PolicyV1Api);
  const trouble = apiTrouble(context);
  const lists: Readonly<Record<ListedKind, ListPage>> = {
    Deployment: (page) => apps.listNamespacedDeployment({ namespace, ...page }),
    StatefulSet: (page) => apps.listNamespacedStatefulSet({ namespace, ...page }),
    Job: (page) => batch.listNamespacedJob({ namespace, ...page }),
    Service: (page) => core.listNamespacedService({ namespace, ...page }),
    HorizontalPodAutoscaler: (page) => autoscaling.listNamespacedHorizontalPodAutoscaler({ namespace, ...page }),
    PodDisruptionBudget: (page) => policy.listNamespacedPodDisruptionBudget({ namespace, ...page }),
    Pod: (page) => core.listNamespacedPod({ namespace, ...page }),
  };

  async function ask<Answer>(
    what: string,
    verb: 'get' | 'list',
    resource: string,
    request: () => Promise<Answer>,
  ): Promise<Answer> {
    try {
      return await askPatiently({ trouble }, request, { withinMs: WITHIN_MS });
    } catch (error) {
      throw explain(error, { what, right: `${verb} ${resource}` });
    }
  }
  function explain(error: unknown, { what, right }: { readonly what: string; readonly right: string }): ChaosError {
    const message = `${what} of namespace ${namespace} could not be read (context ${context}, ${server}).`;
    const status = statusOf(error);
    if (status === FORBIDDEN) {
      const [verb, resource] = right.split(' ');
      const tryThis = `Ask for the right to ${right} in ${namespace}; to see what you may do: kubectl auth can-i ${verb} ${resource} --namespace ${namespace} --context ${context}`;
      return new ChaosError({ code: 'config', message, lastState: describeAnswer(error), tryThis, cause: error });
    }
    if (status === UNAUTHORIZED) {
      const tryThis = `Log in again: the credential of context ${context} is not accepted.`;
      return new ChaosError({ code: 'config', message, lastState: describeAnswer(error), tryThis, cause: error });
    }
    const lastState = error instanceof ChaosError ? (error.lastState ?? 'silent') : describeAnswer(error);
    const tryThis = `Is the cluster up, and is this machine on its network? kubectl --context ${context} get --raw /readyz`;
    const afterMs = error instanceof ChaosError ? error.afterMs : undefined;
    return new ChaosError({
      code: 'platform',
      message,
      lastState,
      tryThis,
      cause: error,
      ...(afterMs === undefined ? {} : { afterMs }),
    });
  }

  return {
    async *list(kind) {
      let from: string | undefined;
      do {
        const page = { limit: PAGE, ...(from === undefined ? {} : { _continue: from }) };
        const { items, metadata } = await ask(`${kind} objects`, 'list', RESOURCES[kind], () => lists[kind](page));
        yield* items;
        const { _continue: next = '' } = metadata ?? {};
        from = next === '' ? undefined : next;
      } while (from !== undefined);
    },
    async readConfigMap(name) {
      try {
        return await ask(`ConfigMap ${name}`, 'get', 'configmaps', () =>
          core.readNamespacedConfigMap({ name, namespace }),
        );
      } catch (error) {
        if (isNotThere(error)) return undefined;
        throw error;
      }
    },
    async doesExist() {
      try {
        await ask('The name', 'get', 'namespaces', () => core.readNamespace({ name: namespace }));
        return true;
      } catch (error) {
        return isNotThere(error) ? false : undefined;
      }
    },
  };
}
