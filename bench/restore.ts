import pWaitFor from 'p-wait-for';
import { backupAgent } from '../harness/clients/backup-agent.ts';
import { connectSql, type SqlClient } from '../harness/clients/sql.ts';
import { loadPlatform } from '../harness/cli/load-platform.ts';
import type { RunningStack } from '../harness/core/platform.ts';
import { formatBytes } from '../harness/core/wal.ts';
import type { BenchOptions } from './main.ts';
import { onOwnStack } from './own-stack.ts';
import { formatTable } from './table.ts';

const GIGABYTE = 1_000_000_000;
/** Of one row with its page overhead; the size is measured, this only says how many rows to write. */
const ROW_BYTES = 1050;
const ARCHIVER_TIMEOUT_MS = 300_000;
const SETTINGS = { backups: 'on' };

/**
 * How long a database of 0.1 and 1 GB (with `--large` one of 5 GB: a quarter of an hour) takes to be backed up and restored from the
 * object store, each on a stack of its own. Rows do not compress well, as real ones do not.
 */
export async function benchRestore({ quick, large }: BenchOptions): Promise<void> {
  const platform = await loadPlatform('local');
  if ((await platform.findRunning()) !== undefined) {
    console.log(
      'Skipped: a stack is up, and this bench destroys the stack that it works on. End it with: npm run chaos -- down',
    );
    return;
  }
  const sizes = quick ? [0.02] : large ? [5] : [0.1, 1];
  const { signal } = new AbortController();
  const options = { settings: SETTINGS, signal, onProgress: () => undefined };
  const rows = [['database', 'backup', 'base backup took', 'restore took', 'of it (s)']];
  for (const size of sizes) {
    const row = await onOwnStack(platform, options, async (stack) => restoreOf(stack, size * GIGABYTE));
    rows.push(row);
    console.log(`${row[0]}: restored in ${row[3]}`); // the next size takes many minutes
  }
  console.log(formatTable(rows));
}

async function restoreOf(stack: RunningStack, wantedBytes: number): Promise<string[]> {
  const { signal } = new AbortController();
  if (stack.site === undefined) throw new Error('the platform cannot recover a site');
  await fill(stack, Math.ceil(wantedBytes / ROW_BYTES));
  const backupAt = performance.now();
  const backup = await backupAgent(stack.endpoint('backup'), signal).takeBaseBackup();
  const backupSeconds = (performance.now() - backupAt) / 1000;
  await stack.site.destroy();
  await stack.site.provision(signal);
  const restoreAt = performance.now();
  const report = await stack.site.restoreDatabase({}, signal);
  const restoreSeconds = (performance.now() - restoreAt) / 1000;
  if (report.problems.length > 0) throw new Error(`the archive has problems: ${JSON.stringify(report.problems)}`);
  const parts = Object.entries(report.phases).map(([name, ms]) => `${name} ${(ms / 1000).toFixed(1)}`);
  return [
    formatBytes(report.bytes),
    formatBytes(backup.bytes),
    `${backupSeconds.toFixed(1)} s`,
    `${restoreSeconds.toFixed(1)} s`,
    parts.join(', '),
  ];
}

async function fill(stack: RunningStack, rows: number): Promise<void> {
  const sql = await connectSql({
    ...stack.endpoint('database'),
    ...stack.credentials,
    user: 'postgres', // it changes a setting of the server
    database: 'db-airbyte',
    statementTimeoutMs: 1_200_000,
  });
  try {
    // What is written before the base backup is in it: archived too, segment by segment, it would take most of the bench's time.
    await sql.query("ALTER SYSTEM SET archive_command = '/bin/true'");
    await sql.query('SELECT pg_reload_conf()');
    await sql.query('CREATE TABLE bench_rows (id bigint PRIMARY KEY, payload text NOT NULL)');
    // 32 hashes a row: text that hardly compresses.
    await sql.query(
      `INSERT INTO bench_rows SELECT n, (SELECT string_agg(md5(n::text || ':' || part::text), '') FROM generate_series(1, 31) part)
       FROM generate_series(1, $1::bigint) n`,
      [rows],
    );
    await sql.query('SELECT pg_switch_wal()');
    await pWaitFor(() => isArchiverIdle(sql), { interval: 200, timeout: ARCHIVER_TIMEOUT_MS });
    await sql.query('ALTER SYSTEM RESET archive_command');
    await sql.query('SELECT pg_reload_conf()');
  } finally {
    await sql.close();
  }
}

/** True when every finished segment of the log has been handed to the archiver. */
async function isArchiverIdle(sql: SqlClient): Promise<boolean> {
  const [row] = await sql.query<{ waiting: string }>(
    "SELECT count(*) AS waiting FROM pg_ls_archive_statusdir() WHERE name LIKE '%.ready'",
  );
  return row?.waiting === '0';
}
