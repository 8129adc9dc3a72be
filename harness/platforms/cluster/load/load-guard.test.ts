import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ChaosError } from '../../../core/errors.ts';
import { guardApi, type GuardedApi } from '../guarded-api.ts';
import { anAttempt, CONFIG, WITH_LOAD } from '../testing/an-attempt.ts';
import { callEverything, changesAmong } from '../testing/call-everything.ts';
import { recordingServer, type RecordingServer } from '../testing/recording-server.ts';
import { loadName } from './load-objects.ts';
import { LOAD, loadPath } from './load-operation.ts';

/* How it could lie: make what nobody allowed, or more of it; remove what is not of a run, or of another cluster. */

let server: RecordingServer;
let guarded: GuardedApi;

beforeEach(async () => {
  server = await recordingServer();
  guarded = await guardApi(server.kubeconfig);
});
afterEach(async () => server.close());

const callAll = (): Promise<number> => callEverything(guarded);
const changing = (): readonly string[] => changesAmong(server.requests);
const OF_RUN = { runId: '2026-11-28T18-56-23Z-worker_failure-7f3a', trial: 1, script: 'the script' };
const TEST_RUNS = { group: 'k6.io', version: 'v1alpha1', plural: 'testruns', namespace: 'airbyte' };

test('with a permit for a load, nothing but its two objects is made, to the letter', async () => {
  const permit = guarded.allowLoad(WITH_LOAD, anAttempt(), OF_RUN);
  const make = (body: object, where: object = {}): Promise<unknown> =>
    guarded.custom.createNamespacedCustomObject({ ...TEST_RUNS, ...where, body });
  const makeScript = (body: object, namespace = 'airbyte'): Promise<unknown> =>
    guarded.core.createNamespacedConfigMap({ namespace, body });
  const { testRun, script } = permit.requests;
  await callAll();
  const other = LOAD.requestsFor(WITH_LOAD, { ...OF_RUN, trial: 2 });
  const more = LOAD.requestsFor(
    { ...WITH_LOAD, load: { ratePerSecond: 2000, runners: 50, url: 'http://server:8001' } },
    OF_RUN,
  );
  const tries = [
    make(other.testRun.body),
    make(more.testRun.body),
    make({ ...testRun.body, spec: {} }),
    make(testRun.body, { namespace: 'kube-system' }),
    make(testRun.body, { plural: 'privateloadzones' }),
    make(testRun.body, { version: 'v1' }),
    makeScript(other.script.body),
    makeScript({ ...script.body, data: { 'api.ts': 'another script' } }),
    makeScript(script.body, 'kube-system'),
    guarded.custom.replaceNamespacedCustomObject({ ...TEST_RUNS, name: loadName(OF_RUN.runId, 1), body: testRun.body }),
  ];
  for (const one of tries) await expect(one).rejects.toThrow('was not sent');
  expect(changing()).toEqual([]);
  await makeScript(script.body);
  await make(testRun.body);
  expect(changing()).toEqual([
    'POST /api/v1/namespaces/airbyte/configmaps',
    'POST /apis/k6.io/v1alpha1/namespaces/airbyte/testruns',
  ]);
  permit.close();
  await expect(make(testRun.body)).rejects.toThrow('was not sent');
});

test('what a run has made is removed by its name and its UID, and nothing beside it', async () => {
  const name = loadName(OF_RUN.runId, 1);
  const { cluster } = anAttempt();
  const permit = guarded.allowRemoval(CONFIG, cluster, LOAD.removalOf('TestRun', 'airbyte', { name, uid: 'load-1' }));
  const remove = (which: object, uid?: string): Promise<unknown> => {
    const of = uid === undefined ? {} : { body: { preconditions: { uid } } };
    return guarded.custom.deleteNamespacedCustomObject({ ...TEST_RUNS, name, ...which, ...of });
  };
  await callAll();
  const tries = [
    remove({}),
    remove({}, 'load-2'),
    remove({ name: 'nightly-load' }, 'load-1'),
    remove({ namespace: 'kube-system' }, 'load-1'),
    guarded.custom.deleteCollectionNamespacedCustomObject({ ...TEST_RUNS, body: { preconditions: { uid: 'load-1' } } }),
    guarded.core.deleteNamespacedConfigMap({ namespace: 'airbyte', name, body: { preconditions: { uid: 'load-1' } } }),
  ];
  for (const one of tries) await expect(one).rejects.toThrow('was not sent');
  expect(changing()).toEqual([]);
  await remove({}, 'load-1');
  expect(changing()).toEqual([`DELETE ${loadPath('TestRun', 'airbyte', name)}`]);
  permit.close();
  await expect(remove({}, 'load-1')).rejects.toThrow('was not sent');
  const elsewhere = { ...cluster, kubeSystemUid: 'another' };
  expect(() =>
    guarded.allowRemoval(CONFIG, elsewhere, LOAD.removalOf('TestRun', 'airbyte', { name, uid: 'x' })),
  ).toThrow('leads to another cluster');
});

test('load that the policy refuses reaches no server, whatever else is so', async () => {
  const wrong = fc.record({
    config: fc.constantFrom(CONFIG, WITH_LOAD),
    scenario: fc.constantFrom('worker_failure', 'zone_failure'),
    kubeSystemUid: fc.constantFrom(CONFIG.cluster.kubeSystemUid, 'another'),
    name: fc.constantFrom('airbyte', 'other'),
    atMs: fc.constantFrom(anAttempt().atMs, Date.parse('2026-12-24T12:00:00Z')),
  });
  await fc.assert(
    fc.asyncProperty(wrong, async ({ config, scenario, kubeSystemUid, name, atMs }) => {
      server.requests.length = 0;
      const cluster = { ...anAttempt().cluster, kubeSystemUid };
      const attempt = anAttempt({ scenario, cluster, namespace: { name, labels: {} }, atMs });
      const isAllowed =
        config === WITH_LOAD &&
        scenario === 'worker_failure' &&
        kubeSystemUid === CONFIG.cluster.kubeSystemUid &&
        name === 'airbyte' &&
        atMs === anAttempt().atMs;
      const { testRun } = LOAD.requestsFor(config, OF_RUN);
      const make = async (): Promise<void> => {
        const permit = guarded.allowLoad(config, attempt, OF_RUN);
        await guarded.custom
          .createNamespacedCustomObject({ ...TEST_RUNS, body: testRun.body })
          .finally(() => permit.close());
      };
      const outcome: unknown = await make().then(
        () => 'done',
        (error: unknown) => (error instanceof ChaosError ? error.code : error),
      );
      expect(outcome).toBe(isAllowed ? 'done' : 'refused');
      expect(server.requests).toHaveLength(isAllowed ? 1 : 0);
    }),
  );
});
