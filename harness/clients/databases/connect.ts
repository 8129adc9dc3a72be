import type { DatabaseCluster } from '../../core/database-cluster.ts';
import type { Instance } from '../../core/platform.ts';
import { connectPatroni } from './patroni.ts';

/**
 * The database cluster of a stack, by the provider that runs it.
 * @throws ChaosError `client` when none of its nodes answers.
 */
export function connectDatabaseCluster(instances: readonly Instance[]): Promise<DatabaseCluster> {
  return connectPatroni(instances);
}
