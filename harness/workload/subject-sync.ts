import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { askForConnector } from '../clients/record-api.ts';
import type { SourceSystem, Warehouse } from '../clients/data-systems.ts';
import { ChaosError } from '../core/errors.ts';
import type { TrialContext, Verification, Workload } from '../core/scenario.ts';
import { makeConnection, sequenceSource, type SourceConnector } from './make-connection.ts';
import { observeAlerts, observeDelivery, observeJobs } from './observers.ts';
import { openSyncTables, tableSuffix, type SyncTable } from './sync-tables.ts';

const DECLARATIVE = 'source-declarative-manifest';

export interface SubjectSyncOptions {
  /** How many records the sync has to move, and how fast its source hands them out. */
  readonly records: number;
  readonly recordsPerSecond: number;
  /** Records per state message: what may be read again after an interruption. */
  readonly checkpointEvery: number;
  readonly everyMinutes: number;
  /** `sequence`: the stack's own connector on the source's database; `declarative`: Airbyte's `source-declarative-manifest` over HTTP. */
  readonly connector: string;
}

/** The sync that a scenario interrupts, and what can be done with it before and after. */
export interface SubjectSync {
  readonly workload: Workload;
  /** The name of the table that it reads. */
  readonly sourceTable: (context: TrialContext) => string;
  /** Adds records to the source, which the next run has to deliver. */
  addRecords(count: number): Verification;
  /** Reads the whole destination and writes down what is there, what is missing and what is there twice. */
  readDestination(): Verification;
}

interface Opened {
  readonly api: AirbyteApi;
  readonly source: SourceSystem;
  readonly warehouse: Warehouse;
  readonly connectionId: string;
  readonly table: { readonly namespace: string; readonly stream: string };
}

/** A scheduled sync of numbered records from a source that the harness fills to a destination that it reads. */
export function subjectSync(options: SubjectSyncOptions): SubjectSync {
  let opened: Opened | undefined;
  let lastSeq = 0;

  async function produce(context: TrialContext, state: Opened, amount: number): Promise<void> {
    const from = lastSeq + 1;
    const to = lastSeq + amount;
    const start = context.clock.now();
    await state.source.addRecords(state.table.stream, from, to);
    lastSeq = to;
    const end = context.clock.now();
    context.record.append({ type: 'source.rows', connectionId: state.connectionId, rows: [[from, to]], start, end });
  }

  function openedOrThrow(): Opened {
    if (opened !== undefined) return opened;
    throw new ChaosError({ code: 'internal', message: 'The subject sync is used before its workload was started.' });
  }

  return {
    workload: {
      name: `a sync of ${options.records.toLocaleString('en-US')} records at ${options.recordsPerSecond.toLocaleString('en-US')} per second`,
      async start(context) {
        const { stack } = context;
        const api = await connectAirbyteApi({ server: stack.endpoint('server'), signal: context.signal });
        const table = tableOf(context);
        const { source, warehouse } = await openSyncTables(context, 'subject sync', table);
        await api.setFailureWebhook(await api.firstWorkspaceId(), webhookUrl(context));
        observeAlerts(context, stack.endpoint('alert-sink'));
        // The records are there before the connection, because its first scheduled run starts at once.
        const start = context.clock.now();
        await source.addRecords(table.stream, 1, options.records);
        lastSeq = options.records;
        const end = context.clock.now();
        const { everyMinutes } = options;
        const connectionId = await makeConnection(context, api, {
          name: `chaos subject ${context.trial}`,
          role: 'subject',
          table,
          source: await sourceOf(context, api, table.stream, options),
          everyMinutes,
        });
        context.record.append({ type: 'source.rows', connectionId, rows: [[1, options.records]], start, end });
        opened = { api, source, warehouse, connectionId, table };
        observeDelivery(context, warehouse, connectionId, table);
        observeJobs(context, api, connectionId);
      },
    },
    sourceTable: (context) => tableOf(context).stream,
    addRecords: (amount) => ({
      name: `add ${amount} records to the source`,
      run: (context) => produce(context, openedOrThrow(), amount),
    }),
    readDestination: () => ({
      name: 'read the whole destination',
      async run(context) {
        const { warehouse, connectionId, table } = openedOrThrow();
        const start = context.clock.now();
        const read = await warehouse.readAll(table.namespace, table.stream);
        const repeated = read.repeated.map(({ range, times }) => ({
          range: [...range] satisfies [number, number],
          times,
        }));
        const present = read.present.map(([from, to]) => [from, to] satisfies [number, number]);
        context.record.append({
          type: 'delivery.read',
          connectionId,
          rows: read.rows,
          present,
          repeated,
          start,
          end: context.clock.now(),
        });
      },
    }),
  };
}

/** The connector that reads the numbered records, set up for the run. @throws ChaosError `config` for an unknown one. */
async function sourceOf(
  context: TrialContext,
  api: AirbyteApi,
  table: string,
  { connector, recordsPerSecond, checkpointEvery }: SubjectSyncOptions,
): Promise<SourceConnector> {
  switch (connector) {
    case 'sequence':
      return sequenceSource(context, table, { recordsPerSecond, checkpointEvery });
    case 'declarative': {
      const program = context.stack.tools['declarativeSource'];
      if (program === undefined) {
        const tryThis = 'Use --variant real_connector, which installs it and starts the API that it reads.';
        throw new ChaosError({ code: 'config', message: 'source-declarative-manifest is not installed.', tryThis });
      }
      await api.addSourceConnector(DECLARATIVE, [program]);
      const at = context.stack.endpoint('record-api');
      const asked = { recordsPerSecond, checkpointEvery };
      const configuration = await askForConnector(at, table, asked, context.signal);
      return { definition: DECLARATIVE, configuration, cursorField: 'at' };
    }
    default:
      throw new ChaosError({
        code: 'usage',
        message: `There is no connector "${connector}".`,
        tryThis: 'Use connector=sequence or connector=declarative.',
      });
  }
}

function tableOf(context: TrialContext): SyncTable {
  const suffix = tableSuffix(context);
  return { namespace: `chaos_${suffix}`, stream: `chaos_records_${suffix}` };
}

function webhookUrl(context: TrialContext): string {
  const sink = context.stack.endpoint('alert-sink');
  return `http://${sink.host}:${sink.port}/airbyte`;
}
