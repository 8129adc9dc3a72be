import { quoted } from '../clients/data-systems.ts';
import { connectSql } from '../clients/sql.ts';
import type { RunningStack } from '../core/platform.ts';
import type { ProbeSpec } from '../core/probe.ts';
import type { Workload } from '../core/scenario.ts';
import { apiHealth, webPage } from './http-probes.ts';
import { watchDatabase } from './watch-database.ts';
import { DATABASE } from './write-ledger.ts';

/** What is looked at between two faults; nothing is written. */
export function restingProbes(stack: RunningStack): ProbeSpec[] {
  return [apiHealth(stack, 200), webPage(stack, 200)];
}

/** Observers that the waits of `steadyAgain` need beside the components and the probes. */
export function restingWatches(): Workload[] {
  return [watchDatabase()];
}

/**
 * Removes the tables of the harness (`chaos_…`) that a run left in the stack's database because it ended early: their rows would
 * be rows that nobody wrote in the next run's ledger.
 */
export async function dropOwnTables(stack: RunningStack): Promise<void> {
  const sql = await connectSql({ ...stack.endpoint('database'), ...stack.credentials, database: DATABASE });
  try {
    const tables = await sql.query<{ tablename: string }>(
      "SELECT tablename FROM pg_tables WHERE schemaname = current_schema() AND tablename LIKE 'chaos\\_%'",
    );
    for (const { tablename } of tables) await sql.query(`DROP TABLE IF EXISTS ${quoted(tablename)}`);
  } finally {
    await sql.close();
  }
}
