import { z } from 'zod';
import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { describeError } from '../core/errors.ts';
import type { RunningStack } from '../core/platform.ts';

/** Everything that a run makes in Airbyte has it in its name, and nobody else's. */
const MARK = /\bchaos\b/;
const CALL_TIMEOUT_MS = 5000;
const listed = z.object({ connections: z.array(z.object({ connectionId: z.string(), name: z.string() })) });

/**
 * Removes connections that a run left which was killed, on a stack that stayed up: their syncs would go on and fail for ever. Returns how
 * many went, or why that could not be told: the steady state then says more.
 */
export async function removeForgotten(
  stack: RunningStack,
  signal: AbortSignal,
): Promise<{ readonly removed: number } | { readonly problem: string }> {
  try {
    const api = await connectAirbyteApi({ server: stack.endpoint('server'), timeoutMs: CALL_TIMEOUT_MS, signal });
    const forgotten = await listForgotten(api);
    for (const { connectionId } of forgotten) await api.deleteConnection(connectionId);
    return { removed: forgotten.length };
  } catch (error) {
    signal.throwIfAborted();
    return { problem: describeError(error) };
  }
}

async function listForgotten(api: AirbyteApi): Promise<z.infer<typeof listed>['connections']> {
  const { connections } = await api.call('/connections/list', { workspaceId: await api.firstWorkspaceId() }, listed);
  return connections.filter(({ name }) => MARK.test(name));
}
