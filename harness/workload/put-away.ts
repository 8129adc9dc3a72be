import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import type { TrialContext } from '../core/scenario.ts';

/** So long a call may take while things are put away, in milliseconds. */
const CALL_TIMEOUT_MS = 5000;

/** Queues what is removed through the API at the end of a trial. The run's own client ends with the run, also where somebody stops it: this is another one. */
export function removeAfterTrial(
  context: TrialContext,
  name: string,
  remove: (api: AirbyteApi) => Promise<void>,
): void {
  context.afterTrial(name, async (signal) => {
    const server = context.stack.endpoint('server');
    await remove(await connectAirbyteApi({ server, timeoutMs: CALL_TIMEOUT_MS, signal }));
  });
}
