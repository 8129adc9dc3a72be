import { failureWebhooks, type CallAirbyte } from '../../clients/audit/notifications.ts';
import { readReplication } from '../../clients/audit/read-replication.ts';
import { tryWebhook } from '../../clients/audit/try-webhook.ts';
import { connectDatabase } from '../../clients/databases/providers.ts';
import { listWorkspaces } from '../../clients/monitor/list-workspaces.ts';
import { monitorApi, type MonitorApi } from '../../clients/monitor/monitor-api.ts';
import { connectSql, type SqlOptions } from '../../clients/sql.ts';
import { unseen, type Observations, type Seen, type TestAlertSeen } from '../../core/audit-observations.ts';
import { ChaosError } from '../../core/errors.ts';
import { chooseCluster, type ChosenCluster } from '../../platforms/cluster/choose-cluster.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi, type GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { readinessOf } from '../../profiles/readiness.ts';
import { apiCredentials, readReference } from '../existing/api-credentials.ts';
import { readWithObjects } from '../read-system.ts';
import { look } from './look.ts';
import { observeBackups, type BackupsSeen } from './observe-backups.ts';
import type { ObserveOptions } from './observe-stack.ts';

const API_TIMEOUT_MS = 20_000;

export interface ClusterObserveOptions extends ObserveOptions {
  /** Somebody asked for a test alert: without that, nothing is sent. */
  readonly mayTestAlert: boolean;
}

type OfCluster = Omit<Observations, 'at' | 'platform' | 'drills' | 'runbooks'>;

/**
 * What an existing cluster shows, and what the configuration says can be asked beside it. Only reads, but for the test alert where it was asked for.
 * @throws ChaosError `config` where the context leads to another cluster than the configuration's; as `readSystem` does.
 */
export async function observeCluster(
  config: ClusterConfig,
  { signal, say, mayTestAlert }: ClusterObserveOptions,
): Promise<OfCluster> {
  const cluster = await chooseCluster(config.cluster);
  const api = await guardApi(cluster.config);
  await requireSameCluster(config, cluster, api);
  const { namespace, release, audit } = config;
  say(`Reading namespace ${namespace} of context ${cluster.context} (${cluster.server}); nothing is changed.`);
  const { objects, system } = await readWithObjects(cluster, { namespace, release });
  const inSql = audit.sql;
  const valueOf: ValueOf = (what, reference) => readReference({ api, namespace }, what, reference);
  const sql = inSql === undefined ? undefined : await look(() => sqlOf(inSql, valueOf));
  return {
    ...readinessOf(objects, system),
    topology: await topologyOf(config, signal),
    replication: sql === undefined ? undefined : sql.is === 'unknown' ? sql : await replicationOf(sql.value),
    ...(await backupsOf(config, { sql, valueOf, signal })),
    ...(await alertsOf(config, api, { signal, say, mayTestAlert })),
  };
}

/** An audit of another cluster under the same name would say that this one is ready. */
async function requireSameCluster(config: ClusterConfig, chosen: ChosenCluster, { core }: GuardedApi): Promise<void> {
  const is = await seeCluster(chosen, core, config.namespace);
  const { server, kubeSystemUid, context } = config.cluster;
  if (is.kubeSystemUid === kubeSystemUid && new URL(server).host === chosen.server) return;
  throw new ChaosError({
    code: 'config',
    message: `Context ${context} leads to another cluster than the configuration is for.`,
    lastState: `${chosen.server}, kube-system ${is.kubeSystemUid}`,
    tryThis: 'Name the right context, or write the configuration anew: npm run chaos -- init',
  });
}

async function topologyOf({ audit: { database } }: ClusterConfig, signal: AbortSignal): Promise<OfCluster['topology']> {
  if (database === undefined) return undefined;
  const { provider, instance: name, region, project, endpoint } = database;
  return look(async () => {
    const managed = await connectDatabase(provider, {
      name,
      environment: process.env,
      ...(region === undefined ? {} : { region }),
      ...(project === undefined ? {} : { project }),
      ...(endpoint === undefined ? {} : { endpoint }),
    });
    try {
      return await managed.topology(signal);
    } finally {
      await managed.close();
    }
  });
}

type Audit = ClusterConfig['audit'];
type ValueOf = (what: string, reference: NonNullable<Audit['sql']>['user']) => Promise<string>;

async function sqlOf(
  { host, port, database, user, password }: NonNullable<Audit['sql']>,
  valueOf: ValueOf,
): Promise<SqlOptions> {
  return {
    host,
    port,
    database,
    user: await valueOf('audit.sql.user', user),
    password: password === undefined ? '' : await valueOf('audit.sql.password', password),
  };
}

async function replicationOf(options: SqlOptions): Promise<NonNullable<OfCluster['replication']>> {
  return look(async () => {
    const sql = await connectSql(options);
    try {
      return await readReplication(sql);
    } finally {
      await sql.close();
    }
  });
}

async function backupsOf(
  { audit: { backups } }: ClusterConfig,
  {
    sql,
    valueOf,
    signal,
  }: {
    readonly sql: Seen<SqlOptions> | undefined;
    readonly valueOf: ValueOf;
    readonly signal: AbortSignal;
  },
): Promise<BackupsSeen> {
  const nowhere = (because: string, tryThis: string): BackupsSeen => {
    const none = unseen(because, tryThis);
    return { baseBackups: none, archive: none, exports: none };
  };
  if (backups === undefined)
    return nowhere(
      'Where backups are kept is not in the configuration.',
      'Name the store in chaos.config.yaml: audit.backups {endpoint, bucket, server, accessKey, secretKey}.',
    );
  if (sql === undefined || sql.is === 'unknown')
    return nowhere(
      `What the store holds cannot be compared with the database: ${sql?.because ?? 'the database is not in the configuration'}`,
      'Name the database in chaos.config.yaml: audit.sql {host, port, user, password}.',
    );
  const { endpoint, region, bucket, server, exports, accessKey, secretKey } = backups;
  const url = new URL(endpoint);
  const isSecure = url.protocol === 'https:';
  const at = { host: url.hostname, port: Number(url.port || (isSecure ? 443 : 80)), isSecure };
  const keys = await look(async () => ({
    accessKey: await valueOf('audit.backups.accessKey', accessKey),
    secretKey: await valueOf('audit.backups.secretKey', secretKey),
  }));
  if (keys.is === 'unknown') return nowhere(keys.because, keys.tryThis ?? 'Name where the keys are.');
  const location = { at, bucket, server, exports, ...keys.value, ...(region === undefined ? {} : { region }) };
  return observeBackups({ location, sql: sql.value, signal });
}

async function alertsOf(
  config: ClusterConfig,
  guarded: GuardedApi,
  { signal, say, mayTestAlert }: ClusterObserveOptions,
): Promise<Pick<OfCluster, 'notifications' | 'testAlert'>> {
  const { api: url } = config.endpoints;
  if (url === undefined) {
    const none = unseen(
      'Where Airbyte’s API is reached is not in the configuration.',
      'Name it in chaos.config.yaml: endpoints.api.',
    );
    return { notifications: none, testAlert: none };
  }
  const opened = await look(async () => {
    const credentials = await apiCredentials(config, guarded);
    return monitorApi({ url: new URL(url), credentials, timeoutMs: API_TIMEOUT_MS, signal });
  });
  if (opened.is === 'unknown') return { notifications: opened, testAlert: opened };
  const api = opened.value;
  const call: CallAirbyte = async (path, body, schema) => {
    const called = await api.post(path, body, schema);
    if (called.ok) return called.value;
    throw new ChaosError({ code: 'client', message: called.detail });
  };
  try {
    const webhooks = await look(async () => failureWebhooks(await workspacesOf(api)));
    if (webhooks.is === 'unknown') return { notifications: webhooks, testAlert: webhooks };
    const notifications = { is: 'seen', value: webhooks.value.map(({ seen }) => seen) } as const;
    const distinct = [...new Set(webhooks.value.flatMap(({ webhook }) => (webhook === undefined ? [] : [webhook])))];
    return { notifications, testAlert: await testAlertOf(call, distinct, config, { signal, say, mayTestAlert }) };
  } finally {
    api.close();
  }
}

/** @throws ChaosError `client` where not all could be read. */
async function workspacesOf(api: MonitorApi): Promise<Parameters<typeof failureWebhooks>[0]> {
  const { items, gaps } = await listWorkspaces(api);
  const [gap] = gaps;
  if (gap !== undefined) throw new ChaosError({ code: 'client', message: gap.sentence });
  return items;
}

/** Every address is tried; the first from which nothing arrives decides. */
async function testAlertOf(
  call: CallAirbyte,
  webhooks: readonly string[],
  { audit: { alertSink } }: ClusterConfig,
  { signal, say, mayTestAlert }: ClusterObserveOptions,
): Promise<Seen<TestAlertSeen>> {
  if (webhooks.length === 0)
    return unseen(
      'None was sent: no workspace has a webhook for failed syncs.',
      'Set who is told of a failed sync first.',
    );
  if (!mayTestAlert)
    return unseen(
      'None was sent: on an existing system nothing is sent unless it is asked for.',
      'Add --send-test-alert; somebody will receive it.',
    );
  say('Asking Airbyte to send its test notification …');
  const url = alertSink === undefined ? undefined : new URL(alertSink);
  const sink = url === undefined ? undefined : { host: url.hostname, port: Number(url.port || 80) };
  let last: Seen<TestAlertSeen> = unseen('None was sent.');
  for (const webhook of webhooks) {
    last = await tryWebhook(call, { webhook, sink, signal });
    if (last.is === 'unknown' || last.value.outcome !== 'arrived') break;
  }
  return last;
}
