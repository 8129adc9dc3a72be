import pWaitFor from 'p-wait-for';
import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { ChaosError } from '../core/errors.ts';
import type { Fault, TrialContext, Wait, Workload } from '../core/scenario.ts';
import { makeConnection, sequenceSource } from './make-connection.ts';
import { observeJobs } from './observers.ts';
import { openSyncTables, tableSuffix } from './sync-tables.ts';

export interface SyncBurstOptions {
  readonly syncs: number;
  /** Of each sync, and how fast its source hands them out. */
  readonly records: number;
  readonly recordsPerSecond: number;
}

/** Many syncs that are asked for at once: a load under which the platform has to grow. */
export interface SyncBurst {
  readonly workload: Workload;
  /** Asks for all of them. Nothing breaks, and there is nothing to undo: it ends when the syncs are done. */
  begin(options: { readonly when: Wait }): Fault;
  /** Every one of them has ended well. */
  over(options: { readonly timeoutMs: number }): Wait;
}

export function syncBurst({ syncs, records, recordsPerSecond }: SyncBurstOptions): SyncBurst {
  let api: AirbyteApi | undefined;
  const connections: string[] = [];

  async function prepare(context: TrialContext, nth: number, opened: AirbyteApi): Promise<void> {
    const name = `chaos_burst_${nth}_${tableSuffix(context)}`;
    const table = { namespace: name, stream: name };
    const { source } = await openSyncTables(context, `sync ${nth} of the burst`, table);
    await source.addRecords(table.stream, 1, records);
    const connectionId = await makeConnection(context, opened, {
      name: `chaos burst ${nth} of ${context.trial}`,
      role: 'background',
      table,
      source: sequenceSource(context, table.stream, { recordsPerSecond }),
      everyMinutes: 'manual',
    });
    observeJobs(context, opened, connectionId);
    connections.push(connectionId);
  }
  return {
    workload: {
      name: `${syncs} connections of ${records.toLocaleString('en-US')} records that wait for their sync`,
      async start(context) {
        const { stack, signal } = context;
        api = await connectAirbyteApi({ server: stack.endpoint('server'), signal });
        for (let nth = 1; nth <= syncs; nth += 1) await prepare(context, nth, api);
      },
    },
    begin: ({ when }) => ({
      id: 'sync-burst',
      description: `${syncs} syncs at once`,
      needs: ['autoscaling'],
      hits: 'nothing: the platform has more to do',
      when,
      async plan(context) {
        const asked = api;
        if (asked === undefined)
          throw new ChaosError({ code: 'internal', message: 'The burst has no connections yet.' });
        return {
          targets: [],
          undo: [],
          async inject() {
            await Promise.all(connections.map((connectionId) => asked.sync(connectionId)));
          },
          async gatherEvidence(report, signal) {
            const running = (): number =>
              new Set(
                context.history
                  .all('job')
                  .flatMap(({ connectionId, status }) =>
                    connections.includes(connectionId) && status === 'running' ? [connectionId] : [],
                  ),
              ).size;
            // Where there are too few workers for all of them, some wait: that is the load.
            await pWaitFor(() => running() === syncs, { interval: 50, signal }).catch(() => undefined);
            const began = running();
            report({ kind: 'load-began', holds: began > 0, text: `${began} of ${syncs} syncs were running at once` });
          },
        };
      },
    }),
    over: ({ timeoutMs }) => ({
      name: 'every sync of the burst has ended well',
      timeoutMs,
      isOver(history) {
        const done = new Set(
          history.all('job').flatMap(({ connectionId, status }) => (status === 'succeeded' ? [connectionId] : [])),
        );
        const left = connections.filter((connectionId) => !done.has(connectionId)).length;
        return left === 0 ? true : `${left} of ${syncs} have not`;
      },
    }),
  };
}
