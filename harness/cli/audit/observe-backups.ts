import { readArchive, readSegmentBytes } from '../../clients/audit/read-archive.ts';
import { readBaseBackups, type StoredBaseBackup } from '../../clients/audit/base-backups.ts';
import { readExports } from '../../clients/audit/read-exports.ts';
import { openBucket, type Bucket, type StoreAddress } from '../../clients/object-store.ts';
import { connectSql, type SqlClient, type SqlOptions } from '../../clients/sql.ts';
import { openWalArchive, type WalArchive } from '../../clients/wal-archive.ts';
import { seen, type Observations } from '../../core/audit-observations.ts';
import type { BackupLocation } from '../../core/site.ts';
import { look } from './look.ts';

export type BackupsSeen = Pick<Observations, 'baseBackups' | 'archive' | 'exports'>;

/** Of a system that is known to take none. */
export const NO_BACKUPS: BackupsSeen = {
  baseBackups: seen([]),
  archive: seen({
    mode: 'off',
    timeoutSeconds: 0,
    claimed: undefined,
    isFailing: false,
    stored: undefined,
    claimedBeyondStored: false,
    segmentsBehind: 0,
    isMoving: false,
    openBytes: 0,
    missing: [],
  }),
  exports: seen([]),
};

export interface BackupsOptions {
  /** `exports`: what the keys of exported configurations begin with. */
  readonly location: BackupLocation & { readonly at: StoreAddress; readonly exports: string };
  /** Where the database is asked what it believes of its archive. */
  readonly sql: SqlOptions;
  readonly signal: AbortSignal;
}

/** What the store holds, whatever anybody believes. Only reads. */
export async function observeBackups({ location, sql, signal }: BackupsOptions): Promise<BackupsSeen> {
  const { server, exports: prefix, ...keys } = location;
  const bucket = await openBucket(keys);
  const database = await connectSql(sql);
  try {
    const opened = await look(() => openArchive(location, database));
    if (opened.is === 'unknown')
      return { baseBackups: opened, archive: opened, exports: await exportsOf(bucket, prefix) };
    const archive = opened.value;
    try {
      const backups = await look(async () => readBaseBackups(bucket, server, await archive.wal.segments()));
      const good = backups.is === 'seen' ? newestGood(backups.value) : undefined;
      return {
        baseBackups: backups,
        archive: await look(() =>
          readArchive(database, archive.wal, { ...archive, neededFrom: good?.beginWal, signal }),
        ),
        exports: await exportsOf(bucket, prefix),
      };
    } finally {
      archive.wal.close();
    }
  } finally {
    bucket.close();
    await database.close();
  }
}

async function openArchive(
  location: BackupsOptions['location'],
  database: SqlClient,
): Promise<{ readonly wal: WalArchive; readonly segmentBytes: number }> {
  const segmentBytes = await readSegmentBytes(database);
  return { wal: await openWalArchive(location.at, location, segmentBytes), segmentBytes };
}

function exportsOf(bucket: Bucket, prefix: string): Promise<Observations['exports']> {
  return look(() => readExports(bucket, prefix));
}

/** By its description and its data: the log behind it is what is looked at next. */
function newestGood(backups: readonly StoredBaseBackup[]): StoredBaseBackup | undefined {
  return backups.filter(({ status }) => status === 'DONE').toSorted((a, b) => (a.backupId < b.backupId ? 1 : -1))[0];
}
