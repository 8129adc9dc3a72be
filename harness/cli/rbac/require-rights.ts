import { ChaosError } from '../../core/errors.ts';
import { reviewRights } from '../../platforms/cluster/access-reviews.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi } from '../../platforms/cluster/guarded-api.ts';
import { describeRight } from '../../platforms/cluster/rights.ts';
import { takesRights } from '../../profiles/translate/needs.ts';
import { rightsOf } from './scenario-rights.ts';

export interface PlannedRun {
  readonly scenario: string;
  readonly variant: string | undefined;
  readonly config: ClusterConfig;
  /** As the user named it. */
  readonly file: string;
}

/**
 * Why a run would lack rights; undefined where it lacks none, or could not be run anyway.
 * @throws ChaosError as {@link chooseCluster} and {@link reviewRights} do.
 */
export async function lackOfRights({ scenario, variant, config, file }: PlannedRun): Promise<ChaosError | undefined> {
  if (!takesRights(scenario)) return undefined;
  const { rights } = rightsOf(scenario, variant === 'evicted' ? 'evicted' : 'default', config);
  const chosen = await chooseCluster(config.cluster);
  const { who, missing } = await reviewRights(chosen, await guardApi(chosen.config), rights);
  if (missing.length === 0) return undefined;
  const how = variant === 'evicted' ? `${scenario} --variant evicted` : scenario;
  return new ChaosError({
    code: 'config',
    message: `${how} cannot be run, and nothing was touched: ${who} lacks ${missing.map(describeRight).join(', ')}.`,
    tryThis: `Somebody who may give rights: npm run chaos -- rbac ${how} --config ${file} | kubectl apply -f -. For whom you are: --subject`,
  });
}
