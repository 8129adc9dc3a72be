import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChaosError } from '../../core/errors.ts';
import { guardApi, type GuardedApi } from './guarded-api.ts';
import { isReading } from './request-guard.ts';
import { anAttempt, aVictim, CONFIG } from './testing/an-attempt.ts';
import { callEverything, changesAmong } from './testing/call-everything.ts';
import { recordingServer, type RecordingServer } from './testing/recording-server.ts';

let server: RecordingServer;
let guarded: GuardedApi;

beforeEach(async () => {
  server = await recordingServer();
  guarded = await guardApi(server.kubeconfig);
});
afterEach(async () => server.close());

const body = { preconditions: { uid: 'worker-1' } };
const POD = { namespace: 'airbyte', name: 'airbyte-worker-1' };

const callAll = (): Promise<number> => callEverything(guarded);
const changing = (): readonly string[] => changesAmong(server.requests);

test('no method of the client changes anything without a permit', async () => {
  expect(await callAll()).toBeGreaterThan(200);
  expect(server.requests.length).toBeGreaterThan(50);
  expect(changing()).toEqual([]);
  expect(server.requests.filter((one) => /exec|attach|portforward|proxy/.test(one))).toEqual([]);
});

test('with a permit for one pod, nothing but this pod is deleted', async () => {
  const permit = guarded.allow(CONFIG, anAttempt(), 'delete');
  await callAll();
  await expect(guarded.core.deleteNamespacedPod({ ...POD, name: 'airbyte-worker-2', body })).rejects.toThrow(
    'was not sent',
  );
  await expect(guarded.core.deleteNamespacedPod({ ...POD, namespace: 'kube-system', body })).rejects.toThrow(
    'was not sent',
  );
  await expect(guarded.core.deleteCollectionNamespacedPod({ namespace: 'airbyte', body })).rejects.toThrow(
    'was not sent',
  );
  expect(changing()).toEqual([]);
  await guarded.core.deleteNamespacedPod({ ...POD, body });
  expect(server.requests.at(-1)).toBe('DELETE /api/v1/namespaces/airbyte/pods/airbyte-worker-1');
  permit.close();
  await expect(guarded.core.deleteNamespacedPod({ ...POD, body })).rejects.toThrow('was not sent');
});

test.each([
  ['without saying which one it is', {}],
  ['that has taken its name', { preconditions: { uid: 'another' } }],
])('a pod %s is not deleted', async (_which, otherBody) => {
  guarded.allow(CONFIG, anAttempt(), 'delete');
  await expect(guarded.core.deleteNamespacedPod({ ...POD, body: otherBody })).rejects.toThrow('was not sent');
  await expect(guarded.core.deleteNamespacedPod(POD)).rejects.toThrow('was not sent');
  expect(server.requests).toEqual([]);
});

test('a permit to evict is none to delete', async () => {
  guarded.allow(CONFIG, anAttempt(), 'evict');
  await expect(guarded.core.deleteNamespacedPod({ ...POD, body })).rejects.toThrow('was not sent');
  await guarded.core.createNamespacedPodEviction({ ...POD, body: { metadata: POD, deleteOptions: body } });
  expect(server.requests).toEqual(['POST /api/v1/namespaces/airbyte/pods/airbyte-worker-1/eviction']);
});

test('what the policy refuses reaches no server, whatever is tried', async () => {
  const wrong = fc.record({
    scenario: fc.constantFrom('worker_failure', 'zone_failure'),
    context: fc.constantFrom('staging', 'production'),
    namespace: fc.constantFrom('airbyte', 'kube-system'),
    release: fc.constantFrom('airbyte', 'other'),
    reach: fc.constantFrom('component' as const, 'database' as const),
    confirmed: fc.constantFrom(undefined, 'staging', 'production'),
    workers: fc.constantFrom(1, 2),
    operation: fc.constantFrom('delete' as const, 'evict' as const),
  });
  await fc.assert(
    fc.asyncProperty(wrong, async ({ scenario, context, namespace, release, reach, confirmed, workers, operation }) => {
      server.requests.length = 0;
      const victim = aVictim({ namespace, labels: [{ 'app.kubernetes.io/instance': release }] });
      const attempt = anAttempt({
        scenario,
        reach,
        confirmed,
        cluster: { ...anAttempt().cluster, context },
        namespace: { name: namespace, labels: {} },
        victims: [victim],
        replicas: new Map([['worker', workers]]),
      });
      const isAllowed =
        scenario === 'worker_failure' &&
        context === 'staging' &&
        namespace === 'airbyte' &&
        release === 'airbyte' &&
        workers === 2 &&
        (reach === 'component' || confirmed === 'staging');
      const hit = async (): Promise<unknown> => {
        const permit = guarded.allow(CONFIG, attempt, operation);
        const where = { name: victim.name, namespace };
        try {
          return await (operation === 'delete'
            ? guarded.core.deleteNamespacedPod({ ...where, body })
            : guarded.core.createNamespacedPodEviction({ ...where, body: { metadata: where, deleteOptions: body } }));
        } finally {
          permit.close();
        }
      };
      const outcome: unknown = await hit().then(
        () => 'done',
        (error: unknown) => (error instanceof ChaosError ? [error.code, error.exitCode] : error),
      );
      expect(outcome).toEqual(isAllowed ? 'done' : ['refused', 64]);
      expect(server.requests).toHaveLength(isAllowed ? 1 : 0);
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['GET', '/api/v1/namespaces/airbyte/pods', true],
  ['HEAD', '/api/v1/namespaces/airbyte/pods', true],
  ['POST', '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews', true],
  ['POST', '/apis/authorization.k8s.io/v1/subjectaccessreviews', false],
  ['POST', '/api/v1/namespaces/airbyte/pods', false],
  ['GET', '/api/v1/namespaces/airbyte/pods/x/exec', false],
  ['GET', '/api/v1/namespaces/airbyte/services/x/proxy/y', false],
  ['GET', '/api/v1/namespaces/airbyte/pods/x/log', true],
  ['POST', '/apis/k6.io/v1alpha1/namespaces/airbyte/testruns', false],
  ['PATCH', '/api/v1/nodes/x', false],
  ['OPTIONS', '/api/v1/nodes/x', false],
])('%s %s reads: %s', (method, path, expected) => {
  expect(isReading(method, path)).toBe(expected);
});
