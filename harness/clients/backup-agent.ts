import { z } from 'zod';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';
import { postPatiently, type Answer } from './patient-post.ts';

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

/** A base backup of 5 GB takes more than five minutes: it waits until the log up to its end is archived. In milliseconds. */
const BACKUP_TIMEOUT_MS = 1_800_000;
const LOOK_TIMEOUT_MS = 10_000;

/** A client of the backup agent. */
export function backupAgent(at: Endpoint, signal: AbortSignal): BackupAgent {
  const base = `http://${at.host}:${at.port}`;
  const read = async <S extends z.ZodType>(asked: string, schema: S, answer: Promise<Answer>): Promise<z.infer<S>> => {
    try {
      const { status, text } = await answer;
      if (status < 200 || status > 299) throw new Error(`it answered ${status}: ${text.slice(0, 300)}`);
      return schema.parse(JSON.parse(text));
    } catch (cause) {
      const message = `${asked} of the backup agent failed: ${describeError(cause)}.`;
      throw new ChaosError({ code: 'client', message, cause });
    }
  };
  const get = async <S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> =>
    read(`GET ${path}`, schema, look(base + path, signal));
  const post = async <S extends z.ZodType>(path: string, schema: S): Promise<z.infer<S>> =>
    read(`POST ${path}`, schema, postPatiently({ url: base + path, body: {}, timeoutMs: BACKUP_TIMEOUT_MS, signal }));
  return {
    takeBaseBackup: () => post('/base-backups', baseBackup),
    listBaseBackups: async () =>
      (await get('/base-backups', z.object({ backups: z.array(z.object({ backupId: z.string() })) }))).backups,
    takeLogicalDump: () => post('/logical-dumps', logicalDump),
    exportConfiguration: () => post('/exports', configurationExport),
    claimedArchive: () => get('/wal', walStatus),
  };
}

async function look(url: string, signal: AbortSignal): Promise<Answer> {
  const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(LOOK_TIMEOUT_MS)]) });
  return { status: response.status, text: await response.text() };
}
