import type { Cluster } from './clusters.ts';
import { kubectlOn, type DeployOptions } from './deploy-stack.ts';

/** All of them belong to the user `temporal`, as the job `databases` made them. */
const DATABASES = ['temporal', 'temporal_visibility'];

/**
 * Makes the databases of Temporal anew, without a table, as they are where Temporal's own database was in no backup. Nothing may be connected that is to
 * stay: connections are closed.
 * @throws ChaosError `platform` with what PostgreSQL said.
 */
export async function emptyTemporalDatabases(
  cluster: Pick<Cluster, 'name'>,
  options: Pick<DeployOptions, 'tools' | 'signal'>,
): Promise<void> {
  const kubectl = kubectlOn(cluster, options);
  await kubectl('--namespace', 'database', 'exec', 'statefulset/patroni', '--', 'bash', '-euc', emptyingScript());
}

/** Through the address of the primary, from whichever member it is run in. */
export function emptyingScript(): string {
  const statements = DATABASES.flatMap((database) => [
    `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`,
    `CREATE DATABASE ${database} OWNER temporal`,
  ]);
  const psql = 'PGPASSWORD="$PATRONI_SUPERUSER_PASSWORD" psql -X -v ON_ERROR_STOP=1 -h airbyte-postgres-ha -U postgres';
  return `${psql} ${statements.map((statement) => `-c '${statement}'`).join(' ')}`;
}
