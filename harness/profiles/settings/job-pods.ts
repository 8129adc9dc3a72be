import type { Component } from '../component.ts';
import { count } from '../describe-component.ts';
import type { DiscoveredSystem } from '../discovered-system.ts';
import type { NamespaceObjects } from '../objects/namespace-objects.ts';
import type { SystemSettings } from './system-settings.ts';

/** Who makes job pods, in the order in which generations asked for it. */
const MAKERS: readonly Component[] = ['workload-launcher', 'worker'];

/** The pods of jobs that are there now, and where they are made. */
export function describeJobPods(objects: NamespaceObjects, settings: SystemSettings): DiscoveredSystem['jobPods'] {
  const made = settings.first(MAKERS, 'JOB_KUBE_NAMESPACE');
  const elsewhere = made !== undefined && made.value !== objects.namespace;
  return {
    total: objects.jobPods.length,
    replication: objects.jobPods.filter(({ isReplication }) => isReplication).length,
    byPhase: count(objects.jobPods.map(({ phase }) => phase)),
    namespace: made?.value ?? objects.namespace,
    notes: elsewhere
      ? [`The ${made.component} makes them in namespace ${made.value} (JOB_KUBE_NAMESPACE), which was not looked into.`]
      : [],
  };
}
