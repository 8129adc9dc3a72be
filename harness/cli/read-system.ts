import { ChaosError } from '../core/errors.ts';
import { NOT_LOOKED, type FaultTools } from '../core/fault-tools.ts';
import type { ChosenCluster } from '../platforms/cluster/choose-cluster.ts';
import { namespaceReader, type NamespaceReader } from '../platforms/cluster/namespace-reader.ts';
import { isForbidden, isNotThere } from '../platforms/kind/api-answers.ts';
import type { ListedKind } from '../platforms/cluster/rights.ts';
import type { DiscoveredSystem } from '../profiles/discovered-system.ts';
import { configMapsOf } from '../profiles/identify/releases.ts';
import { mapSystem } from '../profiles/map-system.ts';
import {
  collectObjects,
  LISTED,
  type NamespaceObjects,
  type ObjectCollector,
} from '../profiles/objects/namespace-objects.ts';

/** What was kept of a namespace, and what was made of it. */
export interface ReadNamespace {
  readonly objects: NamespaceObjects;
  readonly system: DiscoveredSystem;
}

export interface NamespaceToRead {
  readonly namespace: string;
  readonly release?: string | undefined;
  /** Namespaces that hold parts of the same system, such as its database. */
  readonly beside?: readonly string[];
  /** What a scenario needs to know: that has to be readable, and nothing else is asked for. Else all is read that may be. */
  readonly only?: readonly ListedKind[] | undefined;
  /** Whether it is looked for what breaks things on request; where it is left out, as `only` is. */
  readonly asksForTools?: boolean;
}

/**
 * Reads a namespace of an existing cluster and maps what runs there. Only reads.
 * @throws ChaosError `no-target` where there is no Airbyte; `usage` where there are several and none is named, or no such namespace; `config` for a right that
 * is missing; `platform` for a server that does not answer.
 */
export async function readSystem(cluster: ChosenCluster, of: NamespaceToRead): Promise<DiscoveredSystem> {
  return (await readWithObjects(cluster, of)).system;
}

/** The same, with the objects that it was made of. @throws ChaosError as {@link readSystem}. */
export async function readWithObjects(
  cluster: ChosenCluster,
  { namespace, release, beside = [], only, asksForTools = only === undefined }: NamespaceToRead,
): Promise<ReadNamespace> {
  const collector = collectObjects(namespace);
  for (const other of beside) await collectNamespace(collector, await namespaceReader(cluster, other), only);
  const reader = await namespaceReader(cluster, namespace);
  await collectNamespace(collector, reader, only);
  const objects = collector.collected();
  const faultTools = asksForTools ? await reader.faultTools() : NOT_LOOKED;
  return { objects, system: await mapOrExplain(objects, { release, reader, cluster, faultTools }) };
}

async function collectNamespace(
  collector: ObjectCollector,
  reader: NamespaceReader,
  only: readonly ListedKind[] | undefined,
): Promise<void> {
  for (const kind of only ?? LISTED.needed) for await (const object of reader.list(kind)) collector.add(kind, object);
  for (const kind of LISTED.other) {
    if (only !== undefined) {
      if (!only.includes(kind)) collector.miss(kind, 'the scenario does not need them, so they were not asked for');
      continue;
    }
    try {
      for await (const object of reader.list(kind)) collector.add(kind, object);
    } catch (error) {
      if (isForbidden(error)) collector.miss(kind, 'they may not be listed (403)');
      else if (isNotThere(error)) collector.miss(kind, 'the cluster does not know this kind (404)');
      else throw error;
    }
  }
  try {
    for (const name of configMapsOf(collector.collected().workloads)) {
      const found = await reader.readConfigMap(name);
      if (found !== undefined) collector.add('ConfigMap', found);
    }
  } catch (error) {
    if (only !== undefined || !isForbidden(error)) throw error;
    collector.miss('ConfigMap', 'they may not be read (403)');
  }
}

interface Looked {
  readonly release: string | undefined;
  readonly reader: NamespaceReader;
  readonly cluster: ChosenCluster;
  readonly faultTools: FaultTools;
}

/** An empty list does not say whether there is such a namespace. */
async function mapOrExplain(
  objects: NamespaceObjects,
  { release, reader, cluster, faultTools }: Looked,
): Promise<DiscoveredSystem> {
  try {
    return mapSystem(objects, { release, faultTools });
  } catch (error) {
    if (!(error instanceof ChaosError) || error.code !== 'no-target') throw error;
    if ((await reader.doesExist()) !== false) throw error;
    throw new ChaosError({
      code: 'usage',
      message: `There is no namespace ${objects.namespace} in context ${cluster.context}.`,
      tryThis: `kubectl get namespaces --context ${cluster.context}`,
      cause: error,
    });
  }
}
