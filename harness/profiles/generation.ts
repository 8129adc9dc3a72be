import type { Component, Generation } from './component.ts';
import { airbyteImage, parseImage } from './identify/image.ts';
import type { Member } from './members.ts';
import { isAtLeast, parseVersion } from './version.ts';

/** What chart 2.0.0 came with. */
const FIRST_IN_V2 = '1.6';
/** Older than any that these charts were ever tried with: development builds of charts have versions of their own, which say nothing of Airbyte. */
const OLDEST_IN_V2 = '1.0';

/** Parts that Airbyte has had since 0.63: charts that set the label `airbyte` and came before have none of them. */
const OF_WORKLOADS: ReadonlySet<Component> = new Set(['workload-launcher', 'workload-api-server']);

/** Which Airbyte this is, and what says so. */
export interface VersionFound {
  readonly generation: { readonly is: Generation | 'unknown'; readonly because: readonly string[] };
  readonly chartVersion: string | undefined;
  readonly appVersion: string | undefined;
}

/**
 * The chart's version says which generation a release is of; where it is not known, labels and the version of the application do (facts: airbyte.md,
 * section 1.1). Chart 2.0.0 came with application 1.6.0, and chart 1.9 with 2.0: the application alone does not decide between 1.6 and 2.1. Neither does
 * the label `airbyte` alone: manifests and charts up to 0.40 had it too.
 */
export function findGeneration(members: readonly Member[]): VersionFound {
  const chartVersion = mostCommon(members.flatMap(chartVersionOf));
  const { version: appVersion, because: appBecause } = findAppVersion(members);
  const generation = decide(members, chartVersion, appVersion);
  if (generation.is === 'airbyte-v2' && isAtLeast(appVersion, OLDEST_IN_V2) === false) {
    const because = [...generation.because, `${appVersion} is no version that these charts came with`];
    return { generation: { is: generation.is, because }, chartVersion, appVersion: undefined };
  }
  return {
    generation: {
      is: generation.is,
      because: appBecause === undefined ? generation.because : [...generation.because, appBecause],
    },
    chartVersion,
    appVersion,
  };
}

function decide(
  members: readonly Member[],
  chartVersion: string | undefined,
  appVersion: string | undefined,
): { is: Generation | 'unknown'; because: string[] } {
  if (members.some(({ because }) => because.some((says) => says.includes('airbyte-chaos/component')))) {
    return { is: 'reference', because: ['labels airbyte-chaos/component'] };
  }
  const labelled = members.filter(({ workload }) => workload.podLabels['airbyte'] !== undefined).length;
  const label = `${labelled} of its workloads have the label airbyte, which charts have had again since 2.0`;
  const chart = chartVersion === undefined ? [] : [`chart ${chartVersion}`];
  // Development builds of charts have versions that say nothing.
  const isNew =
    members.some(({ component }) => OF_WORKLOADS.has(component)) || isAtLeast(appVersion, FIRST_IN_V2) === true;
  if (labelled > 1 && isNew) return { is: 'airbyte-v2', because: [...chart, label] };
  if (chartVersion !== undefined) {
    return { is: isAtLeast(chartVersion, '2.0') === true ? 'airbyte-v2' : byOne(chartVersion), because: chart };
  }
  if (members.some(({ component }) => component === 'scheduler')) {
    return { is: 'airbyte-legacy', because: ['it has a scheduler, which Airbyte has not had since 0.40'] };
  }
  if (appVersion === undefined) return { is: 'unknown', because: ['neither chart nor images tell a version'] };
  if (isAtLeast(appVersion, '2.1') === true) return { is: 'airbyte-v2', because: [`Airbyte ${appVersion}`] };
  return { is: byOne(appVersion), because: [`Airbyte ${appVersion}, and no label of a chart`] };
}

function byOne(version: string): Generation {
  return isAtLeast(version, '1.0') === true ? 'airbyte-v1' : 'airbyte-legacy';
}

/** Charts of each component and of all have the same version since 0.40. */
function chartVersionOf({ workload }: Member): readonly string[] {
  const chart = workload.labels['helm.sh/chart'] ?? workload.podLabels['helm.sh/chart'] ?? '';
  const [, version] = /-v?(\d+\.\d+\.\d+\S*)$/.exec(chart) ?? [];
  return version === undefined ? [] : [version];
}

/** What runs is what the image says; labels say what the chart was made for. */
function findAppVersion(members: readonly Member[]): { version: string | undefined; because: string | undefined } {
  const own = members.filter(({ component }) => component !== 'manifest-server' && component !== 'database');
  const tags = own.flatMap(({ workload }) =>
    workload.containers.flatMap(({ image }) => {
      const reference = parseImage(image);
      const isOwn = airbyteImage(reference) !== undefined && parseVersion(reference.tag) !== undefined;
      return isOwn && !/^(temporal|mc)/.test(airbyteImage(reference) ?? '') ? [reference.tag] : [];
    }),
  );
  const labels = own.flatMap(({ workload }) => workload.labels['app.kubernetes.io/version'] ?? []);
  const [tag, label] = [mostCommon(tags), mostCommon(labels)];
  if (tag === undefined)
    return {
      version: label,
      because: label === undefined ? undefined : 'version from labels: images have no version as tag',
    };
  return {
    version: tag,
    because:
      label === undefined || label === tag
        ? undefined
        : `images are ${tag}, labels say ${label}: what runs is the image`,
  };
}

function mostCommon(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a)[0]?.[0];
}
