import { catalogue } from '../../../scenarios/index.ts';
import { reviewRights, keyOf } from '../../platforms/cluster/access-reviews.ts';
import { chooseCluster, type ChosenCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi, type GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import { ofCluster, ofNamespace, type Refusal } from '../../platforms/cluster/policy.ts';
import { rightsOfDiscovery, type Right } from '../../platforms/cluster/rights.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { NEEDED_FOR_RUNS, RUNNABLE } from '../../profiles/translate/needs.ts';
import { translateScenarios } from '../../profiles/translate/translate.ts';
import type { Translation } from '../../profiles/translate/translation.ts';
import { readSystem } from '../read-system.ts';
import { EXISTING_VARIANTS, rightsOf, type ScenarioRights } from './scenario-rights.ts';

/** One way of running a scenario, with the rights that it lacks. */
export interface ExaminedVariant extends ScenarioRights {
  readonly missing: readonly Right[];
}

export interface ExaminedScenario {
  readonly id: string;
  readonly isAllowed: boolean;
  /** Empty for one that cannot run on an Airbyte that is there already. */
  readonly variants: readonly ExaminedVariant[];
  /** What it would hit there; undefined where that may not be read. */
  readonly translation: Translation | undefined;
  /** Whether it can run as it is: every right, and what it hits. */
  readonly canRun: boolean;
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
  const ids = [...new Set<string>([...config.allow.scenarios, ...RUNNABLE])];
  const variants = RUNNABLE.flatMap((id) => EXISTING_VARIANTS.map((variant) => rightsOf(id, variant, config)));
  const all = variants.flatMap(({ rights }) => rights);
  const { who, missing } = await reviewRights(chosen, api, all);
  const isMissing = (right: Right): boolean => missing.some((one) => keyOf(one) === keyOf(right));
  const examined = variants.map((one) => ({ ...one, missing: one.rights.filter(isMissing) }));

  const identity = all.filter(({ resource }) => resource === 'namespaces');
  const refusals = identity.some(isMissing) ? undefined : await whyNot(chosen, api, config);
  const translations = await translate(chosen, config, isMissing);
  const scenarios = ids.map((id): ExaminedScenario => {
    const own = examined.filter((one) => one.id === id);
    const translation = translations.get(id);
    return {
      id,
      isAllowed: config.allow.scenarios.includes(id),
      variants: own,
      translation,
      canRun: own[0]?.missing.length === 0 && translation !== undefined && translation.takesAway !== 'nothing',
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
  { namespace, release }: ClusterConfig,
  isMissing: (right: Right) => boolean,
): Promise<ReadonlyMap<string, Translation>> {
  if (rightsOfDiscovery(namespace, NEEDED_FOR_RUNS).some(isMissing)) return new Map();
  const system = await readSystem(chosen, { namespace, release, only: NEEDED_FOR_RUNS });
  const ids = Object.keys(catalogue).map((id) => ({ id }));
  return new Map(translateScenarios(system, ids).map((one) => [one.scenario, one]));
}
