import pWaitFor from 'p-wait-for';
import { quoted, readSequence } from '../clients/data-systems.ts';
import { connectSql } from '../clients/sql.ts';
import { DATABASE_WRITES } from '../core/ledger-names.ts';
import type { Verification } from '../core/scenario.ts';
import { DATABASE, ledgerTable } from './write-ledger.ts';

const REPLAY_MS = 5000;

/**
 * Asks each replica itself, before anybody is promoted, what it holds of the ledger of writes: a count of what was lost that does
 * not come from the new primary.
 */
export function readSurvivors(): Verification {
  return {
    name: 'ask the survivors what they hold',
    async run(context) {
      const view = context.history.latest('database');
      const replicas = new Set(view?.members.filter(({ role }) => role === 'replica').map(({ name }) => name));
      const nodes = (await context.stack.instances()).filter(({ name }) => replicas.has(name));
      for (const { name, host, ports } of nodes) {
        const at = { host, port: ports['postgres'] ?? 0 };
        const sql = await connectSql({ ...at, ...context.stack.credentials, database: DATABASE });
        try {
          // What was received and is not replayed yet is not lost.
          await pWaitFor(
            async () => {
              const [row] = await sql.query<{ done: boolean }>(
                'SELECT pg_last_wal_replay_lsn() >= pg_last_wal_receive_lsn() AS done',
              );
              return row?.done === true;
            },
            { interval: 50, timeout: REPLAY_MS, signal: context.signal },
          );
          const start = context.clock.now();
          const { present } = await readSequence(sql, quoted(ledgerTable(context.trial)));
          context.record.append({
            type: 'ledger.copy',
            ledger: DATABASE_WRITES,
            node: name,
            present: present.map(([from, to]) => [from, to] satisfies [number, number]),
            start,
            end: context.clock.now(),
          });
        } finally {
          await sql.close();
        }
      }
    },
  };
}
