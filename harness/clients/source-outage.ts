import type { Endpoint } from '../core/platform.ts';
import { quoted, type Credentials } from './data-systems.ts';
import { connectSql, type SqlClient } from './sql.ts';

/** The name under which a table that was taken away waits to be given back. */
const AWAY = '_away';
/** Our own connections are no connections of a sync. */
const OURS = 'airbyte-chaos';

/** Takes the source system away and gives it back (fixtures/README.md: database `source` beside the destination). */
export interface SourceControl {
  /**
   * As when the system goes down: the database takes no connection any more, and those that it has are cut.
   * @returns how many connections of others were cut
   */
  close(): Promise<number>;
  /** Cuts the connections that are there; new ones are taken. @returns how many of others were cut */
  cut(): Promise<number>;
  /** As when somebody renames or drops the table that a sync reads. */
  takeTable(table: string): Promise<void>;
  /** The server's own words when it refuses a connection; undefined while it takes them. */
  refusal(): Promise<string | undefined>;
  hasTable(table: string): Promise<boolean>;
  /** Puts right what any of the others did; can be done twice. @throws ChaosError `client` when the source still cannot be used. */
  restore(table?: string): Promise<void>;
  end(): Promise<void>;
}

/** Opens nothing yet: connections are made when they are needed, to the database beside the one that goes away. */
export async function connectSourceControl(at: Endpoint, credentials: Credentials): Promise<SourceControl> {
  const beside = await connectSql({ ...at, ...credentials, database: 'warehouse', connections: 1 });
  const inSource = async <T>(use: (sql: SqlClient) => Promise<T>): Promise<T> => {
    const sql = await connectSql({ ...at, ...credentials, database: 'source', connections: 1 });
    try {
      return await use(sql);
    } finally {
      await sql.close();
    }
  };
  const cut = async (): Promise<number> => {
    const rows = await beside.query<{ name: string }>(
      `SELECT application_name AS name, pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'source'`,
    );
    return rows.filter(({ name }) => name !== OURS).length;
  };
  const hasTable = (table: string): Promise<boolean> =>
    inSource(async (sql) => {
      const [row] = await sql.query<{ found: string | null }>('SELECT to_regclass($1) AS found', [quoted(table)]);
      return row?.found != null;
    });
  return {
    async close() {
      await beside.query('ALTER DATABASE source ALLOW_CONNECTIONS false');
      return cut();
    },
    cut,
    takeTable: (table) =>
      inSource(async (sql) => void (await sql.query(`ALTER TABLE ${quoted(table)} RENAME TO ${quoted(table + AWAY)}`))),
    refusal: () =>
      inSource((sql) => sql.query('SELECT 1')).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      ),
    hasTable,
    async restore(table) {
      await beside.query('ALTER DATABASE source ALLOW_CONNECTIONS true');
      if (table !== undefined)
        await inSource((sql) => sql.query(`ALTER TABLE IF EXISTS ${quoted(table + AWAY)} RENAME TO ${quoted(table)}`));
      await inSource((sql) => sql.query('SELECT 1'));
    },
    end: () => beside.close(),
  };
}
