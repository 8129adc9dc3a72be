import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import type { Verification, Wait } from '../core/scenario.ts';
import { failedJobsAlerted, jobFailedForGood } from '../waits/alerts.ts';
import { makeConnection, sequenceSource } from './make-connection.ts';
import { observeJobs } from './observers.ts';

/**
 * Runs a sync whose source always fails with a configuration error, which is never retried, and waits for its alert: the
 * alert path is proven in every run, not only when something went wrong.
 */
export function brokenSyncRaisesAlert(): Verification {
  return runBrokenSync('a sync that cannot work raises an alert', failedJobsAlerted({ within: '30s' }));
}

/** Runs the same sync and waits only until it has failed: for when its alert cannot be delivered yet. */
export function brokenSyncFails(): Verification {
  return runBrokenSync('a sync fails for good', jobFailedForGood({ within: '60s' }));
}

function runBrokenSync(name: string, until: Wait): Verification {
  return {
    name,
    async run(context) {
      const api = await connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
      const connectionId = await makeConnection(context, api, {
        name: `chaos broken ${context.trial}`,
        role: 'broken',
        table: { namespace: 'chaos_broken', stream: 'chaos_broken' },
        source: sequenceSource(context, 'chaos_broken', { failWith: 'config_error' }),
        everyMinutes: 'manual',
      });
      observeJobs(context, api, connectionId);
      await api.sync(connectionId);
      await context.waitFor(until);
    },
  };
}
