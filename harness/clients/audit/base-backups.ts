import type { BaseBackupSeen } from '../../core/audit-observations.ts';
import type { Segment } from '../../core/wal.ts';
import type { Bucket } from '../object-store.ts';

/** A base backup with the segments of the log that it cannot be restored without. */
export interface StoredBaseBackup extends BaseBackupSeen {
  readonly beginWal: string;
}

/**
 * Every base backup that barman-cloud has put into a bucket, and whether all of it is really there: its description, its data, and the first and the last segment of
 * the log that it needs. @throws ChaosError `client`.
 */
export async function readBaseBackups(
  bucket: Bucket,
  server: string,
  segments: readonly Segment[],
): Promise<readonly StoredBaseBackup[]> {
  const prefix = `${server}/base/`;
  const archived = new Set(segments.map(({ name }) => name));
  const byId = Map.groupBy(await bucket.list(prefix), ({ key }) => key.slice(prefix.length).split('/', 1)[0] ?? '');
  return Promise.all(
    [...byId].map(async ([backupId, objects]) => {
      const info = objects.find(({ key }) => key.endsWith('/backup.info'));
      const fields = info === undefined ? new Map<string, string>() : parseInfo(await bucket.get(info.key));
      const hasData = objects.some(({ key, bytes }) => /\/data[^/]*\.tar/.test(key) && bytes > 0);
      const needed = ['begin_wal', 'end_wal'].map((name) => fields.get(name) ?? '');
      const unarchived = needed.filter((name) => !archived.has(name));
      return {
        backupId,
        status: fields.get('status') ?? 'UNFINISHED',
        endedAt: toIso(fields.get('end_time')),
        bytes: objects.reduce((sum, object) => sum + object.bytes, 0),
        lacks: whatLacks(hasData, unarchived),
        beginWal: fields.get('begin_wal') ?? '',
      };
    }),
  );
}

function whatLacks(hasData: boolean, unarchived: readonly string[]): string | undefined {
  if (!hasData) return 'its data are not in the store';
  if (unarchived.length === 0) return undefined;
  return `segment ${unarchived.join(' and ')} of the log, which it needs, is not in the archive`;
}

/** `backup.info`: one `name=value` a line, `None` for what is not known. */
function parseInfo(content: Buffer): Map<string, string> {
  return new Map(
    content
      .toString('utf8')
      .split('\n')
      .flatMap((line): [string, string][] => {
        const at = line.indexOf('=');
        const value = line.slice(at + 1).trim();
        return at < 1 || value === 'None' ? [] : [[line.slice(0, at), value]];
      }),
  );
}

/** `2026-11-23 06:30:00.123456+00:00`, as Python writes it. */
function toIso(text: string | undefined): string | undefined {
  const time = Date.parse((text ?? '').replace(' ', 'T').replace(/(\.\d{3})\d+/, '$1'));
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}
