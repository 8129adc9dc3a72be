import { readSequence, quoted } from '../clients/data-systems.ts';
import { connectSql } from '../clients/sql.ts';
import type { RunningStack } from '../core/platform.ts';
import type { SqlWriteProbe } from '../core/probe.ts';
import type { Verification } from '../core/scenario.ts';

/** Name of the database of the stack under test. */
export const DATABASE = 'db-airbyte';

/** A probe that commits one numbered row after another through the database's stable endpoint. */
export function databaseWrites(stack: RunningStack, trial: number, everyMs: number): SqlWriteProbe {
  const { host, port } = stack.endpoint('database');
  const { user, password } = stack.credentials;
  return {
    kind: 'sql-write',
    name: 'database writes',
    url: `postgres://${user}:${password}@${host}:${port}/${DATABASE}`,
    table: ledgerTable(trial),
    everyMs,
    timeoutMs: 2000,
  };
}

/**
 * Stops the writer, freezes its list of acknowledged writes, and only then reads the table: an acknowledgement that landed
 * between the read and the list would look like a lost write.
 */
export function readLedger(probe: string): Verification {
  return {
    name: `read back every write of "${probe}"`,
    async run(context) {
      await context.removeProbe(probe);
      const writes = context.history
        .all('sample')
        .flatMap((sample) => (sample.probe === probe && sample.write ? [sample.write] : []));
      const amount = (outcome: string): number => writes.filter((write) => write.outcome === outcome).length;
      context.record.append({
        type: 'ledger.frozen',
        ledger: probe,
        acknowledged: amount('acknowledged'),
        failed: amount('failed'),
        indeterminate: amount('indeterminate'),
      });
      const sql = await connectSql({
        ...context.stack.endpoint('database'),
        ...context.stack.credentials,
        database: DATABASE,
      });
      try {
        const start = context.clock.now();
        const read = await readSequence(sql, quoted(ledgerTable(context.trial)));
        context.record.append({
          type: 'ledger.read',
          ledger: probe,
          present: read.present.map(([from, to]) => [from, to] satisfies [number, number]),
          repeated: read.repeated.map(({ range: [from, to], times }) => ({
            range: [from, to] satisfies [number, number],
            times,
          })),
          start,
          end: context.clock.now(),
        });
        await sql.query(`DROP TABLE IF EXISTS ${quoted(ledgerTable(context.trial))}`);
      } finally {
        await sql.close();
      }
    },
  };
}

function ledgerTable(trial: number): string {
  return `chaos_ledger_${trial}`;
}
