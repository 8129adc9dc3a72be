import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeAirbyte, type FakeAirbyte } from '../../clients/monitor/testing/fake-airbyte.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import {
  standInK6Operator,
  serveTestRuns,
  type StandInK6,
} from '../../platforms/cluster/testing/stand-in-k6-operator.ts';
import { connectKubernetes } from '../../platforms/kind/kubernetes-api.ts';
import { IS_SHORT } from '../testing/long-test.ts';
import {
  killHard,
  makeWorkplace,
  newestRecord,
  rootCauses,
  runForJournal,
  startChaos,
  type Workplace,
} from '../testing/run-chaos.ts';
import { existingPlace, NAMESPACE, type ExistingPlace } from './testing/existing-place.ts';

/*
 * Load by the k6 operator, on a real API server; operator, runners and the kubelet that gives their logs are stand-ins. How it could lie: make something where
 * nobody allowed it, or before its undo is on the disk; leave something, also when it is killed; take a runner that was not heard for one that saw no
 * failure; write a secret where many can read it.
 */

const reason = await whyNoApiServer();
const CLIENT = { id: 'canary-client', secret: 'canary-secret' };
const BASIC = { username: 'canary-user', password: 'pässwort €:canary' };
const AS_SENT = Buffer.from(`${BASIC.username}:${BASIC.password}`).toString('base64');
const SECRET = 'airbyte-auth-secrets';

describe.skipIf(reason !== undefined)(`load by the k6 operator${reason === undefined ? '' : ` (${reason})`}`, () => {
  let place: ExistingPlace;
  let k6: StandInK6;
  let work: Workplace;
  let airbyte: FakeAirbyte;
  const config = (): string => join(work.dir, 'chaos.config.yaml');

  beforeAll(async () => {
    place = await existingPlace();
    const { core, config: kubeconfig } = await connectKubernetes(place.ofKubelet);
    const { CustomObjectsApi } = await import('@kubernetes/client-node');
    const custom = kubeconfig.makeApiClient(CustomObjectsApi);
    k6 = await standInK6Operator({ core, custom, namespace: NAMESPACE, certificate: place.server.certificate });
    await place.kubectl([
      'create',
      'secret',
      'generic',
      SECRET,
      `--from-literal=id=${CLIENT.id}`,
      `--from-literal=secret=${CLIENT.secret}`,
      `--from-literal=username=${BASIC.username}`,
      `--from-literal=password=${BASIC.password}`,
      '-n',
      NAMESPACE,
    ]);
  }, 300_000);
  afterAll(async () => {
    await k6?.stop();
    await place?.stop();
  });
  beforeEach(async () => {
    work = makeWorkplace();
    airbyte = await fakeAirbyte({ jobs: [], client: CLIENT });
    await allow('clientId', 'clientSecret', ['id', 'secret']);
    k6.lastWords = undefined;
    k6.failing = 0;
    k6.starterFails = false;
  });
  afterEach(async () => {
    await airbyte[Symbol.asyncDispose]();
    work.remove();
  });

  /** Writes a configuration whose credentials are these two keys of the secret. */
  async function allow(first: string, second: string, keys: readonly [string, string]): Promise<void> {
    rmSync(config(), { force: true });
    await place.allow(work, { api: airbyte.url, scenarios: 'worker_failure', components: 'worker' });
    const written = readFileSync(config(), 'utf8').replace(/^credentials:\n {2}api:\n.*\n.*\n/m, '');
    const secret = (key: string): string => `{secret: {name: ${SECRET}, key: ${key}}}`;
    const load = 'load: {ratePerSecond: 20, runners: 2, url: "http://airbyte-server:8001"}\n';
    const credentials = `credentials: {api: {${first}: ${secret(keys[0])}, ${second}: ${secret(keys[1])}}}\n`;
    writeFileSync(config(), `${written}${credentials}${load}`);
  }
  const args = (...more: readonly string[]): string[] => [
    'worker_failure',
    '--platform',
    'cluster',
    '--config',
    config(),
    ...more,
  ];
  /** What is there of loads, by its kind. */
  async function there(): Promise<string> {
    const kinds = existsDefinition ? 'testruns.k6.io,configmaps,pods' : 'configmaps,pods';
    return place.kubectl([
      'get',
      kinds,
      '-n',
      NAMESPACE,
      '-l',
      'app.kubernetes.io/part-of=airbyte-chaos',
      '-o',
      'name',
    ]);
  }
  let existsDefinition = false;
  async function install(): Promise<void> {
    if (existsDefinition) return;
    await serveTestRuns((words, input) => place.kubectl(words, input));
    existsDefinition = true;
  }
  const changed = (since: number): readonly string[] =>
    place.changes(since).map((one) =>
      one
        .replace(/\?.*/, '')
        .replace(/chaos-load-[^/]*/, 'LOAD')
        .replace(/worker-[^/]*/, 'worker'),
    );

  // These two take half a minute; what they need of the API server is tested with the rights too.
  test.skipIf(IS_SHORT)(
    'where the operator is not installed, a run is refused, says what to do, and makes nothing',
    async () => {
      const since = place.server.requests().length;
      const dry = await startChaos(work, args('--dry-run'));
      expect([dry.exitCode, dry.stdout]).toEqual([64, expect.stringContaining('the k6 operator is not installed')]);
      const { exitCode, stderr } = await startChaos(work, args());
      expect([exitCode, stderr]).toEqual([64, expect.stringContaining('or run without load: --no-load')]);
      expect([place.changes(since), await there()]).toEqual([[], '']);
    },
  );

  test.skipIf(IS_SHORT).each([
    ['an application', false],
    ['HTTP Basic', true],
  ])('with %s it is made, its runners are heard, and nothing of it is left', async (_by, isBasic) => {
    await install();
    if (isBasic) {
      await airbyte[Symbol.asyncDispose]();
      airbyte = await fakeAirbyte({ jobs: [], basic: BASIC });
      await allow('username', 'password', ['username', 'password']);
    }
    k6.failing = 2;
    const since = place.server.requests().length;
    const running = runForJournal(work, args());
    let written = '';
    let isOver = false;
    void running.finally(() => (isOver = true)).catch(() => undefined);
    await pWaitFor(async () => isOver || (written = await there()).includes('pod/'), {
      interval: 100,
      timeout: 120_000,
    });
    const objects = await place.kubectl(['get', 'testruns.k6.io,configmaps', '-n', NAMESPACE, '-o', 'yaml']);
    const { journal, exitCode, log } = await running;
    // There is no sync, so nothing is concluded of syncs; all else passes.
    expect([rootCauses(journal), exitCode], log).toEqual([['job_outcome'], 2]);
    const check = journal.trials[0]?.checks.find(({ id }) => id === 'load_applied');
    expect([check?.verdict, check?.summary]).toEqual(['pass', expect.stringMatching(/failed \(\d+ × 503\)/)]);
    expect(changed(since)).toEqual([
      'create /api/v1/namespaces/airbyte/configmaps',
      'create /apis/k6.io/v1alpha1/namespaces/airbyte/testruns',
      'delete /api/v1/namespaces/airbyte/pods/airbyte-worker',
      'delete /apis/k6.io/v1alpha1/namespaces/airbyte/testruns/LOAD',
      'delete /api/v1/namespaces/airbyte/configmaps/LOAD',
    ]);
    expect([await there(), readdirSync(join(work.state, 'undo'))]).toEqual(['', []]);
    const record = newestRecord(work, 'worker_failure');
    expect(record.match(/"type":"load.runner"/g)).toHaveLength(2);
    expect(record).toMatch(/"type":"load",.*"uncertainMs":\d/);
    for (const text of [objects, record, log, JSON.stringify(journal)]) {
      expect(/canary/.exec(text)?.[0]).toBeUndefined();
      expect(text).not.toContain(AS_SENT);
    }
    expect(objects).toContain('secretKeyRef');
    expect(written).toContain('testrun.k6.io/chaos-load-');
  });

  test('killed it leaves what `cleanup` finds; until then no run begins, from wherever', async () => {
    await install();
    const killed = startChaos(work, args());
    await pWaitFor(async () => (await there()).includes('testrun.k6.io/'), { interval: 50, timeout: 120_000 });
    const undo = readdirSync(join(work.state, 'undo')).map((name) =>
      readFileSync(join(work.state, 'undo', name), 'utf8'),
    );
    expect(undo).toEqual([expect.stringContaining('"remove-load"')]);
    await killHard(killed);
    const elsewhere = {
      ...work,
      state: join(work.dir, 'elsewhere'),
      environment: { ...work.environment, CHAOS_STATE_DIR: join(work.dir, 'elsewhere') },
    };
    const refused = await startChaos(elsewhere, args());
    expect([refused.exitCode, refused.stderr]).toEqual([
      64,
      expect.stringContaining('the load of another run: TestRun chaos-load-'),
    ]);
    const { exitCode, stdout } = await startChaos(work, ['cleanup']);
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining('removed TestRun chaos-load-')]);
    expect(await there()).toBe('');
  });

  describe.skipIf(IS_SHORT)('in all its ends (only with --long)', () => {
    test.each(['SIGINT', 'stop file'] as const)('%s: it is undone', async (how) => {
      await install();
      const stop = join(work.dir, 'STOP');
      writeFileSync(config(), `${readFileSync(config(), 'utf8')}stopFile: ${stop}\n`);
      const running = startChaos(work, args());
      await pWaitFor(async () => (await there()).includes('pod/'), { interval: 100, timeout: 120_000 });
      if (how === 'SIGINT') running.kill('SIGINT');
      else writeFileSync(stop, '');
      const { exitCode } = await running;
      expect([exitCode, await there(), existsSync(join(work.state, 'run.lock'))]).toEqual([130, '', false]);
    });

    test.each([
      ['that died', 'could not load JS test\n', 'load_applied', 'its last words: could not load JS test'],
      ['whose summary is torn', 'chaos-load-summary {"version":1,"ended', 'load_applied', 'its summary is torn'],
    ])('of a runner %s nothing is concluded', async (_what, words, cause, said) => {
      await install();
      k6.lastWords = (runner) => (runner.endsWith('-2') ? words : undefined);
      const { journal, exitCode, log } = await runForJournal(work, args());
      expect([rootCauses(journal).toSorted(), exitCode], log).toEqual([['job_outcome', cause], 2]);
      expect(journal.trials[0]?.checks.find(({ id }) => id === cause)?.summary).toContain(said);
    });

    test('whose runners nobody starts: nothing is broken, at once, and nothing left', async () => {
      await install();
      k6.starterFails = true;
      const since = place.server.requests().length;
      const { exitCode, stdout } = await startChaos(work, args());
      expect([exitCode, stdout]).toEqual([2, expect.stringMatching(/the load did not start.*-starter-\S+ Failed/)]);
      expect(changed(since).filter((one) => one.includes('/pods'))).toEqual([]);
      expect(await there()).toBe('');
    });

    test('what another run left on another machine is removed with --config, and what is not of a run stays', async () => {
      await install();
      const runId = '2026-11-27T10-00-00Z-worker_failure-ffff';
      const labels = { 'app.kubernetes.io/part-of': 'airbyte-chaos', 'chaos.airbyte/run': runId };
      const script = (name: string, of: object): string =>
        JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: NAMESPACE, labels: of } });
      await place.kubectl(['apply', '-f', '-'], script('chaos-load-20261127t100000z-ffff-1', labels));
      await place.kubectl(
        ['apply', '-f', '-'],
        script('of-somebody', { 'app.kubernetes.io/part-of': 'airbyte-chaos' }),
      );
      expect((await startChaos(work, args())).exitCode).toBe(64);
      const { exitCode, stdout } = await startChaos(work, ['cleanup', '--config', config()]);
      expect([exitCode, stdout]).toEqual([
        0,
        expect.stringContaining('removed ConfigMap chaos-load-20261127t100000z-ffff-1'),
      ]);
      expect(await there()).toBe('configmap/of-somebody');
      await place.kubectl(['delete', 'configmap', 'of-somebody', '-n', NAMESPACE]);
    });
  });
});
