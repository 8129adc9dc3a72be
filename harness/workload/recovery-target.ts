import pWaitFor from 'p-wait-for';
import { connectAirbyteApi } from '../clients/airbyte-api.ts';
import type { TrialContext, Workload } from '../core/scenario.ts';
import { removeAfterTrial } from './put-away.ts';

/** A write on either side of a named time is there within this time, in milliseconds: the ledger writes many times a second. */
const WRITE_WITHIN_MS = 10_000;

/**
 * Names the present moment as the one that the restore is to reach, with writes before and after it. Does nothing when the restore is
 * to reach the latest point.
 */
export function nameRecoveryTarget(restoreTo: string): Workload {
  return {
    name: restoreTo === 'latest' ? 'a restore to the latest point' : 'a named time that the restore is to reach',
    async start(context) {
      if (restoreTo === 'latest') return;
      await nextWrite(context);
      const start = context.clock.now();
      const wall = context.clock.wall().toISOString();
      context.record.append({ type: 'recovery.target', wall, start, end: context.clock.now() });
      await nextWrite(context);
    },
  };
}

/** A source that is made just before the fault: nobody can promise that it survives. */
export function lateChange(): Workload {
  return {
    name: 'a change of the configuration just before the fault',
    async start(context) {
      const api = await connectAirbyteApi({ server: context.stack.endpoint('server'), signal: context.signal });
      const { host, port } = context.stack.endpoint('warehouse');
      const sourceId = await api.createSource(await api.firstWorkspaceId(), `chaos late ${context.trial}`, {
        definition: 'Sequence',
        configuration: { host, port, ...context.stack.credentials, database: 'source', table: 'chaos_late' },
      });
      // When it was lost with the site there is nothing left to remove.
      removeAfterTrial(context, 'late change', async (own) => own.deleteSource(sourceId).catch(() => undefined));
    },
  };
}

/** Waits for an acknowledged write that began after now. */
async function nextWrite(context: TrialContext): Promise<void> {
  const since = context.clock.now();
  const isThere = (): boolean =>
    context.history.latest('sample', ({ start, write }) => start > since && write?.outcome === 'acknowledged') !==
    undefined;
  await pWaitFor(isThere, { interval: 20, timeout: WRITE_WITHIN_MS, signal: context.signal });
}
