import { connectDatabaseCluster } from '../clients/databases/connect.ts';
import { connectSql, type SqlClient } from '../clients/sql.ts';
import type { BodyOf } from '../core/events.ts';
import type { Instance } from '../core/platform.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';
import { lookRepeatedly } from './look-repeatedly.ts';
import { DATABASE } from './write-ledger.ts';

/** Time between two looks, in milliseconds. */
const TOPOLOGY_EVERY_MS = 100;
const CLIENTS_EVERY_MS = 250;
const LIST_EVERY_MS = 2000;
const QUERY_TIMEOUT_MS = 1000;

type Topology = Omit<BodyOf<'database'>, 'type' | 'previousStart' | 'start' | 'end'>;
type Client = BodyOf<'database.clients'>['clients'][number];

/** Follows who leads the database, which replica is synchronous, and who works on the primary. */
export function watchDatabase(): Workload {
  return {
    name: 'a watch on the database cluster and on who works on it',
    async start(context) {
      const { stack } = context;
      const cluster = await connectDatabaseCluster(stack);
      context.afterTrial('watch on the database', () => cluster.close());
      let last = '';
      context.background('topology of the database', (signal) =>
        lookRepeatedly(context, TOPOLOGY_EVERY_MS, signal, async (previousStart, start) => {
          const { members, ...rest } = await cluster.topology(signal);
          const topology: Topology = {
            provider: cluster.id,
            ...rest,
            ...(rest.settings === undefined ? {} : { settings: { ...rest.settings } }),
            // How far a replica is behind changes at every look.
            members: members.map(({ lagBytes: _lag, ...member }) => member),
          };
          const seen = JSON.stringify(topology);
          if (seen === last) return;
          last = seen;
          context.record.append({ type: 'database', ...topology, previousStart, start, end: context.clock.now() });
        }),
      );
      await watchClients(context);
    },
  };
}

/**
 * Asks the primary itself who has run a statement on it: a component's own readiness may not look at the database at all. The
 * session is looked for on the node that leads, so one that still clings to the old primary is not seen.
 */
async function watchClients(context: TrialContext): Promise<void> {
  const { stack } = context;
  let instances = await stack.instances();
  let listedMs = context.clock.now();
  const connections = new Map<string, SqlClient>();
  context.afterTrial('watch on the clients of the database', async () => {
    await Promise.allSettled([...connections.values()].map((sql) => sql.close()));
  });
  /** Instances that came in the place of others have other names and addresses. */
  async function listAgain(): Promise<void> {
    if (context.clock.now() - listedMs < LIST_EVERY_MS) return;
    listedMs = context.clock.now();
    const before = new Map(instances.map(({ name, ports }) => [name, ports['postgres']]));
    instances = await stack.instances();
    for (const { name, ports } of instances) {
      if (before.get(name) === ports['postgres']) continue;
      void connections
        .get(name)
        ?.close()
        .catch(() => undefined);
      connections.delete(name);
    }
  }
  async function connectionTo(node: Instance): Promise<SqlClient> {
    const sql =
      connections.get(node.name) ??
      (await connectSql({
        host: node.host,
        port: node.ports['postgres'] ?? 0,
        ...stack.credentials,
        database: DATABASE,
        statementTimeoutMs: QUERY_TIMEOUT_MS,
        connections: 1,
      }));
    connections.set(node.name, sql);
    return sql;
  }
  let last = '';
  context.background('clients of the database', (signal) =>
    lookRepeatedly(context, CLIENTS_EVERY_MS, signal, async (previousStart, start) => {
      await listAgain();
      const leader = context.history.latest('database')?.leader;
      const node = instances.find(({ name }) => name === leader);
      if (node === undefined) throw new Error('nobody leads the database');
      const sql = await connectionTo(node);
      const rows = await sql.query<{ application: string; database: string }>(
        `SELECT DISTINCT application_name AS application, datname AS database FROM pg_stat_activity
         WHERE backend_type = 'client backend' AND NOT pg_is_in_recovery()
           AND (query_start IS NOT NULL OR usename <> current_user)`,
      );
      const clients = clientsOf(rows, instances);
      const seen = JSON.stringify([node.name, clients]);
      if (seen === last) return;
      last = seen;
      const end = context.clock.now();
      context.record.append({ type: 'database.clients', node: node.name, clients, previousStart, start, end });
    }),
  );
}

/** Sessions are named by their instance; those of Temporal by their databases, since they carry no name. */
function clientsOf(
  rows: readonly { readonly application: string; readonly database: string }[],
  instances: readonly Instance[],
): Client[] {
  const named = new Map(instances.map(({ name, component }) => [name, component]));
  const clients = new Map<string, Client>();
  for (const { application, database } of rows) {
    const component = named.get(application) ?? (database.startsWith('temporal') ? 'temporal' : undefined);
    if (component === undefined) continue;
    const name = named.has(application) ? application : component;
    clients.set(name, { component, name });
  }
  return [...clients.values()].toSorted((a, b) => a.name.localeCompare(b.name));
}
