import { catalogue } from '../../../scenarios/index.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import { translateScenarios } from '../../profiles/translate/translate.ts';
import { readObjectives, type Objectives } from '../objectives-file.ts';
import { printDiscovered } from '../print-discovered.ts';
import { readSystem } from '../read-system.ts';

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
  const system = await readSystem(cluster, { namespace, release });
  const scenarios = translateScenarios(system, scenariosOf(objectives));
  if (json) process.stdout.write(`${JSON.stringify({ version: 1, ...system, scenarios }, null, 2)}\n`);
  else printDiscovered(system, scenarios);
  return system.unmapped.length + system.unread.length === 0 ? 0 : 2;
}

/** Each scenario with the target of the same name, which is the one that it is judged by where it has no variant. */
function scenariosOf({ byId }: Objectives): Parameters<typeof translateScenarios>[1] {
  return Object.keys(catalogue).map((id) => ({ id, objective: byId.get(id) }));
}
