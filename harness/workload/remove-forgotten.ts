import { z } from 'zod';
import { connectAirbyteApi, type AirbyteApi } from '../clients/airbyte-api.ts';
import { quoted } from '../clients/data-systems.ts';
import { connectSql } from '../clients/sql.ts';
import { describeError } from '../core/errors.ts';
import type { RunningStack } from '../core/platform.ts';
import { DATABASE } from './write-ledger.ts';

/** Everything that a run makes in Airbyte has it in its name, and nobody else's. */
const MARK = /\bchaos\b/;
const CALL_TIMEOUT_MS = 5000;
const listed = z.object({ connections: z.array(z.object({ connectionId: z.string(), name: z.string() })) });

/**
 * Removes what a run left that was killed, on a stack that stayed up: its connections, whose syncs would go on and fail for ever, and the tables of
 * its ledgers, whose rows the next run would find and could not explain. Returns how many went, or why that could not be told: the steady
 * state then says more.
 */
export async function removeForgotten(
  stack: RunningStack,
  signal: AbortSignal,
): Promise<{ readonly removed: number } | { readonly problem: string }> {
  try {
    const api = await connectAirbyteApi({ server: stack.endpoint('server'), timeoutMs: CALL_TIMEOUT_MS, signal });
    const forgotten = await listForgotten(api);
    for (const { connectionId } of forgotten) await api.deleteConnection(connectionId);
    return { removed: forgotten.length + (await dropTables(stack)) };
  } catch (error) {
    signal.throwIfAborted();
    return { problem: describeError(error) };
  }
}

async function dropTables(stack: RunningStack): Promise<number> {
  const sql = await connectSql({ ...stack.endpoint('database'), ...stack.credentials, database: DATABASE });
  try {
    const tables = await sql.query<{ name: string }>(
      "SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public' AND tablename LIKE 'chaos\\_%'",
    );
    for (const { name } of tables) await sql.query(`DROP TABLE ${quoted(name)}`);
    return tables.length;
  } finally {
    await sql.close();
  }
}

async function listForgotten(api: AirbyteApi): Promise<z.infer<typeof listed>['connections']> {
  const { connections } = await api.call('/connections/list', { workspaceId: await api.firstWorkspaceId() }, listed);
  return connections.filter(({ name }) => MARK.test(name));
}
