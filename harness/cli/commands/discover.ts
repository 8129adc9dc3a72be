import { catalogue } from '../../../scenarios/index.ts';
import { ChaosError } from '../../core/errors.ts';
import { chooseCluster, type ChosenCluster } from '../../platforms/cluster/choose-cluster.ts';
import {
  isForbidden,
  isNotThere,
  namespaceReader,
  type NamespaceReader,
} from '../../platforms/cluster/namespace-reader.ts';
import type { DiscoveredSystem } from '../../profiles/discovered-system.ts';
import { configMapsOf } from '../../profiles/identify/releases.ts';
import { mapSystem } from '../../profiles/map-system.ts';
import { collectObjects, LISTED, type NamespaceObjects } from '../../profiles/objects/namespace-objects.ts';
import { translateScenarios } from '../../profiles/translate/translate.ts';
import { readObjectives, type Objectives } from '../objectives-file.ts';
import { printDiscovered } from '../print-discovered.ts';

interface DiscoverOptions {
  readonly namespace: string;
  readonly release?: string;
  readonly context?: string;
  readonly kubeconfig?: string;
  readonly objectives: string;
  readonly json: boolean;
}

/**
 * `discover`: what runs in a namespace, as the harness sees it, and what each scenario would do there. Exit 0 when all of the release could be mapped and
 * read, 2 when something could not: then what is not listed is not known, rather than not there.
 */
export async function discoverCommand(options: DiscoverOptions): Promise<number> {
  const { namespace, release, json } = options;
  const objectives = await readObjectives(options.objectives);
  const cluster = await chooseCluster(options);
  process.stderr.write(
    `Reading namespace ${namespace} of context ${cluster.context} (${cluster.server}); nothing is changed.\n`,
  );
  const reader = await namespaceReader(cluster, namespace);
  const objects = await readNamespace(namespace, reader);
  const system = await mapOrExplain(objects, { release, reader, cluster });
  const scenarios = translateScenarios(system, scenariosOf(objectives));
  if (json) process.stdout.write(`${JSON.stringify({ version: 1, ...system, scenarios }, null, 2)}\n`);
  else printDiscovered(system, scenarios);
  return system.unmapped.length + system.unread.length === 0 ? 0 : 2;
}

async function readNamespace(namespace: string, reader: NamespaceReader): Promise<NamespaceObjects> {
  const collector = collectObjects(namespace);
  for (const kind of LISTED.needed) for await (const object of reader.list(kind)) collector.add(kind, object);
  for (const kind of LISTED.other) {
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
    if (!isForbidden(error)) throw error;
    collector.miss('ConfigMap', 'they may not be read (403)');
  }
  return collector.collected();
}

interface Looked {
  readonly release: string | undefined;
  readonly reader: NamespaceReader;
  readonly cluster: ChosenCluster;
}

/** An empty list does not say whether there is such a namespace. */
async function mapOrExplain(
  objects: NamespaceObjects,
  { release, reader, cluster }: Looked,
): Promise<DiscoveredSystem> {
  try {
    return mapSystem(objects, { release });
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

/** Each scenario with the target of the same name, which is the one that it is judged by where it has no variant. */
function scenariosOf({ byId }: Objectives): Parameters<typeof translateScenarios>[1] {
  return Object.keys(catalogue).map((id) => ({ id, objective: byId.get(id) }));
}
