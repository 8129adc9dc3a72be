import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import type { Verification } from '../core/scenario.ts';
import { failedJobsAlerted } from '../waits/alerts.ts';
import { observeJobs } from './observers.ts';

/**
 * Runs a sync whose source always fails with a configuration error, which is never retried, and waits for its alert: the
 * alert path is proven in every run, not only when something went wrong.
 */
export function brokenSyncRaisesAlert(): Verification {
  return {
    name: 'a sync that cannot work raises an alert',
    async run(context) {
      const api = await connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
      const { host, port } = context.stack.endpoint('warehouse');
      const database = { host, port, ...context.stack.credentials };
      const workspaceId = await api.firstWorkspaceId();
      const name = `chaos broken ${context.trial}`;
      const sourceId = await api.createSource(workspaceId, name, {
        definition: 'Sequence',
        configuration: { ...database, database: 'source', table: 'chaos_broken', failWith: 'config_error' },
      });
      const destinationId = await api.createDestination(workspaceId, name, {
        definition: 'Warehouse',
        configuration: { ...database, database: 'warehouse' },
      });
      const connectionId = await api.createConnection({
        name,
        sourceId,
        destinationId,
        stream: 'chaos_broken',
        namespace: 'chaos_broken',
        everyMinutes: 'manual',
      });
      context.afterTrial('broken connection', async () => {
        await api.deleteConnection(connectionId);
        await Promise.allSettled([api.deleteSource(sourceId), api.deleteDestination(destinationId)]);
      });
      context.record.append({ type: 'connection', connectionId, name, role: 'broken', schedule: 'manual' });
      observeJobs(context, api, connectionId);
      await api.sync(connectionId);
      await context.waitFor(failedJobsAlerted({ within: '30s' }));
    },
  };
}
