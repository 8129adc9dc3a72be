import { ChaosError } from '../../core/errors.ts';
import type { Platform, RunningStack } from '../../core/platform.ts';
import { clusterPlatform } from '../../platforms/cluster/cluster-platform.ts';
import { openClusterStack } from '../../platforms/cluster/cluster-stack.ts';
import { guardedRemoval } from '../../platforms/cluster/guarded-removal.ts';
import { ofCluster, ofNamespace } from '../../platforms/cluster/policy.ts';
import { healthyStack } from '../../waits/healthy-stack.ts';
import { healthAt } from '../../workload/http-probes.ts';
import type { RestingParts } from '../../runner/await-steady-again.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { userFile } from '../project-paths.ts';
import { credentialsForHealth, healthOf } from './api-credentials.ts';
import { apiUrl } from './api-url.ts';
import { placeDetails, seeExisting } from './open-existing.ts';
import { componentsOf } from './existing-platform.ts';

/** As often as a run looks. */
const EVERY_MS = 500;

/** An existing Airbyte that is only looked at, and what has to hold there: the same as before the fault of a run. */
export interface ExistingAtRest {
  readonly platform: Platform;
  readonly stack: RunningStack;
  readonly parts: RestingParts;
}

/**
 * Opens the Airbyte of a configuration to see whether it is steady. Only reads, and nothing can be taken away through it.
 * @throws ChaosError `refused` where it is another cluster or namespace than the one that is allowed; as `seeExisting` and `apiUrl` do.
 */
export async function openAtRest(configFile: string, signal: AbortSignal): Promise<ExistingAtRest> {
  const config = await readClusterConfig(userFile(configFile));
  const { namespace, release } = config;
  const url = apiUrl(config.endpoints.api);
  const seen = await seeExisting(config, { isForRuns: true });
  const { chosen, api, cluster } = seen;
  const place = { cluster, namespace: { name: namespace, labels: cluster.labelsOfNamespace } };
  const refusals = [...ofCluster(config, place), ...ofNamespace(config, place)];
  if (refusals.length > 0) {
    throw new ChaosError({
      code: 'refused',
      message: `It was not looked at. ${refusals.map(({ text }) => text).join(' ')}`,
      tryThis: refusals.map(({ tryThis }) => tryThis).join(' '),
    });
  }
  const credentials = await credentialsForHealth(config, api);
  const stack = await openClusterStack({
    api,
    context: chosen.context,
    namespace,
    release,
    components: componentsOf(seen),
    apiUrl: url,
    details: placeDetails(seen),
    removal: guardedRemoval({ api, config, attemptOn: () => Promise.reject(onlyLooked()) }),
    signal,
  });
  const platform = clusterPlatform({ profile: config.profile, open: () => Promise.reject(onlyLooked()) });
  const probes = [healthAt(healthOf(url, credentials), EVERY_MS)];
  return { platform, stack, parts: { probes, watches: [], waits: healthyStack() } };
}

function onlyLooked(): ChaosError {
  return new ChaosError({ code: 'internal', message: 'This Airbyte is only looked at.' });
}
