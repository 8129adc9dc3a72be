import type { Scenario } from '../../core/scenario.ts';
import { describeForeign } from '../../platforms/cluster/chaos-mesh/read-chaos.ts';
import { chooseCluster, type ChosenCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { JOB_POD } from '../../platforms/cluster/existing-instance.ts';
import { guardApi, type GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import { RELEASE_LABEL, type Attempt, type Labels, type Reach, type Victim } from '../../platforms/cluster/policy.ts';
import { labelsOfWorkload, podsOf, type RunningPod } from '../../platforms/cluster/running-pods.ts';
import { seeCluster, type ClusterView } from '../../platforms/cluster/see-cluster.ts';
import { isForbidden, isNotThere } from '../../platforms/kind/api-answers.ts';
import type { DiscoveredSystem } from '../../profiles/discovered-system.ts';
import { chaosOf, NEEDED_FOR_RUNS, takesRights } from '../../profiles/translate/needs.ts';
import { translateScenarios } from '../../profiles/translate/translate.ts';
import type { Target, Translation } from '../../profiles/translate/translation.ts';
import { wantedReplicas } from '../../profiles/wanted-replicas.ts';
import { readSystem } from '../read-system.ts';

export interface ExistingRequest {
  readonly config: ClusterConfig;
  readonly scenario: Pick<Scenario, 'id' | 'needs'>;
  readonly objective: { readonly recoverySeconds: number; readonly source: string } | undefined;
  readonly confirm: string | undefined;
}

/** An Airbyte that is there already, as it was seen. */
export interface Existing extends ExistingRequest {
  readonly chosen: ChosenCluster;
  readonly api: GuardedApi;
  readonly cluster: ClusterView;
  readonly system: DiscoveredSystem;
  readonly translation: Translation;
  readonly reach: Reach;
}

/**
 * Looks at the one system that a configuration allows, and at what a scenario means there. Only reads.
 * @throws ChaosError as {@link chooseCluster}, {@link seeCluster} and {@link readSystem} do.
 */
export async function openExisting(request: ExistingRequest): Promise<Existing> {
  const { config, scenario, objective } = request;
  const seen = await seeExisting(config, {
    isForRuns: takesRights(scenario.id),
    asksForTools: chaosOf(scenario.id) !== undefined,
  });
  const [translation] = translateScenarios(seen.system, [{ id: scenario.id, objective }]);
  if (translation === undefined) throw new Error('a scenario has one translation');
  return { ...request, ...seen, translation, reach: reachOf(scenario, translation) };
}

/** What a configuration allows, as it was seen. */
export type SeenExisting = Pick<Existing, 'config' | 'chosen' | 'api' | 'cluster' | 'system'>;

export interface SeeOptions {
  /** What a run needs to know alone, or all that can be read. */
  readonly isForRuns: boolean;
  /** Whether it is asked for what faults are made with: Chaos Mesh, LitmusChaos. */
  readonly asksForTools?: boolean;
}

/** Looks at the one system that a configuration allows. Only reads. @throws ChaosError as {@link openExisting}. */
export async function seeExisting(
  config: ClusterConfig,
  { isForRuns, asksForTools = false }: SeeOptions,
): Promise<SeenExisting> {
  const { namespace, release } = config;
  const chosen = await chooseCluster(config.cluster);
  const api = await guardApi(chosen.config);
  const cluster = await seeCluster(chosen, api.core, namespace);
  const system = await readSystem(chosen, {
    namespace,
    release,
    only: isForRuns ? NEEDED_FOR_RUNS : undefined,
    asksForTools,
  });
  return { config, chosen, api, cluster, system };
}

/** Which Airbyte it is, as far as that could be told: `airbyte-v2 2.1.0`. */
export function nameOfAirbyte(kind: string, appVersion: string | undefined): string {
  return appVersion === undefined ? kind : `${kind} ${appVersion}`;
}

/** What a record says of where a run took place. */
export function placeDetails({ chosen, config, system }: Pick<Existing, 'chosen' | 'config' | 'system'>) {
  return {
    context: chosen.context,
    namespace: config.namespace,
    release: config.release,
    airbyte: system.appVersion ?? 'of a version that could not be told',
  };
}

/** A pod that could be hit, and everything by which that is decided. */
export interface PossibleVictim {
  readonly pod: RunningPod;
  readonly victim: Victim;
  readonly attempt: Attempt;
}

type Now = { readonly cluster: ClusterView; readonly atMs: number };

/** The pods of a target that run now, each with the attempt on it alone, by what the API server says at this moment. */
export async function possibleVictims(
  existing: Existing,
  target: Target,
  now: Now,
): Promise<readonly PossibleVictim[]> {
  const { api, config, system } = existing;
  const { namespace } = config;
  const { component } = target;
  const pods = await podsOf(api, namespace, target.selector);
  const ofOwner = await labelsOfWorkload(api, namespace, target.workload);
  const wanted = wantedReplicas(system);
  const ofOthers = pods.length > 0 ? await faultsOfOthers(existing) : undefined;
  const replicas = component === JOB_POD ? new Map([...wanted, [component, pods.length]]) : wanted;
  return pods.map((pod) => {
    const others = pods.filter(({ uid, isReady }) => isReady && uid !== pod.uid).length;
    // Of what is wanted, this one is the victim. Job pods come and go.
    const away = component === JOB_POD ? 0 : Math.max(0, (wanted.get(component) ?? 0) - 1 - others);
    const labels = [pod.labels, ...ofOwner, ...ownReleaseOf(target, system)];
    const victim = { namespace, name: pod.name, uid: pod.uid, component, labels };
    return {
      pod,
      victim,
      attempt: attemptOn(existing, victim, { replicas, away: new Map([[component, away]]), ofOthers }, now),
    };
  });
}

/** The attempt on the pod of a sync that is yet to be started, where no other runs: what of it can be refused beforehand is. */
export function attemptOnNextJob(existing: Existing, target: Target, now: Now): Attempt {
  const { config, system } = existing;
  const labels = ownReleaseOf(target, system);
  const victim = {
    namespace: config.namespace,
    name: 'of the sync that it starts',
    uid: '',
    component: JOB_POD,
    labels,
  };
  return attemptOn(existing, victim, { replicas: new Map([[JOB_POD, 1]]), away: new Map() }, now);
}

/** Of others, where it would be done by Chaos Mesh. Where that is not there, or may not be asked, the run is refused for that. */
async function faultsOfOthers({ api, config, scenario }: Existing): Promise<readonly string[] | undefined> {
  const kind = chaosOf(scenario.id);
  if (kind === undefined) return undefined;
  return describeForeign({ api, namespace: config.namespace, kind }).catch((error: unknown) => {
    if (isNotThere(error) || isForbidden(error)) return undefined;
    throw error;
  });
}

type Seen = Pick<Attempt, 'replicas' | 'away' | 'ofOthers'>;

function attemptOn(existing: Existing, victim: Victim, seen: Seen, now: Now): Attempt {
  const { config, scenario, reach, confirm } = existing;
  return {
    scenario: scenario.id,
    reach,
    cluster: now.cluster,
    namespace: { name: config.namespace, labels: now.cluster.labelsOfNamespace },
    victims: [victim],
    ...seen,
    ...(chaosOf(scenario.id) === undefined ? {} : { through: 'chaos-mesh' }),
    confirmed: confirm,
    atMs: now.atMs,
  };
}

/** Beyond one component a person has to say that this is meant. */
function reachOf({ id, needs }: Pick<Scenario, 'id' | 'needs'>, { targets }: Translation): Reach {
  // There it is one pod, whatever it takes elsewhere.
  if (chaosOf(id) !== undefined) return 'component';
  if (needs.includes('sites') || needs.includes('machines')) return 'cluster';
  return targets.some(({ component }) => component === 'database') ? 'database' : 'component';
}

/** Job pods do not say of which release they are: of the only one, where there is no other. */
function ownReleaseOf({ component }: Target, { release, foreign }: DiscoveredSystem): readonly Labels[] {
  const isOnly = !foreign.some((name) => name.includes('(release '));
  return component === JOB_POD && release !== undefined && isOnly ? [{ [RELEASE_LABEL]: release }] : [];
}
