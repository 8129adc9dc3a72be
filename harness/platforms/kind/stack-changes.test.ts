import { expect, test } from 'vitest';
import { firstNodeOnly, hasBackups, restoreChanges, stackChanges } from './stack-changes.ts';

const STORE = { host: '172.18.0.9', port: 8333 };
const DATABASE = 'overlays/small/database';

function changesWith(settings: Readonly<Record<string, string>>) {
  return stackChanges({ settings, weaknesses: [], objectStore: STORE });
}

test('without backups nothing but the components of Airbyte is changed', () => {
  expect(Object.keys(changesWith({}))).toEqual(['overlays/small/airbyte']);
  expect(changesWith({ backups: 'off' })).toEqual(changesWith({}));
});

test('with backups the database archives its log, and the same store is told to all who need it', () => {
  const changes = changesWith({ backups: 'on' });
  expect(changes[DATABASE]).toMatchObject({ components: ['components/backups'] });
  expect(JSON.stringify(changes[DATABASE]?.configMapGenerator)).toContain(String.raw`\"archive_timeout\":\"5s\"`);
  const store = changes[DATABASE]?.secretGenerator;
  expect(JSON.stringify(store)).toContain('OBJECT_STORE_ENDPOINT=http://172.18.0.9:8333');
  expect(changes['overlays/small/backup']?.secretGenerator).toEqual(store);
  expect(changes['base/restore']?.secretGenerator).toEqual(store);
});

test('the time after which a segment is archived can be set', () => {
  const changes = changesWith({ backups: 'on', archiveTimeoutSeconds: '60' });
  expect(JSON.stringify(changes[DATABASE])).toContain('60s');
});

test.each([
  [{ backups: 'yes' }, 'backups must be on or off'],
  [{ backups: 'on', archiveTimeoutSeconds: '0.5' }, 'whole number of seconds'],
  [{ restartPolicy: 'Never' }, 'has no setting restartPolicy'],
])('%j is refused', (settings, message) => {
  expect(() => changesWith(settings)).toThrow(message);
});

test('a restore begins with one node, and leaves the rest of the database as it will be', () => {
  const changes = changesWith({ backups: 'on' });
  const { replicas, ...others } = firstNodeOnly(changes)[DATABASE] ?? {};
  expect(replicas).toEqual([{ name: 'patroni', count: 1 }]);
  expect(others).toEqual(changes[DATABASE]);
});

test('the job that restores is told to when', () => {
  const target = { targetTime: '2026-11-23T15:00:00.000Z' };
  const change = restoreChanges(changesWith({ backups: 'on' }), target)['base/restore'];
  expect(JSON.stringify(change?.configMapGenerator)).toContain('2026-11-23T15:00:00.000Z');
  expect(change?.secretGenerator).toBeDefined();
});

test('backups are off unless they are asked for', () => {
  expect([hasBackups({}), hasBackups({ backups: 'off' }), hasBackups({ backups: 'on' })]).toEqual([false, false, true]);
});
