import type { Endpoint } from '../core/platform.ts';
import { toRanges, type SequenceRange } from '../core/sequence.ts';
import { connectSql, type SqlClient } from './sql.ts';

/** Where syncs read from: the harness writes the records, so it knows what must arrive. */
export interface SourceSystem {
  createTable(table: string): Promise<void>;
  /** Adds records `from`…`to`; they are the truth once this resolves. */
  addRecords(table: string, from: number, to: number): Promise<void>;
  dropTable(table: string): Promise<void>;
  close(): Promise<void>;
}

/** Numbers that are there more than once. */
export interface Repeated {
  readonly range: SequenceRange;
  readonly times: number;
}

/** Where syncs write to; outside the failure domain, read by the harness alone. */
export interface Warehouse {
  /** How far delivery has come; zeros while the table is not there. */
  progress(namespace: string, stream: string): Promise<{ rows: number; maxSeq: number }>;
  readAll(namespace: string, stream: string): Promise<{ rows: number; present: SequenceRange[]; repeated: Repeated[] }>;
  dropNamespace(namespace: string): Promise<void>;
  close(): Promise<void>;
}

const UNDEFINED_TABLE = /does not exist/;

/** The source database on the warehouse instance (fixtures/README.md). */
export async function connectSourceSystem(at: Endpoint, credentials: Credentials): Promise<SourceSystem> {
  const sql = await connectSql({ ...at, ...credentials, database: 'source' });
  return {
    async createTable(table) {
      await sql.query(`DROP TABLE IF EXISTS ${quoted(table)}`);
      await sql.query(
        `CREATE TABLE ${quoted(table)} (seq bigint PRIMARY KEY, payload text NOT NULL, created_at timestamptz NOT NULL DEFAULT now())`,
      );
    },
    async addRecords(table, from, to) {
      await sql.query(
        `INSERT INTO ${quoted(table)} (seq, payload) SELECT n, 'record ' || n || ' ' || md5(n::text) FROM generate_series($1::bigint, $2::bigint) n`,
        [from, to],
      );
    },
    async dropTable(table) {
      await sql.query(`DROP TABLE IF EXISTS ${quoted(table)}`);
    },
    close: () => sql.close(),
  };
}

/** The warehouse database (fixtures/README.md). */
export async function connectWarehouse(at: Endpoint, credentials: Credentials): Promise<Warehouse> {
  const sql = await connectSql({ ...at, ...credentials, database: 'warehouse' });
  return {
    async progress(namespace, stream) {
      const rows = await sql
        .query<{ rows: string; max_seq: string | null }>(
          `SELECT count(*) AS rows, max(seq) AS max_seq FROM ${quoted(namespace)}.${quoted(stream)}`,
        )
        .catch(orWhenMissing([]));
      return { rows: Number(rows[0]?.rows ?? 0), maxSeq: Number(rows[0]?.max_seq ?? 0) };
    },
    readAll: (namespace, stream) => readSequence(sql, `${quoted(namespace)}.${quoted(stream)}`),
    async dropNamespace(namespace) {
      await sql.query(`DROP SCHEMA IF EXISTS ${quoted(namespace)} CASCADE`);
    },
    close: () => sql.close(),
  };
}

/** Every sequence number of a table with how often it is there; `table` is quoted already. */
export async function readSequence(
  sql: SqlClient,
  table: string,
): Promise<{ rows: number; present: SequenceRange[]; repeated: Repeated[] }> {
  const counted = await sql
    .query<{ seq: string; times: string }>(`SELECT seq, count(*) AS times FROM ${table} GROUP BY seq ORDER BY seq`)
    .catch(orWhenMissing([]));
  const repeatedBy = new Map<number, number[]>();
  let rows = 0;
  for (const row of counted) {
    const times = Number(row.times);
    rows += times;
    if (times > 1) repeatedBy.set(times, [...(repeatedBy.get(times) ?? []), Number(row.seq)]);
  }
  const repeated = [...repeatedBy].flatMap(([times, numbers]) => toRanges(numbers).map((range) => ({ range, times })));
  return { rows, present: toRanges(counted.map((row) => Number(row.seq))), repeated };
}

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** A quoted SQL identifier. */
export function quoted(identifier: string): string {
  return `"${identifier.replaceAll('"', '""')}"`;
}

function orWhenMissing<T>(fallback: T): (error: unknown) => T {
  return (error) => {
    if (error instanceof Error && UNDEFINED_TABLE.test(error.message)) return fallback;
    throw error;
  };
}
