import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import { ChaosError } from '../core/errors.ts';
import type { Workload } from '../core/scenario.ts';
import { jobSucceeded } from '../waits/jobs.ts';
import { makeConnection, sequenceSource } from './make-connection.ts';
import { observeJobs } from './observers.ts';
import { openSyncTables, tableSuffix } from './sync-tables.ts';

/** A connection that has run once and is left alone afterwards: its job and its state must be the same for ever. */
export function finishedSync({ records }: { readonly records: number }): Workload {
  return {
    name: `a sync of ${records.toLocaleString('en-US')} records that is over before the fault`,
    async start(context) {
      const { stack, signal } = context;
      const name = `chaos_done_${tableSuffix(context)}`;
      const table = { namespace: name, stream: name };
      const { source } = await openSyncTables(context, 'finished sync', table);
      await source.addRecords(table.stream, 1, records);
      const api = await connectAirbyteApi({ server: stack.endpoint('server'), signal });
      const connectionId = await makeConnection(context, api, {
        name: `chaos finished ${context.trial}`,
        role: 'background',
        table,
        source: sequenceSource(context, table.stream, {}),
        everyMinutes: 'manual',
      });
      observeJobs(context, api, connectionId);
      await api.sync(connectionId);
      if (await context.waitFor(jobSucceeded({ connectionId, within: '60s' }))) return;
      throw new ChaosError({
        code: 'not-steady',
        message: 'Nothing was broken, because a small sync did not succeed before the fault.',
        tryThis: 'Look at the jobs and the component states in the report.',
      });
    },
  };
}
