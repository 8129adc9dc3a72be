import { quoted } from '../clients/data-systems.ts';
import { connectSql } from '../clients/sql.ts';
import { databaseBefore } from '../core/derive/database.ts';
import { OLD_PRIMARY_WRITES } from '../core/ledger-names.ts';
import type { Verification, Workload } from '../core/scenario.ts';
import { DATABASE, readLedger } from './write-ledger.ts';

const EVERY_MS = 20;
const UNDER_WAY_MS = 10_000;

/** Writes straight to the node that was the primary, past every router: clients with a host list of their own do that. */
export interface OldPrimaryWrites {
  /** Makes the table, so that the first statement on the old primary is a write. */
  readonly workload: Workload;
  /** Begins to write; the old primary need not answer yet. */
  begin(): Verification;
  /** Stops, and asks the new primary what it has. */
  readBack(): Verification;
}

export function oldPrimaryWrites(): OldPrimaryWrites {
  const tableOf = (trial: number): string => `chaos_old_primary_${trial}`;
  return {
    workload: {
      name: 'a table for writes past the router',
      async start(context) {
        const at = context.stack.endpoint('database');
        const sql = await connectSql({ ...at, ...context.stack.credentials, database: DATABASE });
        const table = quoted(tableOf(context.trial));
        try {
          await sql.query(`CREATE TABLE IF NOT EXISTS ${table} (seq bigint NOT NULL)`);
        } finally {
          await sql.close();
        }
      },
    },
    begin: () => ({
      name: 'write straight to the old primary',
      async run(context) {
        const leader = databaseBefore(context.history)?.leader;
        const node = (await context.stack.instances()).find(({ name }) => name === leader);
        const { user, password } = context.stack.credentials;
        if (node === undefined) throw new Error('nobody led the database before the fault');
        context.addProbe({
          kind: 'sql-write',
          name: OLD_PRIMARY_WRITES,
          url: `postgres://${user}:${password}@${node.host}:${node.ports['postgres'] ?? 0}/${DATABASE}`,
          table: tableOf(context.trial),
          everyMs: EVERY_MS,
          timeoutMs: 2000,
        });
        // Only writes that are on their way when it goes on can meet the moment in which it still believes that it leads.
        await context.waitFor({
          name: 'writes to the old primary are under way',
          timeoutMs: UNDER_WAY_MS,
          isOver: (history) =>
            history.all('sample').some(({ probe }) => probe === OLD_PRIMARY_WRITES) || 'none has been tried',
        });
      },
    }),
    readBack: () => readLedger(OLD_PRIMARY_WRITES, tableOf),
  };
}
