import type { Endpoint } from '../core/platform.ts';
import { ChaosError, describeError } from '../core/errors.ts';

/** A small pool of SQL connections to one database. Times out instead of hanging. */
export interface SqlClient {
  /** @throws ChaosError `client` with the server's words when the statement fails. */
  query<Row>(text: string, values?: readonly unknown[]): Promise<readonly Row[]>;
  close(): Promise<void>;
}

export interface SqlOptions extends Endpoint {
  readonly database: string;
  readonly user: string;
  readonly password: string;
  readonly statementTimeoutMs?: number;
  readonly connections?: number;
}

/** Opens a pool; connections are made when they are needed. */
export async function connectSql(options: SqlOptions): Promise<SqlClient> {
  const { default: pg } = await import('pg');
  const timeoutMs = options.statementTimeoutMs ?? 10_000;
  const pool = new pg.Pool({
    host: options.host,
    port: options.port,
    database: options.database,
    user: options.user,
    password: options.password,
    max: options.connections ?? 2,
    connectionTimeoutMillis: Math.min(timeoutMs, 3000),
    query_timeout: timeoutMs,
    application_name: 'airbyte-chaos',
  });
  // An idle connection that breaks is noticed by the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  return {
    async query<Row>(text: string, values: readonly unknown[] = []) {
      try {
        const result = await pool.query(text, [...values]);
        // The caller names the shape of its own statement's rows.
        return result.rows as readonly Row[];
      } catch (error) {
        throw new ChaosError({
          code: 'client',
          message: `SQL on ${options.database} failed: ${describeError(error)}.`,
          lastState: text.slice(0, 120),
          cause: error,
        });
      }
    },
    close: () => pool.end(),
  };
}
