import { askPatiently } from '../../kind/patient-api.ts';
import type { GuardedApi } from '../guarded-api.ts';
import { ownSelector } from '../own-objects.ts';
import {
  CHAOS_MESH_GROUP,
  CHAOS_MESH_VERSION,
  NETWORK_CHAOS,
  describeClaim,
  isAtRest,
  networkChaosList,
  partitionName,
  runOfPartition,
  type NetworkChaos,
} from './network-chaos.ts';

/** A cluster in which there may be objects of Chaos Mesh. */
export interface PartitionsPlace {
  readonly api: GuardedApi;
  readonly namespace: string;
}

/** What Chaos Mesh is asked for, in the words of its API. */
export function networkChaosIn(namespace: string): {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
} {
  return { group: CHAOS_MESH_GROUP, version: CHAOS_MESH_VERSION, plural: NETWORK_CHAOS, namespace };
}

/** The object of that run, as it is now; undefined where there is none. @throws ChaosError `platform` for a server that does not answer. */
export async function readPartition(
  place: PartitionsPlace,
  runId: string,
  signal?: AbortSignal,
): Promise<NetworkChaos | undefined> {
  const found = await listPartitions(place, { fieldSelector: `metadata.name=${partitionName(runId)}` }, signal);
  return found.find((one) => runOfPartition(one) === runId);
}

/** Those of all runs. Whatever does not say to the letter that a run has made it is not among them. */
export async function ownPartitions(place: PartitionsPlace, signal?: AbortSignal): Promise<readonly NetworkChaos[]> {
  const found = await listPartitions(place, { labelSelector: ownSelector() }, signal);
  return found.filter((one) => runOfPartition(one) !== undefined);
}

/**
 * Those that no run has made and that are at work, or may be at any moment: whatever they hit, what a cut does beside them cannot be told. Each by name, in words.
 * Those of other namespaces, which may hit pods of this one, are not seen.
 */
export async function describeForeign(place: PartitionsPlace, signal?: AbortSignal): Promise<readonly string[]> {
  const found = await listPartitions(place, {}, signal);
  return found
    .filter((one) => runOfPartition(one) === undefined && !isAtRest(one))
    .map((one) => `NetworkChaos ${place.namespace}/${one.metadata.name} (${describeClaim(one)})`);
}

async function listPartitions(
  { api, namespace }: PartitionsPlace,
  which: { readonly fieldSelector?: string; readonly labelSelector?: string },
  signal: AbortSignal | undefined,
): Promise<readonly NetworkChaos[]> {
  // One right for all looks: the object of a run is listed by its name.
  const list = (): Promise<unknown> =>
    api.custom.listNamespacedCustomObject({ ...networkChaosIn(namespace), ...which });
  return networkChaosList.parse(await askPatiently(api, list, { signal })).items;
}
