import type { Component } from '../component.ts';
import type { Workload } from '../objects/workload.ts';
import { identify } from './identify.ts';

/** Some of these have to be there for a release to be one of Airbyte: a lone Temporal or PostgreSQL is somebody else's. */
const CORE: ReadonlySet<Component> = new Set(['server', 'worker', 'workload-launcher', 'scheduler']);

/** What a workload is installed with: the instance label of its pods, else its own, else what Helm noted down. */
export function releaseOf({ podLabels, labels, helmRelease }: Workload): string | undefined {
  const instance = 'app.kubernetes.io/instance';
  return podLabels[instance] ?? labels[instance] ?? helmRelease;
}

/** The releases among these workloads that hold an Airbyte; undefined stands for workloads that name none. */
export function airbyteReleases(workloads: readonly Workload[]): readonly (string | undefined)[] {
  const found = new Set<string | undefined>();
  for (const workload of workloads) {
    const release = releaseOf(workload);
    const identity = identify(workload, { release });
    if (identity.is === 'component' && CORE.has(identity.component)) found.add(release);
  }
  return [...found].toSorted((a = '', b = '') => a.localeCompare(b));
}

/** ConfigMaps that components of any Airbyte among these workloads are configured by. */
export function configMapsOf(workloads: readonly Workload[]): readonly string[] {
  const components = workloads.filter(
    (workload) => identify(workload, { release: releaseOf(workload) }).is === 'component',
  );
  return [...new Set(components.flatMap(({ containers }) => containers.flatMap(({ configMaps }) => configMaps)))];
}
