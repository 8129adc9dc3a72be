import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { Observations, ReplicationSeen } from '../../core/audit-observations.ts';
import type { DatabaseTopology } from '../../core/database-cluster.ts';
import { cannotTell, judgeSeen, met, notMet, point, type Asked } from './aspects.ts';

const FAILOVER: Asked = { id: 'failover', title: 'A standby is ready to take over' };
const REPLICATION: Asked = { id: 'replication', title: 'The primary is streaming to a standby, and waits for it' };
const BUNDLED: Asked = { id: 'bundled', title: 'The database is not the single one of the chart' };
/** The bundled PostgreSQL of Airbyte's chart is one replica on a volume of 500 MiB (facts: airbyte.md §0). */
const USE_EXTERNAL =
  'Use a database with automatic failover (RDS Multi-AZ, Cloud SQL HA, Patroni): postgresql.enabled=false and global.database.*.';
/** An acknowledged write may be lost with the primary under these (PostgreSQL, `synchronous_commit`). */
const DOES_NOT_WAIT = new Set(['off', 'local']);

/** Database HA is on: by what the provider and the primary themselves say now, never by a setting alone. */
export function judgeDatabase(observed: Observations): AuditPoint {
  const aspects: AuditAspect[] = [];
  const bundled = bundledDatabase(observed);
  if (bundled !== undefined) aspects.push(bundled);
  if (observed.topology !== undefined) aspects.push(judgeSeen(FAILOVER, observed.topology, judgeTopology));
  if (observed.replication !== undefined) aspects.push(judgeSeen(REPLICATION, observed.replication, judgeReplication));
  if (observed.topology === undefined && bundled === undefined)
    aspects.push(
      cannotTell(
        FAILOVER,
        'Who fails the database over is not known.',
        'Name the database in chaos.config.yaml: audit.database {provider: rds or cloud-sql, instance: NAME}.',
      ),
    );
  return point({ id: 'database_ha', number: 1, title: 'Database high availability is on' }, aspects);
}

function bundledDatabase({ platform, components }: Observations): AuditAspect | undefined {
  if (platform !== 'cluster' || components.is === 'unknown') return undefined;
  const database = components.value.find(({ component }) => component === 'database');
  if (database === undefined || database.wanted > 1) return undefined;
  return notMet(BUNDLED, `${database.workload} is the only database: ${database.wanted} replica.`, USE_EXTERNAL);
}

function judgeTopology({ members, leader, isRedundant, lacks }: DatabaseTopology): AuditAspect {
  const standbys = members.filter(({ role }) => role === 'replica');
  const shown = members.map(({ name, role, state }) => `${name} ${role} ${state}`).join(', ');
  if (!isRedundant)
    return notMet(
      FAILOVER,
      `Not redundant: ${lacks ?? 'no reason is known'}. Members: ${shown || 'none'}.`,
      'Bring the standby back, and turn synchronous replication on; `npm run chaos -- database --provider …` shows each member.',
    );
  if (standbys.some(({ mayBePromoted }) => mayBePromoted !== false) || standbys.length === 0)
    return met(FAILOVER, `Led by ${leader ?? 'its primary'}: ${shown}.`);
  return notMet(FAILOVER, `No standby may be promoted: ${shown}.`, 'Take the tag nofailover off at least one standby.');
}

function judgeReplication({ isStandby, synchronousCommit, standbys }: ReplicationSeen): AuditAspect {
  if (isStandby)
    return cannotTell(REPLICATION, 'What answered is a standby, not the primary.', 'Name the primary’s address.');
  const streaming = standbys.filter(({ state }) => state === 'streaming');
  const shown = standbys
    .map(({ name, state, syncState, lagBytes }) => `${name} ${state} (${syncState}, ${lagBytes ?? '?'} bytes behind)`)
    .join(', ');
  if (streaming.length === 0)
    return notMet(
      REPLICATION,
      `No standby is streaming: ${shown || 'pg_stat_replication is empty'}.`,
      'Start the standbys, and look into their logs for why they do not follow.',
    );
  if (!streaming.some(({ syncState }) => syncState === 'sync' || syncState === 'quorum'))
    return notMet(
      REPLICATION,
      `No standby is synchronous: ${shown}. A failover loses what was not sent yet.`,
      'Turn synchronous replication on (Patroni: synchronous_mode).',
    );
  if (DOES_NOT_WAIT.has(synchronousCommit))
    return notMet(
      REPLICATION,
      `synchronous_commit is ${synchronousCommit}: the primary does not wait for its standby (${shown}).`,
      'Set synchronous_commit to on.',
    );
  return met(REPLICATION, `${shown}; synchronous_commit ${synchronousCommit}.`);
}
