import { ChaosError } from '../../core/errors.ts';
import type { ReplicationSeen } from '../../core/audit-observations.ts';
import type { SqlClient } from '../sql.ts';

interface ServerRow {
  readonly standby: boolean;
  readonly commit: string;
}

interface StandbyRow {
  readonly name: string;
  /** Null for who may not see it. */
  readonly state: string | null;
  readonly sync: string | null;
  readonly behind: string | null;
}

/** Programs that receive the log and can take nothing over. */
const NO_STANDBYS = ['pg_receivewal', 'pg_basebackup', 'barman_receive_wal'];

/**
 * What a PostgreSQL server says of its standbys. Only reads.
 * @throws ChaosError `client` when it does not answer, or does not show them to this user (`pg_monitor`).
 */
export async function readReplication(sql: SqlClient): Promise<ReplicationSeen> {
  const [server] = await sql.query<ServerRow>(
    "SELECT pg_is_in_recovery() AS standby, current_setting('synchronous_commit') AS commit",
  );
  const isStandby = server?.standby === true;
  const rows = isStandby
    ? []
    : await sql.query<StandbyRow>(
        `SELECT application_name AS name, state, sync_state AS sync,
           pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn)::text AS behind
         FROM pg_stat_replication WHERE application_name <> ALL($1) AND state IS DISTINCT FROM 'backup' ORDER BY 1`,
        [NO_STANDBYS],
      );
  if (rows.some(({ state }) => state === null)) {
    throw new ChaosError({
      code: 'client',
      message: 'pg_stat_replication hides its state from this user.',
      tryThis: 'GRANT pg_monitor TO the user of the audit.',
    });
  }
  return {
    isStandby,
    synchronousCommit: server?.commit ?? 'unknown',
    standbys: rows.map(({ name, state, sync, behind }) => ({
      name,
      state: state ?? 'unknown',
      syncState: sync ?? 'unknown',
      lagBytes: behind === null ? undefined : Number(behind),
    })),
  };
}
