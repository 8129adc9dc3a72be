import { ChaosError } from '../core/errors.ts';
import { airbyteReleases } from './identify/releases.ts';
import type { NamespaceObjects } from './objects/namespace-objects.ts';

const UNNAMED = '(no release label)';

/** @throws ChaosError `no-target` where there is none, or none of that name; `usage` where there are several and none is named. */
export function chooseRelease(
  { namespace, workloads }: NamespaceObjects,
  wanted: string | undefined,
): string | undefined {
  const releases = airbyteReleases(workloads);
  const named = releases.map((release) => release ?? UNNAMED).join(', ');
  if (releases.length === 0) {
    throw new ChaosError({
      code: 'no-target',
      message: `No Airbyte was found in namespace ${namespace}.`,
      lastState: `${workloads.length} workloads there, none recognised as a server, worker, launcher or scheduler of Airbyte`,
      tryThis: 'Name the namespace that Airbyte is installed in: kubectl get deployments --all-namespaces',
    });
  }
  if (wanted !== undefined) {
    if (releases.includes(wanted)) return wanted;
    throw new ChaosError({
      code: 'no-target',
      message: `No Airbyte of release ${wanted} was found in namespace ${namespace}.`,
      lastState: `releases with an Airbyte there: ${named}`,
      tryThis: `--release ${releases.find((release) => release !== undefined) ?? '…'}`,
    });
  }
  if (releases.length > 1) {
    throw new ChaosError({
      code: 'usage',
      message: `Namespace ${namespace} holds ${releases.length} releases of Airbyte: ${named}.`,
      tryThis: `Name one: ${releases.flatMap((release) => (release === undefined ? [] : [`--release ${release}`])).join(' or ')}`,
    });
  }
  return releases[0];
}
