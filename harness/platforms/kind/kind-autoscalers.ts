import type { V2HorizontalPodAutoscaler } from '@kubernetes/client-node';
import { once } from 'node:events';
import type { Autoscaler, Autoscalers } from '../../core/autoscaling.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { watchObjects } from './object-watch.ts';

/** The HorizontalPodAutoscalers of the stack. */
export function kindAutoscalers(api: KubernetesApi): Autoscalers {
  return {
    async watch(onChange, signal) {
      const watched = await watchObjects(api, {
        path: '/apis/autoscaling/v2/horizontalpodautoscalers',
        list: () => api.autoscaling.listHorizontalPodAutoscalerForAllNamespaces(),
        signal,
      });
      const last = new Map<string, string>();
      const tell = (object: V2HorizontalPodAutoscaler): void => {
        const autoscaler = autoscalerOf(object);
        const seen = JSON.stringify(autoscaler);
        if (last.get(autoscaler.component) === seen) return;
        last.set(autoscaler.component, seen);
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

function autoscalerOf({ spec, status }: V2HorizontalPodAutoscaler): Autoscaler {
  const measured = status?.currentMetrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.current;
  const wanted = spec?.metrics?.find(({ resource }) => resource?.name === 'cpu')?.resource?.target;
  return {
    component: spec?.scaleTargetRef.name ?? '',
    current: status?.currentReplicas ?? 0,
    desired: status?.desiredReplicas ?? 0,
    minimum: spec?.minReplicas ?? 1,
    maximum: spec?.maxReplicas ?? 0,
    ...(measured?.averageUtilization === undefined ? {} : { utilization: measured.averageUtilization }),
    ...(wanted?.averageUtilization === undefined ? {} : { target: wanted.averageUtilization }),
  };
}
