import { isPodReady } from '../kind/pod-instance.ts';
import type { GuardedApi } from './guarded-api.ts';
import { listPods } from './list-pods.ts';
import type { Labels } from './policy.ts';

/** A pod that runs and that nobody ends. */
export interface RunningPod {
  readonly name: string;
  readonly uid: string;
  readonly node: string | undefined;
  readonly labels: Labels;
  readonly isReady: boolean;
}

/** The pods that a selector selects. A selector of nothing, which would select everything, selects none here. */
export async function podsOf(
  { core }: GuardedApi,
  namespace: string,
  selector: Labels,
): Promise<readonly RunningPod[]> {
  const labelSelector = Object.entries(selector)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');
  if (labelSelector === '') return [];
  const { items } = await listPods(core, { namespace, labelSelector });
  return items
    .filter(({ metadata, status }) => metadata?.deletionTimestamp === undefined && status?.phase === 'Running')
    .map((pod) => ({
      name: pod.metadata?.name ?? '',
      uid: pod.metadata?.uid ?? '',
      node: pod.spec?.nodeName,
      labels: pod.metadata?.labels ?? {},
      isReady: isPodReady(pod),
    }));
}

/** Labels of `Deployment/name` or `StatefulSet/name`; none of another kind. */
export async function labelsOfWorkload(
  { apps }: GuardedApi,
  namespace: string,
  workload: string | undefined,
): Promise<readonly Labels[]> {
  const [kind, name = ''] = workload?.split('/') ?? [];
  // Listed by its name, so that it takes no other right than reading the namespace did.
  const asked = { namespace, fieldSelector: `metadata.name=${name}` };
  const { items } =
    kind === 'Deployment'
      ? await apps.listNamespacedDeployment(asked)
      : kind === 'StatefulSet'
        ? await apps.listNamespacedStatefulSet(asked)
        : { items: [] };
  return items.map(({ metadata }) => metadata?.labels ?? {});
}
