import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapSystem } from '../map-system.ts';
import { airbyteObjects, collect } from '../testing/airbyte-objects.ts';
import { translateScenarios } from '../translate/translate.ts';
import { keepValue } from './read-environment-value.ts';

const CANARY = 'canary-7f3a';

test('nothing of a value that could be a secret is kept, wherever it stands', () => {
  const secrets = [
    { name: 'DATABASE_PASSWORD', value: CANARY },
    { name: 'AB_JWT_SIGNATURE_SECRET', value: CANARY },
    { name: 'GITHUB_TOKEN', value: CANARY },
    { name: 'AWS_SECRET_ACCESS_KEY', value: CANARY },
    { name: 'DATABASE_URL', value: `jdbc:postgresql://u:${CANARY}@db.corp:5432/${CANARY}?password=${CANARY}` },
    { name: 'JAVA_TOOL_OPTIONS', value: `-Dpassword=${CANARY}` },
  ];
  const objects = airbyteObjects({
    without: ['database'],
    settings: {
      DATABASE_PASSWORD: CANARY,
      DATABASE_HOST: '',
      DATABASE_URL: '',
      STATE_STORAGE_MINIO_ENDPOINT: `http://${CANARY}:${CANARY}@minio.corp:9000`,
    },
    change: (_, raw) => ({
      ...raw,
      env: secrets,
      containerMore: {
        livenessProbe: { httpGet: { path: `/?token=${CANARY}`, port: 1, httpHeaders: [{ name: 'A', value: CANARY }] } },
        readinessProbe: { exec: { command: [CANARY] } },
        args: [CANARY],
      },
    }),
  });
  const noted = objects.map((object) => ({
    ...object,
    metadata: { ...object.metadata, annotations: { 'kubectl.kubernetes.io/last-applied-configuration': CANARY } },
  }));
  const collected = collect(noted);
  const system = mapSystem(collected);
  expect(system.external).toMatchObject([{ what: 'database', address: 'db.corp:5432' }]);
  const all = JSON.stringify([collected, system, translateScenarios(system, [{ id: 'worker_failure' }])]);
  expect(all).not.toContain(CANARY);
});

test('of addresses only host and port are kept', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[\x21-\x7e]{1,20}$/), (password) => {
      const kept = keepValue('DATABASE_URL', `jdbc:postgresql://user:${password}@db:5432/x`);
      expect(kept === undefined || kept === 'db:5432').toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test.each([
  ['DATABASE_HOST', 'db.corp', 'db.corp'],
  ['TEMPORAL_HOST', 'airbyte-temporal:7233', 'airbyte-temporal:7233'],
  ['MINIO_ENDPOINT', 'http://airbyte-minio-svc:9000', 'airbyte-minio-svc:9000'],
  ['DATABASE_URL', 'jdbc:postgresql://db:5432/x?sslmode=require', 'db:5432'],
  ['DATABASE_URL', 'postgres://u:p@ss@db/x', 'db'],
  ['DATABASE_URL', 'postgres://u:p/x@db/x', undefined],
  ['DATABASE_URL', 'postgres://db/x?password=a@b', undefined],
  ['DATABASE_URL', 'p4ss word', undefined],
  ['STORAGE_TYPE', 'S3', 'S3'],
  ['STORAGE_TYPE', 'two words', undefined],
  ['SOMETHING_ELSE', 'x', undefined],
])('%s: %s becomes %s', (name, value, kept) => {
  expect(keepValue(name, value)).toBe(kept);
});
