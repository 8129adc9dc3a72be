import fc from 'fast-check';
import { expect, test } from 'vitest';
import { clusterConfigSchema } from '../cluster-config.ts';
import { CONFIG } from '../testing/an-attempt.ts';
import { loadName, runOfLoad, scriptObject, testRunObject, type LoadConfig } from './load-objects.ts';

/* How it could lie: write a secret where many can read it; take another's object for one of a run; make a name that the operator cannot use. */

const RUN = '2026-11-28T18-56-23Z-worker_failure-7f3a';
const config: LoadConfig = clusterConfigSchema.parse({
  ...CONFIG,
  load: {
    ratePerSecond: 20,
    runners: 3,
    image: 'registry.example/k6:1',
    starterImage: 'registry.example/curl:1',
    url: 'http://airbyte-server:8001/api/v1',
  },
  credentials: {
    api: {
      clientId: { secret: { name: 'airbyte-auth-secrets', key: 'id' } },
      clientSecret: { secret: { name: 'airbyte-auth-secrets', key: 'secret' } },
    },
  },
});

test('secrets are named, not written, and only the runners get them', () => {
  const made = testRunObject(config, { runId: RUN, trial: 1 });
  expect(made).toMatchObject({
    kind: 'TestRun',
    spec: {
      parallelism: 3,
      script: { configMap: { name: loadName(RUN, 1), file: 'api.ts' } },
      runner: {
        image: 'registry.example/k6:1',
        env: expect.arrayContaining([
          { name: 'BASE_URL', value: 'http://airbyte-server:8001' },
          { name: 'RATE', value: '20' },
          { name: 'CLIENT_SECRET', valueFrom: { secretKeyRef: { name: 'airbyte-auth-secrets', key: 'secret' } } },
        ]),
      },
      initializer: {
        env: [
          { name: 'RATE', value: '20' },
          { name: 'DURATION', value: '28m' },
        ],
      },
      starter: { image: 'registry.example/curl:1' },
    },
  });
  expect(JSON.stringify(scriptObject(config, { runId: RUN, trial: 1, script: 'the script' }))).not.toContain('secret');
});

test('HTTP Basic is named by its secrets too, for the runners alone', () => {
  const username = { secret: { name: 'basic', key: 'username' } };
  const password = { secret: { name: 'basic', key: 'password' } };
  const made = testRunObject({ ...config, credentials: { api: { username, password } } }, { runId: RUN, trial: 1 });
  expect(made).toMatchObject({
    spec: {
      runner: {
        env: expect.arrayContaining([
          { name: 'API_USERNAME', valueFrom: { secretKeyRef: username.secret } },
          { name: 'API_PASSWORD', valueFrom: { secretKeyRef: password.secret } },
        ]),
      },
    },
  });
  expect(JSON.stringify(made).match(/secretKeyRef/g)).toHaveLength(2);
});

const runIds = fc
  .tuple(
    fc.date({ min: new Date(0), max: new Date('2999-01-01'), noInvalidDate: true }),
    fc.constantFrom('worker_failure', 'object_store_and_database_failure'),
    fc.stringMatching(/^[0-9a-f]{4}$/),
  )
  .map(([at, scenario, end]) => `${at.toISOString().slice(0, 19).replaceAll(':', '-')}Z-${scenario}-${end}`);

test('each load has a name of its own, which jobs and Services can be named after, and is known by it', () => {
  fc.assert(
    fc.property(runIds, runIds, fc.integer({ min: 1, max: 99 }), (runId, other, trial) => {
      const name = loadName(runId, trial);
      expect(`${name}-service-50`).toMatch(/^[a-z][a-z0-9-]{0,61}[a-z0-9]$/);
      const made = testRunObject(config, { runId, trial });
      expect(made).toMatchObject({ metadata: { name } });
      const labels = { 'app.kubernetes.io/part-of': 'airbyte-chaos', 'chaos.airbyte/run': runId };
      expect(made).toMatchObject({ metadata: { labels } });
      expect(runOfLoad({ name, labels })).toBe(runId);
      const ofOther = runOfLoad({ name, labels: { ...labels, 'chaos.airbyte/run': other } });
      expect(ofOther).toBe(loadName(other, trial) === name ? other : undefined);
    }),
  );
});

test.each([
  ['another’s', { name: 'nightly-load', labels: {} }],
  ['one that borrows a label', { name: 'nightly-load', labels: { 'app.kubernetes.io/part-of': 'airbyte-chaos' } }],
  [
    'one that borrows both',
    { name: 'nightly-1', labels: { 'app.kubernetes.io/part-of': 'airbyte-chaos', 'chaos.airbyte/run': RUN } },
  ],
  ['one that borrows the name', { name: loadName(RUN, 1), labels: {} }],
])('%s is not taken for the load of a run', (_which, of) => {
  expect(runOfLoad(of)).toBeUndefined();
});
