import type { ApiCredentials } from '../../clients/monitor/api-credentials.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Platform } from '../../core/platform.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { clusterPlatform } from '../../platforms/cluster/cluster-platform.ts';
import { guardApi } from '../../platforms/cluster/guarded-api.ts';
import { undoByCommands } from '../../platforms/cluster/recovery/operator-platform.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { apiCredentials, credentialsForHealth } from './api-credentials.ts';
import { apiUrl } from './api-url.ts';
import { isForbidden, isNotThere } from '../../platforms/kind/api-answers.ts';
import { THROUGH_CHAOS_MESH } from '../../profiles/translate/needs.ts';
import { removeChaosOf, removeChaosOfRuns } from './own-pod-faults.ts';
import { removeLeftLoads } from './prepare-load.ts';
import { removeWithin, type OwnAccess } from './own-traffic.ts';

/**
 * An existing cluster as `cleanup` needs it: what a dead run made in Airbyte is removed, by what its configuration says today, and the operator's own commands
 * bring back what others took away.
 */
export function clusterToCleanUp(): Platform {
  const platform = clusterPlatform({
    profile: '',
    open: async () => Promise.reject(new ChaosError({ code: 'internal', message: 'There is only something to undo.' })),
    // Its last request may still be carried out when the harness is dead.
    remove: async ({ config, workspaceId, runId }, signal) =>
      removeWithin(await accessOf(config), { workspaceId, runId }, signal, true),
    endChaos: async (action, signal) => removeChaosOf(await readClusterConfig(action.config), action, signal),
    removeLoad: async ({ config, runId }, signal) => removeLeftLoads(await readClusterConfig(config), runId, signal),
  });
  return {
    ...platform,
    undo: async (action, signal) =>
      action.kind === 'run-commands' ? undoByCommands(action, signal, credentialsIn) : platform.undo(action, signal),
  };
}

/**
 * Removes what any run left of all that this configuration has runs make: objects of Chaos Mesh, load, what is in the workspace; returns what that was, in words.
 * @throws ChaosError `config` where it has them make nothing, `client` or `platform` with what could not be removed.
 */
export async function removeLeftOvers(configFile: string, signal: AbortSignal): Promise<string> {
  const config = await readClusterConfig(configFile);
  const { traffic, allow, load } = config;
  if (traffic?.own === undefined && !allow.chaosMesh && load === undefined) {
    throw new ChaosError({
      code: 'config',
      message: `${configFile} names no workspace in which runs make something (traffic.own), wants no load, and allows Chaos Mesh nothing (allow.chaosMesh).`,
    });
  }
  // A pod that is broken first: without it what is in Airbyte may not go.
  const said = [
    ...(await removeAllChaos(config, signal)),
    ...(load === undefined ? [] : [await removeLeftLoads(config, undefined, signal)]),
  ];
  if (traffic?.own === undefined) return said.join('; ');
  const scope = { workspaceId: traffic.own.workspace, runId: undefined };
  return [...said, await removeWithin(await accessOf(configFile), scope, signal, false)].join('; ');
}

/** As whom the health of an original is asked for. */
async function credentialsIn(configFile: string): Promise<ApiCredentials> {
  const config = await readClusterConfig(configFile);
  return credentialsForHealth(config, await guardApi((await chooseCluster(config.cluster)).config));
}

/** Of every kind, whatever may be run there by now; what is not allowed any more may not be readable any more either. */
async function removeAllChaos(config: ClusterConfig, signal: AbortSignal): Promise<readonly string[]> {
  const { chaosMesh, scenarios } = config.allow;
  if (!chaosMesh) return [];
  const said = Object.entries(THROUGH_CHAOS_MESH).map(async ([scenario, kind]) =>
    removeChaosOfRuns(config, kind, signal).catch((error: unknown) => {
      if (!scenarios.includes(scenario) && (isNotThere(error) || isForbidden(error))) return [];
      throw error;
    }),
  );
  return (await Promise.all(said)).flat();
}

async function accessOf(configFile: string): Promise<OwnAccess> {
  const config = await readClusterConfig(configFile);
  const api = await guardApi((await chooseCluster(config.cluster)).config);
  return { url: apiUrl(config.endpoints.api), credentials: await apiCredentials(config, api) };
}
