import type { DBCluster, DBInstance, RDSClient, RDSClientConfig } from '@aws-sdk/client-rds';
import type { DatabaseCluster, DatabaseEvent } from '../../core/database-cluster.ts';
import { ChaosError } from '../../core/errors.ts';
import { parseWall, refuseFailover, withTimeLimit } from './provider-error.ts';
import { rdsError } from './rds-errors.ts';
import { rdsEventId } from './rds-events.ts';
import { clusterTopology, instanceTopology } from './rds-topology.ts';

export interface RdsOptions {
  /** Identifier of a DB instance, of a Multi-AZ DB cluster or of an Aurora cluster. A member of a cluster means its cluster. */
  readonly name: string;
  /** Left out: the one of the AWS configuration (`AWS_REGION`, the profile). */
  readonly region?: string;
  /** Left out: the one of the region. */
  readonly endpoint?: string;
  /** Milliseconds since 1970; only asks for enough of the past, nothing is computed from it. */
  readonly now?: () => number;
}

/** Attempts of a call that changes nothing; the SDK backs off between them when it is throttled. */
const READ_ATTEMPTS = 3;
const CONNECT_TIMEOUT_MS = 3000;
const ANSWER_TIMEOUT_MS = 10_000;
/** For all attempts of one call, or all pages of one question. */
const CALL_LIMIT_MS = 30_000;
/** RDS keeps events for 14 days (API Reference, DescribeEvents). */
const KEPT_MINUTES = 14 * 24 * 60;
/** Between the clock of this machine and that of RDS. */
const CLOCK_TOLERANCE_MINUTES = 5;

type Target =
  | { readonly kind: 'instance'; readonly id: string; readonly instance: DBInstance }
  | {
      readonly kind: 'cluster';
      readonly id: string;
      readonly cluster: DBCluster;
      readonly instances: readonly DBInstance[];
    };

/**
 * A database on Amazon RDS. Credentials come from the SDK's default chain (environment, profile, container or instance role).
 * Every call throws ChaosError `client` when RDS does not answer or refuses, `no-target` when it does not know the
 * database, `environment` when there are no credentials, `usage` without a region.
 */
export async function connectRds(options: RdsOptions): Promise<DatabaseCluster> {
  const sdk = await import('@aws-sdk/client-rds');
  const { name, now = Date.now } = options;
  const config: RDSClientConfig = {
    ...(options.region === undefined ? {} : { region: options.region }),
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    requestHandler: {
      connectionTimeout: CONNECT_TIMEOUT_MS,
      requestTimeout: ANSWER_TIMEOUT_MS,
      throwOnRequestTimeout: true,
    },
  };
  const reader = new sdk.RDSClient({ ...config, maxAttempts: READ_ATTEMPTS });
  // A failover is asked for once: a second request after a lost answer could bring it back to where it was.
  const once = new sdk.RDSClient({ ...config, maxAttempts: 1 });

  async function call<T>(action: string, signal: AbortSignal, work: (limited: AbortSignal) => Promise<T>): Promise<T> {
    try {
      return await work(withTimeLimit(signal, CALL_LIMIT_MS));
    } catch (error) {
      signal.throwIfAborted();
      throw rdsError(action, error, await secretsOf(reader));
    }
  }

  async function findInstance(signal: AbortSignal): Promise<DBInstance | undefined> {
    const command = new sdk.DescribeDBInstancesCommand({ DBInstanceIdentifier: name });
    return call('DescribeDBInstances', signal, async (abortSignal) => {
      const { DBInstances: found = [] } = await reader.send(command, { abortSignal });
      return found[0];
    }).catch((error: unknown) => {
      if (error instanceof ChaosError && error.code === 'no-target') return undefined;
      throw error;
    });
  }

  async function look(signal: AbortSignal): Promise<Target> {
    const instance = await findInstance(signal);
    if (instance !== undefined && instance.DBClusterIdentifier === undefined) {
      return { kind: 'instance', id: instance.DBInstanceIdentifier ?? name, instance };
    }
    const id = instance?.DBClusterIdentifier ?? name;
    const cluster = await call('DescribeDBClusters', signal, async (abortSignal) => {
      const command = new sdk.DescribeDBClustersCommand({ DBClusterIdentifier: id });
      return (await reader.send(command, { abortSignal })).DBClusters?.[0];
    });
    if (cluster === undefined) throw unknownDatabase(id);
    const instances = await call('DescribeDBInstances', signal, async (abortSignal) => {
      const Filters = [{ Name: 'db-cluster-id', Values: [id] }];
      return (await reader.send(new sdk.DescribeDBInstancesCommand({ Filters }), { abortSignal })).DBInstances ?? [];
    });
    return { kind: 'cluster', id, cluster, instances };
  }

  async function eventsOf(type: 'db-instance' | 'db-cluster', id: string, since: number, signal: AbortSignal) {
    const minutes = Math.ceil((now() - since) / 60_000) + CLOCK_TOLERANCE_MINUTES;
    const Duration = Math.min(Math.max(minutes, 1), KEPT_MINUTES);
    const found: DatabaseEvent[] = [];
    await call('DescribeEvents', signal, async (abortSignal) => {
      const input = { SourceType: type, SourceIdentifier: id, Duration, MaxRecords: 100 };
      for await (const page of sdk.paginateDescribeEvents({ client: reader }, input, { abortSignal })) {
        for (const { Date: date, Message = '', EventCategories } of page.Events ?? []) {
          if (date === undefined || date.getTime() < since) continue;
          found.push({ id: rdsEventId(Message, EventCategories), wall: date.toISOString(), text: Message });
        }
      }
    });
    return found;
  }

  return {
    id: 'rds',
    async topology(signal) {
      const target = await look(signal);
      return target.kind === 'instance'
        ? instanceTopology(target.instance)
        : clusterTopology(target.cluster, target.instances);
    },
    async requestFailover(signal) {
      const target = await look(signal);
      if (target.kind === 'instance') {
        if (target.instance.MultiAZ !== true) {
          const tryThis = 'Make it a Multi-AZ deployment (ModifyDBInstance, MultiAZ) or name another one.';
          throw refuseFailover(target.id, 'it is not a Multi-AZ deployment', tryThis);
        }
        const command = new sdk.RebootDBInstanceCommand({ DBInstanceIdentifier: target.id, ForceFailover: true });
        const { DBInstance: after } = await call('RebootDBInstance', signal, (abortSignal) =>
          once.send(command, { abortSignal }),
        );
        return `RebootDBInstance with ForceFailover was accepted; ${target.id} is ${after?.DBInstanceStatus ?? 'in a state that RDS did not name'}`;
      }
      if ((target.cluster.DBClusterMembers ?? []).length < 2) {
        throw refuseFailover(target.id, 'the cluster has no reader', 'Add a reader in another zone.');
      }
      const command = new sdk.FailoverDBClusterCommand({ DBClusterIdentifier: target.id });
      const { DBCluster: after } = await call('FailoverDBCluster', signal, (abortSignal) =>
        once.send(command, { abortSignal }),
      );
      return `FailoverDBCluster was accepted; ${target.id} is ${after?.Status ?? 'in a state that RDS did not name'}`;
    },
    async eventsSince(wall, signal) {
      const since = parseWall(wall);
      const target = await look(signal);
      if (target.kind === 'instance') return inOrder(await eventsOf('db-instance', target.id, since, signal));
      const sources = [
        eventsOf('db-cluster', target.id, since, signal),
        ...(target.cluster.DBClusterMembers ?? []).map(({ DBInstanceIdentifier: id = '' }) =>
          eventsOf('db-instance', id, since, signal),
        ),
      ];
      return inOrder((await Promise.all(sources)).flat());
    },
    async close() {
      reader.destroy();
      once.destroy();
    },
  };
}

function inOrder(events: readonly DatabaseEvent[]): DatabaseEvent[] {
  return events.toSorted((a, b) => a.wall.localeCompare(b.wall));
}

function unknownDatabase(id: string): ChaosError {
  return new ChaosError({ code: 'no-target', message: `RDS described no database ${id}, and no error either.` });
}

/** What must not be in an error. Empty when there are no credentials: then there is nothing to hide. */
async function secretsOf(client: RDSClient): Promise<readonly string[]> {
  try {
    const { secretAccessKey, sessionToken = '' } = await client.config.credentials();
    return [secretAccessKey, sessionToken];
  } catch {
    return [];
  }
}
