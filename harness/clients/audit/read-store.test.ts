import { expect, test } from 'vitest';
import { parseSegment, type Segment } from '../../core/wal.ts';
import type { Bucket } from '../object-store.ts';
import { readBaseBackups } from './base-backups.ts';
import { readExports } from './read-exports.ts';

/* How it could lie: believe a description whose data or whose log are gone; take one that is still being made for a backup; take rubbish for an export. */

function bucketOf(objects: Readonly<Record<string, string>>): Bucket {
  return {
    list: async (prefix) =>
      Promise.resolve(
        Object.entries(objects).flatMap(([key, text], nth) =>
          key.startsWith(prefix) ? [{ key, bytes: text.length, modifiedAt: new Date(nth * 1000) }] : [],
        ),
      ),
    get: async (key) => Promise.resolve(Buffer.from(objects[key] ?? '')),
    put: async () => Promise.reject(new Error('an audit writes nothing')),
    remove: async () => Promise.reject(new Error('an audit removes nothing')),
    close: () => undefined,
  };
}

const INFO = `backup_label=None
begin_wal=000000010000000000000003
end_wal=000000010000000000000004
end_time=2026-11-28 02:00:05.123456+00:00
status=DONE
`;
const log = ['000000010000000000000003', '000000010000000000000004'].map((name): Segment => {
  const segment = parseSegment(name, 4 << 20);
  if (segment === undefined) throw new Error(name);
  return segment;
});

test.each([
  ['whole', { 'pg/base/1/backup.info': INFO, 'pg/base/1/data.tar.gz': 'x' }, log, { status: 'DONE', lacks: undefined }],
  ['without data', { 'pg/base/1/backup.info': INFO }, log, { lacks: 'its data are not in the store' }],
  [
    'with empty data',
    { 'pg/base/1/backup.info': INFO, 'pg/base/1/data.tar.gz': '' },
    log,
    { lacks: 'its data are not in the store' },
  ],
  [
    'without the end of its log',
    { 'pg/base/1/backup.info': INFO, 'pg/base/1/data.tar.gz': 'x' },
    log.slice(0, 1),
    { lacks: expect.stringContaining('000000010000000000000004') },
  ],
  ['that is still being made', { 'pg/base/1/data.tar.gz': 'x' }, log, { status: 'UNFINISHED' }],
])('a base backup %s', async (_what, objects, segments, is) => {
  expect(await readBaseBackups(bucketOf(objects), 'pg', segments)).toMatchObject([{ backupId: '1', ...is }]);
});

test('when it ended is read as Python wrote it', async () => {
  const bucket = bucketOf({ 'pg/base/1/backup.info': INFO });
  expect(await readBaseBackups(bucket, 'pg', log)).toMatchObject([{ endedAt: '2026-11-28T02:00:05.123Z' }]);
});

test.each([
  ['whole', '{"connections": [], "sources": [], "destinations": []}', undefined],
  ['that lacks something', '{"connections": []}', 'holds no sources, no destinations'],
  ['that is a list', '[]', 'holds no connections, no sources, no destinations'],
  ['that is cut off', '{"connections": [', expect.stringContaining('cannot be read')],
])('an export %s', async (_what, text, problem) => {
  const [newest] = await readExports(bucketOf({ 'exports/0.json': '{}', 'exports/1.json': text }), 'exports/');
  expect(newest).toMatchObject({ exportId: '1.json', problem });
});
