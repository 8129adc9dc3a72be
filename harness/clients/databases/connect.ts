import type { DatabaseCluster } from '../../core/database-cluster.ts';
import type { RunningStack } from '../../core/platform.ts';
import { connectPatroni } from './patroni.ts';

/**
 * The database cluster of a stack, by the provider that runs it.
 * @throws ChaosError `client` when none of its nodes answers.
 */
export function connectDatabaseCluster(
  stack: Pick<RunningStack, 'instances' | 'databaseStore'>,
): Promise<DatabaseCluster> {
  return connectPatroni(stack);
}
