import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { once } from 'node:events';
import type { Autoscaler, Autoscalers } from '../../core/autoscaling.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { watchObjects, type WatchOptions } from './object-watch.ts';

/** The HorizontalPodAutoscalers of the stack. */
export function kindAutoscalers(api: KubernetesApi): Autoscalers {
  return watchedAutoscalers(api, {
    path: '/apis/autoscaling/v2/horizontalpodautoscalers',
    list: () => api.autoscaling.listHorizontalPodAutoscalerForAllNamespaces(),
    componentOf: (workload) => workload,
  });
}

type ListOptions = Pick<WatchOptions<V2HorizontalPodAutoscaler>, 'path' | 'list'>;

/** The HorizontalPodAutoscalers of a list. `componentOf` is what a workload is an instance of; those of none are left out. */
export function watchedAutoscalers(
  api: Pick<KubernetesApi, 'config' | 'trouble'>,
  { path, list, componentOf }: ListOptions & { readonly componentOf: (workload: string) => string | undefined },
): Autoscalers {
  return {
    async watch(onChange, signal) {
      const watched = await watchObjects(api, { path, list, signal });
      const last = new Map<string, string>();
      const tell = (object: V2HorizontalPodAutoscaler): void => {
        const component = componentOf(object.spec?.scaleTargetRef.name ?? '');
        if (component === undefined) return;
        const autoscaler = { ...autoscalerOf(object), component };
        const seen = JSON.stringify(autoscaler);
        if (last.get(component) === seen) return;
        last.set(component, seen);
        onChange(autoscaler);
      };
      watched.onChange((object, isGone) => {
        if (!isGone) tell(object);
      });
      for (const object of watched.all()) tell(object);
      try {
        if (!signal.aborted) await once(signal, 'abort');
      } finally {
        watched.stop();
      }
    },
  };
}

function autoscalerOf({ spec, status }: V2HorizontalPodAutoscaler): Omit<Autoscaler, 'component'> {
  const measured = status?.currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current;
  const wanted = spec?.metrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.target;
  return {
    current: status?.currentReplicas ?? 0,
    desired: status?.desiredReplicas ?? 0,
    minimum: spec?.minReplicas ?? 1,
    maximum: spec?.maxReplicas ?? 0,
    ...(measured?.averageUtilization === undefined ? {} : { utilization: measured.averageUtilization }),
    ...(wanted?.averageUtilization === undefined ? {} : { target: wanted.averageUtilization }),
  };
}
