import { ChaosError, describeError } from '../core/errors.ts';
import type { ProbeSpec, SqlWriteProbe } from '../core/probe.ts';

/** What an operator wants to have watched. */
export interface MeasureTarget {
  readonly kind: 'http' | 'tcp' | 'sql';
  /** `http://…`, `HOST:PORT` or `postgres://…`. */
  readonly target: string;
  /** For http: what the body of a good answer contains. */
  readonly bodyIncludes?: string;
}

const DROP_TIMEOUT_MS = 5000;

/**
 * The probe that watches a target. A SQL writer gets a table of its own, which {@link dropLedgerTable} takes away.
 * @throws ChaosError `config` when the target cannot be read.
 */
export function aProbeOf({ kind, target, bodyIncludes }: MeasureTarget, everyMs: number, timeoutMs: number): ProbeSpec {
  const common = { name: 'measure', everyMs, timeoutMs };
  switch (kind) {
    case 'http':
      return { ...common, kind, url: target, ...(bodyIncludes === undefined ? {} : { bodyIncludes }) };
    case 'tcp':
      return { ...common, kind, ...hostAndPort(target) };
    case 'sql':
      return { ...common, kind: 'sql-write', url: target, table: `chaos_measure_${Date.now()}_${process.pid}` };
    default:
      return kind satisfies never;
  }
}

function hostAndPort(target: string): { host: string; port: number } {
  const parts = /^(?:tcp:\/\/)?(?:\[([^\]]+)\]|([^:/[\]]+)):(\d+)\/?$/.exec(target);
  const host = parts?.[1] ?? parts?.[2];
  const port = parts?.[3];
  if (host === undefined || port === undefined) {
    throw new ChaosError({
      code: 'config',
      message: `"${target}" is not a TCP address.`,
      tryThis: 'Write HOST:PORT, for example db.internal:5432 or [::1]:5432.',
    });
  }
  return { host, port: Number(port) };
}

/** Takes away the table that the SQL writer wrote to. Returns what is left over when that did not work. */
export async function dropLedgerTable({ url, table }: SqlWriteProbe): Promise<string | undefined> {
  const { prepareConnection, quoteTable } = await import('./sql-connection.ts');
  const session = prepareConnection(url, 'airbyte-chaos measure', () => {});
  const timer = setTimeout(() => session.drop(), DROP_TIMEOUT_MS);
  try {
    await session.client.connect();
    await session.client.query(`DROP TABLE IF EXISTS ${quoteTable(table)}`);
    return undefined;
  } catch (error) {
    return `The table ${table} is still there: ${describeError(error)}`;
  } finally {
    clearTimeout(timer);
    session.drop();
  }
}
