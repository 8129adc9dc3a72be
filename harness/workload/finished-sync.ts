import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import { connectSourceSystem, connectWarehouse } from '../clients/data-systems.ts';
import { ChaosError } from '../core/errors.ts';
import type { Workload } from '../core/scenario.ts';
import { jobSucceeded } from '../waits/jobs.ts';
import { makeConnection, sequenceSource } from './make-connection.ts';
import { observeJobs } from './observers.ts';

/** A connection that has run once and is left alone afterwards: its job and its state must be the same for ever. */
export function finishedSync({ records }: { readonly records: number }): Workload {
  return {
    name: `a sync of ${records.toLocaleString('en-US')} records that is over before the fault`,
    async start(context) {
      const { stack, signal } = context;
      const at = stack.endpoint('warehouse');
      const source = await connectSourceSystem(at, stack.credentials);
      const warehouse = await connectWarehouse(at, stack.credentials);
      const suffix = `${stack.id}_${context.trial}`.replaceAll(/[^a-z0-9_]/gi, '_').toLowerCase();
      const table = { namespace: `chaos_done_${suffix}`, stream: `chaos_done_${suffix}` };
      context.afterTrial('finished sync', async () => {
        await Promise.allSettled([source.dropTable(table.stream), warehouse.dropNamespace(table.namespace)]);
        await Promise.allSettled([source.close(), warehouse.close()]);
      });
      await source.createTable(table.stream);
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
