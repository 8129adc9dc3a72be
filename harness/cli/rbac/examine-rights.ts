import { catalogue } from '../../../scenarios/index.ts';
import { reviewRights, keyOf } from '../../platforms/cluster/access-reviews.ts';
import { chooseCluster, type ChosenCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi, type GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import { ofCluster, ofNamespace, type Refusal } from '../../platforms/cluster/policy.ts';
import { rightsOfDiscovery, type Right } from '../../platforms/cluster/rights.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { chaosOf, NEEDED_FOR_RUNS, SITE_LOSS, WITH_RIGHTS } from '../../profiles/translate/needs.ts';
import { translateScenarios } from '../../profiles/translate/translate.ts';
import { readSystem } from '../read-system.ts';
import { rightsOf, variantsOf, type ScenarioRights } from './scenario-rights.ts';

/** One way of running a scenario, with the rights that it lacks. */
export interface ExaminedVariant extends ScenarioRights {
  readonly missing: readonly Right[];
}

export interface ExaminedScenario {
  readonly id: string;
  readonly isAllowed: boolean;
  /** Empty for one that cannot run on an Airbyte that is there already. */
  readonly variants: readonly ExaminedVariant[];
  /** Whether there is something that it could hit, and why; undefined where that may not be read. */
  readonly here: Here | undefined;
  /** Whether it can run as it is: every right, and what it hits. */
  readonly canRun: boolean;
}

export interface Here {
  readonly isPossible: boolean;
  /** `"worker" is 4 things here` */
  readonly because: string;
}

/** What a cluster says of the rights of who asks. */
export interface Examination {
  readonly context: string;
  readonly server: string;
  readonly who: string;
  /** Why nothing may be broken there; undefined where the cluster may not be seen. */
  readonly refusals: readonly Refusal[] | undefined;
  readonly scenarios: readonly ExaminedScenario[];
}

/**
 * Asks a cluster for each right of each scenario, which cluster it is, and what scenarios would hit there. Only reads.
 * @throws ChaosError as {@link chooseCluster}, {@link reviewRights}, {@link seeCluster} and {@link readSystem} do.
 */
export async function examineRights(config: ClusterConfig): Promise<Examination> {
  const chosen = await chooseCluster(config.cluster);
  const api = await guardApi(chosen.config);
  const ids = [...new Set<string>([...config.allow.scenarios, ...WITH_RIGHTS])];
  const variants = WITH_RIGHTS.flatMap((id) => variantsOf(id).map((variant) => rightsOf(id, variant, config)));
  const all = variants.flatMap(({ rights }) => rights);
  const { who, missing } = await reviewRights(chosen, api, all);
  const isMissing = (right: Right): boolean => missing.some((one) => keyOf(one) === keyOf(right));
  const examined = variants.map((one) => ({ ...one, missing: one.rights.filter(isMissing) }));

  const identity = all.filter(({ resource }) => resource === 'namespaces');
  const refusals = identity.some(isMissing) ? undefined : await whyNot(chosen, api, config);
  const translations = await translate(chosen, config, isMissing);
  const scenarios = ids.map((id): ExaminedScenario => {
    const own = examined.filter((one) => one.id === id);
    const here = translations.get(id);
    return {
      id,
      isAllowed: config.allow.scenarios.includes(id),
      variants: own,
      here,
      canRun: own[0]?.missing.length === 0 && here?.isPossible === true,
    };
  });
  return { context: chosen.context, server: chosen.server, who, refusals, scenarios };
}

/** Why nothing may be broken in what the configuration leads to. */
async function whyNot(chosen: ChosenCluster, { core }: GuardedApi, config: ClusterConfig): Promise<readonly Refusal[]> {
  const { labelsOfNamespace: labels, ...cluster } = await seeCluster(chosen, core, config.namespace);
  const namespace = { name: config.namespace, labels };
  return [...ofCluster(config, { cluster }), ...ofNamespace(config, { namespace })];
}

/** What each scenario would hit, by what may be read; nothing where too little may. */
async function translate(
  chosen: ChosenCluster,
  { namespace, release, recovery, allow }: ClusterConfig,
  isMissing: (right: Right) => boolean,
): Promise<ReadonlyMap<string, Here>> {
  if (rightsOfDiscovery(namespace, NEEDED_FOR_RUNS).some(isMissing)) return new Map();
  const system = await readSystem(chosen, { namespace, release, only: NEEDED_FOR_RUNS, asksForTools: true });
  const ids = Object.keys(catalogue).map((id) => ({ id }));
  const here = translateScenarios(system, ids).map(({ scenario, takesAway, because }): [string, Here] => [
    scenario,
    chaosOf(scenario) !== undefined && !allow.chaosMesh
      ? { isPossible: false, because: 'the configuration does not allow Chaos Mesh (allow.chaosMesh)' }
      : { isPossible: takesAway !== 'nothing', because },
  ]);
  return new Map([...here, [SITE_LOSS, siteLoss(recovery)]]);
}

function siteLoss(recovery: ClusterConfig['recovery']): Here {
  return recovery === undefined
    ? { isPossible: false, because: 'the configuration names no commands that recover it (recovery)' }
    : { isPossible: true, because: 'its operator’s own commands recover it' };
}
