import { connectAirbyteApi } from '../../clients/airbyte-api.ts';
import { failureWebhooks } from '../../clients/audit/notifications.ts';
import { workspacesReply } from '../../clients/monitor/monitor-replies.ts';
import { readReplication } from '../../clients/audit/read-replication.ts';
import { connectDatabaseCluster } from '../../clients/databases/connect.ts';
import { connectSql } from '../../clients/sql.ts';
import { unseen, type ComponentSeen, type Observations } from '../../core/audit-observations.ts';
import type { Instance, RunningStack } from '../../core/platform.ts';
import { sendTestAlert } from '../../workload/test-alert.ts';
import { look } from './look.ts';
import { NO_BACKUPS, observeBackups, type BackupsSeen } from './observe-backups.ts';

/** Provided by every platform in its own way, and not by Airbyte's components. */
type OfStack = Pick<Observations, 'topology' | 'replication' | 'notifications' | 'testAlert'> & BackupsSeen;

/** In the order in which it is said. */
export type Say = (text: string) => void;

export interface ObserveOptions {
  readonly signal: AbortSignal;
  readonly say: Say;
}

/** What a stack of the harness's own shows beside its objects: the database, its backups, and whether an alert arrives. */
export async function observeStack(stack: RunningStack, { signal, say }: ObserveOptions): Promise<OfStack> {
  say('Asking the database for its standbys …');
  const topology = await look(async () => {
    const cluster = await connectDatabaseCluster(stack);
    try {
      return await cluster.topology(signal);
    } finally {
      await cluster.close();
    }
  });
  // Only where loopback is trusted: elsewhere the stack's user may not see them, and Patroni asks for itself.
  const replication = stack.databaseStore === undefined ? await look(() => replicationOf(stack)) : undefined;
  say('Looking for backups and the archive of the log in the object store …');
  const { backups } = stack;
  const location =
    backups === undefined ? undefined : { ...backups, at: stack.endpoint('object-store'), exports: 'exports/' };
  const sql = { ...stack.endpoint('database'), ...stack.credentials, database: 'db-airbyte' };
  const ofBackups = location === undefined ? NO_BACKUPS : await observeBackups({ location, sql, signal });
  const notifications = await look(async () => {
    const api = await connectAirbyteApi({ server: stack.endpoint('server'), signal });
    const { workspaces } = await api.call('/workspaces/list', {}, workspacesReply);
    return failureWebhooks(workspaces).map((one) => one.seen);
  });
  const isSet =
    notifications.is === 'seen' && notifications.value.some(({ failuresGoTo }) => failuresGoTo !== undefined);
  if (isSet) say('Making a sync fail, to see its alert arrive …');
  const testAlert = isSet
    ? await sendTestAlert(stack, signal)
    : unseen('None was sent: no workspace has anybody to tell.', 'Set who is told of a failed sync first.');
  return { topology, replication, ...ofBackups, notifications, testAlert };
}

async function replicationOf(stack: RunningStack): ReturnType<typeof readReplication> {
  const superuser = { user: 'postgres', password: '', database: 'postgres' };
  const sql = await connectSql({ ...stack.endpoint('database'), ...superuser });
  try {
    return await readReplication(sql);
  } finally {
    await sql.close();
  }
}

/** What the harness itself brings along, beside what is rehearsed. */
const BESIDE = new Set(['bootloader', 'warehouse', 'alert-sink', 'record-api', 'etcd']);
/** Components of the stack by the words of an Airbyte. */
const WORDS: Readonly<Record<string, string>> = { patroni: 'database' };

/** The components of a stack of processes: there are no machines to tell apart, and no budgets. */
export function componentsOf(instances: readonly Instance[]): readonly ComponentSeen[] {
  const all = instances.filter(({ component, isExpected }) => isExpected && !BESIDE.has(component));
  const byName = [...Map.groupBy(all, ({ component }) => component)].toSorted(([a], [b]) => a.localeCompare(b));
  return byName.map(([component, members]) => ({
    component: WORDS[component] ?? component,
    workload: component,
    wanted: members.length,
    ready: members.filter(({ ready }) => ready).length,
    nodes: undefined,
    budgets: undefined,
    image: '',
    probes: undefined,
  }));
}
