import type { Scenario } from '../core/scenario.ts';
import { chooseCluster } from '../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../platforms/cluster/cluster-config.ts';
import { guardApi } from '../platforms/cluster/guarded-api.ts';
import { OPERATIONS, type ChangingRequest } from '../platforms/cluster/operations.ts';
import {
  refusalsOf,
  RELEASE_LABEL,
  type Attempt,
  type Labels,
  type Reach,
  type Refusal,
  type Victim,
} from '../platforms/cluster/policy.ts';
import { podsOf, labelsOfWorkload } from '../platforms/cluster/running-pods.ts';
import { seeCluster, type ClusterView } from '../platforms/cluster/see-cluster.ts';
import type { DiscoveredSystem } from '../profiles/discovered-system.ts';
import { translateScenarios } from '../profiles/translate/translate.ts';
import type { Target, Translation } from '../profiles/translate/translation.ts';
import { wantedReplicas } from '../profiles/wanted-replicas.ts';
import { readSystem } from './read-system.ts';

/** A pod that a run could hit, with what it would ask of the API server, and what speaks against it. */
export interface Candidate {
  readonly name: string;
  readonly node: string | undefined;
  readonly request: ChangingRequest;
  readonly refusals: readonly Refusal[];
}

/** What a scenario would hit in an existing cluster. */
export interface PossibleVictims {
  readonly cluster: ClusterView;
  readonly system: DiscoveredSystem;
  readonly translation: Translation;
  readonly targets: readonly { readonly target: Target; readonly candidates: readonly Candidate[] }[];
}

export interface VictimsRequest {
  readonly config: ClusterConfig;
  readonly scenario: Scenario;
  readonly objective: { readonly recoverySeconds: number; readonly source: string } | undefined;
  readonly confirm: string | undefined;
  /** Milliseconds since 1970. */
  readonly atMs: number;
}

/**
 * Looks for what a scenario would hit, and holds each against what the configuration allows. Only reads.
 * @throws ChaosError as {@link chooseCluster}, {@link seeCluster} and {@link readSystem} do.
 */
export async function findVictims({
  config,
  scenario,
  objective,
  confirm,
  atMs,
}: VictimsRequest): Promise<PossibleVictims> {
  const { namespace, release } = config;
  const chosen = await chooseCluster(config.cluster);
  const api = await guardApi(chosen.config);
  const cluster = await seeCluster(chosen, api.core, namespace);
  const system = await readSystem(chosen, { namespace, release });
  const [translation] = translateScenarios(system, [{ id: scenario.id, objective }]);
  if (translation === undefined) throw new Error('a scenario has one translation');
  const replicas = wantedReplicas(system);
  const reach = reachOf(scenario, translation);
  const targets = await Promise.all(
    translation.targets.map(async (target) => {
      const pods = await podsOf(api, namespace, target.selector);
      const ofOwner = await labelsOfWorkload(api, namespace, target.workload);
      const counts =
        target.component === 'job-pod' ? new Map([...replicas, [target.component, pods.length]]) : replicas;
      const candidates = pods.map((pod): Candidate => {
        const labels = [pod.labels, ...ofOwner, ...ownReleaseOf(target, system)];
        const victim: Victim = { namespace, name: pod.name, uid: pod.uid, component: target.component, labels };
        const attempt: Attempt = {
          scenario: scenario.id,
          reach,
          cluster,
          namespace: { name: namespace, labels: cluster.labelsOfNamespace },
          victims: [victim],
          replicas: counts,
          confirmed: confirm,
          atMs,
        };
        const refusals = refusalsOf(config, attempt);
        return { name: victim.name, node: pod.node, request: OPERATIONS.delete.requestFor(victim), refusals };
      });
      return { target, candidates };
    }),
  );
  return { cluster, system, translation, targets };
}

/** Beyond one component a person has to say that this is meant. */
function reachOf({ needs }: Scenario, { targets }: Translation): Reach {
  if (needs.includes('sites') || needs.includes('machines')) return 'cluster';
  return targets.some(({ component }) => component === 'database') ? 'database' : 'component';
}

/** Job pods do not say of which release they are: of the only one, where there is no other. */
function ownReleaseOf({ component }: Target, { release, foreign }: DiscoveredSystem): readonly Labels[] {
  const isOnly = !foreign.some((name) => name.includes('(release '));
  return component === 'job-pod' && release !== undefined && isOnly ? [{ [RELEASE_LABEL]: release }] : [];
}
