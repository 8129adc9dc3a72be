/** Long syncs on the reference stack, so many that each of its workers runs one: whichever is hit, a sync of its own is interrupted. */
import pWaitFor from 'p-wait-for';
import { connectAirbyteApi, type AirbyteApi } from '../../../clients/airbyte-api.ts';
import { connectSourceSystem, connectWarehouse } from '../../../clients/data-systems.ts';
import { connectWorkflows } from '../../../clients/workflows.ts';
import type { RunningStack } from '../../../core/platform.ts';
import { countIn } from '../../../core/sequence.ts';
import { sequenceSource } from '../../../workload/make-connection.ts';

/** Per sync: moved in 100 s where nothing stands in the way. */
const RECORDS = 20_000;
const PACE = { recordsPerSecond: 200, checkpointEvery: 200 };
const TABLE = 'chaos_mesh_records';
/** With as many, chance has left no worker out. */
const MOST = 20;

export interface SyncOnWorker {
  readonly jobId: number;
  readonly connectionId: string;
  /** Name of the pod that ran it at first. */
  readonly worker: string;
}

export interface SyncsOnWorkers {
  readonly syncs: readonly SyncOnWorker[];
  /** How many of its records are in the destination of a sync, each counted once. */
  delivered(sync: SyncOnWorker): Promise<number>;
  /** Removes the connections and their tables. */
  stop(): Promise<void>;
}

/** Of each sync. */
export { RECORDS as RECORDS_PER_SYNC };

/** Starts one after the other until each worker runs one; `nth` keeps the tables of several calls apart. */
export async function startSyncs(stack: RunningStack, nth: number, signal: AbortSignal): Promise<SyncsOnWorkers> {
  const api = await connectAirbyteApi({ server: stack.endpoint('server'), signal });
  const workflows = await connectWorkflows(stack.endpoint('temporal'));
  const at = stack.endpoint('warehouse');
  const source = await connectSourceSystem(at, stack.credentials);
  const warehouse = await connectWarehouse(at, stack.credentials);
  const table = `${TABLE}_${nth}`;
  await source.createTable(table);
  await source.addRecords(table, 1, RECORDS);
  const workers = (await stack.instances()).filter(({ component, ready }) => component === 'worker' && ready);
  const without = new Set(workers.map(({ name }) => name));
  const syncs: SyncOnWorker[] = [];
  while (without.size > 0 && syncs.length < MOST) {
    const connectionId = await connect(stack, api, table, syncs.length);
    const { job } = await api.sync(connectionId);
    let worker: string | undefined;
    await pWaitFor(
      async () => {
        [worker] = await workflows.workersOf(`sync_${job.id}`).catch(() => []);
        return worker !== undefined && (await warehouse.progress(namespaceOf(table, syncs.length), table)).rows > 0;
      },
      { interval: 200, timeout: 60_000 },
    );
    syncs.push({ jobId: job.id, connectionId, worker: worker ?? '' });
    without.delete(worker ?? '');
  }
  await workflows.close();
  if (without.size > 0) throw new Error(`${[...without].join(', ')} runs none of ${syncs.length} syncs`);
  return {
    syncs,
    async delivered(sync) {
      const { present } = await warehouse.readAll(namespaceOf(table, syncs.indexOf(sync)), table);
      return countIn(present);
    },
    async stop() {
      for (const { connectionId } of syncs) await api.deleteConnection(connectionId);
      for (const index of syncs.keys()) await warehouse.dropNamespace(namespaceOf(table, index));
      await source.dropTable(table);
      await Promise.all([source.close(), warehouse.close()]);
    },
  };
}

function namespaceOf(table: string, index: number): string {
  return `${table}_${index}`;
}

async function connect(stack: RunningStack, api: AirbyteApi, table: string, index: number): Promise<string> {
  const { host, port } = stack.endpoint('warehouse');
  const database = { host, port, ...stack.credentials };
  const workspaceId = await api.firstWorkspaceId();
  const name = namespaceOf(table, index);
  const [sourceId, destinationId] = await Promise.all([
    api.createSource(workspaceId, name, sequenceSource({ stack }, table, PACE)),
    api.createDestination(workspaceId, name, {
      definition: 'Warehouse',
      configuration: { ...database, database: 'warehouse' },
    }),
  ]);
  return api.createConnection({
    name,
    sourceId,
    destinationId,
    stream: table,
    namespace: name,
    sourceNamespace: 'public',
    cursorField: 'seq',
    everyMinutes: 'manual',
  });
}
