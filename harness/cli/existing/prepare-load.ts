import { readFile } from 'node:fs/promises';
import { ChaosError } from '../../core/errors.ts';
import type { UndoAction } from '../../core/platform.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import type { OwnPlatformTraffic } from '../../platforms/cluster/cluster-platform.ts';
import { clusterLoad, type ClusterLoad } from '../../platforms/cluster/load/cluster-load.ts';
import { findLoads, nameLoads, servesTestRuns } from '../../platforms/cluster/load/find-loads.ts';
import { removeLoads } from '../../platforms/cluster/load/remove-loads.ts';
import { refusalsOfLoad, type SiteAttempt } from '../../platforms/cluster/policy.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { LOAD_SCRIPT } from '../../workload/api-load.ts';
import type { Existing } from './open-existing.ts';
import { leftByAnother, placeToCleanUp } from './left-by-runs.ts';

export interface LoadOptions {
  /** The absolute path of the configuration: with it `cleanup` finds back. */
  readonly configFile: string;
  readonly runId: string;
}

/** What a run needs for load on the API. Nothing has been made. */
export interface PreparedLoad extends OwnPlatformTraffic {
  readonly load: ClusterLoad;
}

/**
 * Gets ready what the configuration says of load; undefined where it says nothing. Only reads.
 * @throws ChaosError `config` where the k6 operator is not installed, `refused` where it may not be now, `cleanup-needed` where an earlier run left something.
 */
export async function prepareLoad(
  existing: Existing,
  { configFile, runId }: LoadOptions,
): Promise<PreparedLoad | undefined> {
  const { api, config } = existing;
  const { namespace } = config;
  if (config.load === undefined) return undefined;
  const lack = await lackOfOperator(existing);
  if (lack !== undefined) throw lack;
  const attempt = (): Promise<SiteAttempt> => attemptNow(existing);
  const refusals = refusalsOfLoad(config, await attempt());
  if (refusals.length > 0) {
    throw new ChaosError({
      code: 'refused',
      message: `No load may be made, and nothing was touched. ${refusals.map(({ text }) => text).join('\n  ')}`,
      tryThis: [...new Set(refusals.map(({ tryThis }) => tryThis))].join('\n  → '),
    });
  }
  await refuseLeftOvers({ api, namespace });
  const script = await readFile(LOAD_SCRIPT, 'utf8');
  const load = clusterLoad({ api, namespace, config, runId, script, attempt });
  const undo: UndoAction = { kind: 'remove-load', config: configFile, runId };
  return {
    load,
    undo,
    remove: async (signal) => {
      const { cluster } = await attempt();
      return removeLoads({ api, namespace, config, cluster, runId, mayComeLate: load.isUnclear(), signal });
    },
    leftOvers: async () =>
      load.isOn()
        ? []
        : (await findLoads({ api, namespace }, runId)).map(
            ({ kind, name }) => `${kind} ${name} in namespace ${namespace}`,
          ),
  };
}

async function attemptNow({ chosen, api, config, scenario, reach, confirm }: Existing): Promise<SiteAttempt> {
  const { labelsOfNamespace: labels, ...cluster } = await seeCluster(chosen, api.core, config.namespace);
  const namespace = { name: config.namespace, labels };
  return { scenario: scenario.id, reach, cluster, namespace, confirmed: confirm, atMs: Date.now() };
}

/** Removes what a run has left, or any run, by what its configuration says today. */
export async function removeLeftLoads(
  config: ClusterConfig,
  runId: string | undefined,
  signal: AbortSignal,
): Promise<string> {
  // The last request of a dead run may still be carried out.
  return removeLoads({ ...(await placeToCleanUp(config)), runId, mayComeLate: runId !== undefined, signal });
}

/** Two loads on one API would be neither of the two, and what a dead run left is not another run's to keep. @throws ChaosError `cleanup-needed`. */
async function refuseLeftOvers(place: Parameters<typeof findLoads>[0]): Promise<void> {
  const found = await findLoads(place, undefined);
  if (found.length === 0) return;
  throw leftByAnother(`In namespace ${place.namespace} there is the load of another run: ${nameLoads(found)}.`);
}

/** Why there can be no load where the configuration wants some: nobody would make it. */
export async function lackOfOperator({
  api,
  config,
}: Pick<Existing, 'api' | 'config'>): Promise<ChaosError | undefined> {
  if (config.load === undefined || (await servesTestRuns(api))) return undefined;
  return new ChaosError({
    code: 'config',
    message:
      'The configuration wants load on the API, and the k6 operator is not installed (the API server does not serve testruns.k6.io/v1alpha1), so nothing was touched.',
    tryThis: 'Have it installed (github.com/grafana/k6-operator), or run without load: --no-load.',
  });
}
