import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { ChaosError } from '../core/errors.ts';
import type { Verification, Workload } from '../core/scenario.ts';
import { makeConnection, sequenceSource } from './make-connection.ts';
import { observeDelivery, observeJobs } from './observers.ts';
import { openSyncTables, tableSuffix } from './sync-tables.ts';

/** A small sync that waits until somebody asks for it. */
export interface LaterSync {
  readonly workload: Workload;
  /** Asks for it now, again and again until the API has taken the order. */
  ask(): Verification;
}

const ASK_AGAIN_MS = 200;

/** A connection of its own without a schedule: whether syncs can be started shows by asking for one, not by a process that is up. */
export function laterSync({ records }: { readonly records: number }): LaterSync {
  let opened: { readonly api: AirbyteApi; readonly connectionId: string } | undefined;
  return {
    workload: {
      name: `a connection of ${records} records that is synced on demand`,
      async start(context) {
        const { stack } = context;
        const api = await connectAirbyteApi({ server: stack.endpoint('server'), signal: context.signal });
        const name = `chaos_later_${tableSuffix(context)}`;
        const table = { namespace: name, stream: name };
        const { source, warehouse } = await openSyncTables(context, 'sync on demand', table);
        const start = context.clock.now();
        await source.addRecords(table.stream, 1, records);
        const end = context.clock.now();
        const connectionId = await makeConnection(context, api, {
          name: `chaos later ${context.trial}`,
          role: 'background',
          table,
          source: sequenceSource(context, table.stream, {}),
          everyMinutes: 'manual',
        });
        context.record.append({ type: 'source.rows', connectionId, rows: [[1, records]], start, end });
        observeJobs(context, api, connectionId);
        observeDelivery(context, warehouse, connectionId, table);
        opened = { api, connectionId };
      },
    },
    ask: () => ({
      name: 'ask for a new sync',
      async run(context) {
        if (opened === undefined)
          throw new ChaosError({
            code: 'internal',
            message: 'The later sync is asked for before its workload was started.',
          });
        const { api, connectionId } = opened;
        const deadline = context.clock.now() + context.objective.recoverySeconds * 1000;
        for (;;) {
          try {
            const { job } = await api.sync(connectionId);
            context.record.append({ type: 'note', level: 'info', text: `A new sync was asked for: job ${job.id}.` });
            return;
          } catch (error) {
            // An order that was taken, but whose answer was lost, shows as a job of the connection.
            const jobs = await api.listJobs(connectionId).catch(() => []);
            if (jobs.length > 0) return;
            if (context.signal.aborted || context.clock.now() > deadline) throw error;
          }
          await new Promise((resolve) => setTimeout(resolve, ASK_AGAIN_MS));
        }
      },
    }),
  };
}
