import type { Component } from '../component.ts';
import { count } from '../describe-component.ts';
import type { DiscoveredSystem } from '../discovered-system.ts';
import type { VersionFound } from '../generation.ts';
import type { NamespaceObjects } from '../objects/namespace-objects.ts';
import { isAtLeast } from '../version.ts';
import type { SystemSettings } from './system-settings.ts';

const WORKLOADS_SINCE = '0.63';

/** Who makes job pods, in the order in which generations asked for it. */
const MAKERS: readonly Component[] = ['workload-launcher', 'worker'];

/** The pods of jobs that are there now, and where they are made. */
export function describeJobPods(
  objects: NamespaceObjects,
  { appVersion }: VersionFound,
  settings: SystemSettings,
): DiscoveredSystem['jobPods'] {
  const made = settings.first(MAKERS, 'JOB_KUBE_NAMESPACE');
  const elsewhere = made !== undefined && made.value !== objects.namespace;
  return {
    total: objects.jobPods.length,
    replication: objects.jobPods.filter(({ isReplication }) => isReplication).length,
    byPhase: count(objects.jobPods.map(({ phase }) => phase)),
    namespace: made?.value ?? objects.namespace,
    outliveWorker: doOutliveWorker(appVersion, settings),
    notes: elsewhere
      ? [`The ${made.component} makes them in namespace ${made.value} (JOB_KUBE_NAMESPACE), which was not looked into.`]
      : [],
  };
}

/** With workloads they always do; before, with the container orchestrator (facts: airbyte.md, section 3.5). */
function doOutliveWorker(appVersion: string | undefined, settings: SystemSettings): boolean | undefined {
  const isNew = isAtLeast(appVersion, WORKLOADS_SINCE);
  if (isNew !== false) return isNew;
  const setting = settings.of('worker', 'CONTAINER_ORCHESTRATOR_ENABLED');
  return setting.is === 'set' ? setting.value.toLowerCase() === 'true' : undefined;
}
