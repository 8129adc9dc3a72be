import { askPatiently } from '../../kind/patient-api.ts';
import type { GuardedApi } from '../guarded-api.ts';
import { ownSelector } from '../own-objects.ts';
import {
  CHAOS_KINDS,
  CHAOS_MESH_GROUP,
  CHAOS_MESH_VERSION,
  chaosList,
  chaosName,
  describeClaim,
  isAtRest,
  runOfChaos,
  type Chaos,
  type ChaosKind,
} from './chaos-object.ts';

/** A cluster in which there may be objects of Chaos Mesh of one kind. */
export interface ChaosPlace {
  readonly api: GuardedApi;
  readonly namespace: string;
  readonly kind: ChaosKind;
}

/** What Chaos Mesh is asked for, in the words of its API. */
export function chaosIn(
  namespace: string,
  kind: ChaosKind,
): {
  readonly group: string;
  readonly version: string;
  readonly plural: string;
  readonly namespace: string;
} {
  return { group: CHAOS_MESH_GROUP, version: CHAOS_MESH_VERSION, plural: CHAOS_KINDS[kind].plural, namespace };
}

/** The object of that run, as it is now; undefined where there is none. @throws ChaosError `platform` for a server that does not answer. */
export async function readChaos(place: ChaosPlace, runId: string, signal?: AbortSignal): Promise<Chaos | undefined> {
  const found = await listChaos(place, { fieldSelector: `metadata.name=${chaosName(runId)}` }, signal);
  return found.find((one) => runOfChaos(one) === runId);
}

/** Those of all runs. Whatever does not say to the letter that a run has made it is not among them. */
export async function ownChaos(place: ChaosPlace, signal?: AbortSignal): Promise<readonly Chaos[]> {
  const found = await listChaos(place, { labelSelector: ownSelector() }, signal);
  return found.filter((one) => runOfChaos(one) !== undefined);
}

/**
 * Those that no run has made and that are at work, or may be at any moment: whatever they hit, what a run does beside them cannot be told. Each by name, in words.
 * Those of other namespaces, which may hit pods of this one, are not seen.
 */
export async function describeForeign(place: ChaosPlace, signal?: AbortSignal): Promise<readonly string[]> {
  const found = await listChaos(place, {}, signal);
  return found
    .filter((one) => runOfChaos(one) === undefined && !isAtRest(one))
    .map((one) => `${nameOfChaos(place, one.metadata.name)} (${describeClaim(one)})`);
}

/** `NetworkChaos airbyte/chaos-…` */
export function nameOfChaos({ namespace, kind }: Pick<ChaosPlace, 'namespace' | 'kind'>, name: string): string {
  return `${CHAOS_KINDS[kind].kind} ${namespace}/${name}`;
}

async function listChaos(
  { api, namespace, kind }: ChaosPlace,
  which: { readonly fieldSelector?: string; readonly labelSelector?: string },
  signal: AbortSignal | undefined,
): Promise<readonly Chaos[]> {
  // One right for all looks: the object of a run is listed by its name.
  const list = (): Promise<unknown> => api.custom.listNamespacedCustomObject({ ...chaosIn(namespace, kind), ...which });
  return chaosList.parse(await askPatiently(api, list, { signal })).items;
}
