import { z } from 'zod';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';

const stored = z.object({ name: z.string() }).nullable();
const baseBackup = z.object({
  backupId: z.string(),
  bytes: z.number(),
  beginWal: z.string(),
  endWal: z.string(),
  endLsn: z.string(),
});
const logicalDump = z.object({ dumpId: z.string(), bytes: z.number() });
const configurationExport = z.object({ exportId: z.string(), bytes: z.number() });
const walStatus = z.object({ lastArchived: stored, failedCount: z.int() });

export type BaseBackup = z.infer<typeof baseBackup>;

/** What takes the backups, as the harness asks it (fixtures/README.md). Every call throws ChaosError `client`. */
export interface BackupAgent {
  takeBaseBackup(): Promise<BaseBackup>;
  listBaseBackups(): Promise<readonly { readonly backupId: string }[]>;
  takeLogicalDump(): Promise<z.infer<typeof logicalDump>>;
  exportConfiguration(): Promise<z.infer<typeof configurationExport>>;
  /** What the database believes of its archive: a claim. */
  claimedArchive(): Promise<z.infer<typeof walStatus>>;
}

/** A base backup of a large database takes minutes. */
const TIMEOUT_MS = 600_000;

/** A client of the backup agent. */
export function backupAgent(at: Endpoint, signal: AbortSignal): BackupAgent {
  const call = async <S extends z.ZodType>(method: 'GET' | 'POST', path: string, schema: S): Promise<z.infer<S>> => {
    try {
      const response = await fetch(`http://${at.host}:${at.port}${path}`, {
        method,
        signal: AbortSignal.any([signal, AbortSignal.timeout(method === 'POST' ? TIMEOUT_MS : 10_000)]),
        ...(method === 'POST' ? { body: '{}', headers: { 'content-type': 'application/json' } } : {}),
      });
      const text = await response.text();
      if (!response.ok) throw new Error(`it answered ${response.status}: ${text.slice(0, 300)}`);
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      const message = `${method} ${path} of the backup agent failed: ${describeError(cause)}.`;
      throw new ChaosError({ code: 'client', message, cause });
    }
  };
  return {
    takeBaseBackup: () => call('POST', '/base-backups', baseBackup),
    listBaseBackups: async () =>
      (await call('GET', '/base-backups', z.object({ backups: z.array(z.object({ backupId: z.string() })) }))).backups,
    takeLogicalDump: () => call('POST', '/logical-dumps', logicalDump),
    exportConfiguration: () => call('POST', '/exports', configurationExport),
    claimedArchive: () => call('GET', '/wal', walStatus),
  };
}
