import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { whyNoApiServer } from '../platforms/cluster/testing/api-server-programs.ts';
import { PROTECTED_LABEL, RELEASE_LABEL } from '../platforms/cluster/policy.ts';
import { airbyteObjects, manifestOf, rawPod } from '../profiles/testing/airbyte-objects.ts';
import { fakeAirbyte } from '../clients/monitor/testing/fake-airbyte.ts';
import { discoverPlace, type DiscoverPlace } from './testing/discover-place.ts';

/*
 * How it could lie: allow more than was asked for; take another cluster for this one; show a victim that it would not hit, or hide one; say that something may
 * be hit that is protected; change something while it looks; write a secret down.
 */

const reason = await whyNoApiServer();
const CANARY = 'canary-5eed';
const NAMESPACE = 'airbyte';
const READING = new Set(['get', 'list', 'watch']);

const WORKERS = ['airbyte-worker-a', 'airbyte-worker-b'];
const pods = WORKERS.map((name) =>
  rawPod(
    name,
    { 'app.kubernetes.io/name': 'worker', [RELEASE_LABEL]: 'airbyte' },
    {
      metadata: {
        ownerReferences: [
          {
            apiVersion: 'apps/v1',
            kind: 'ReplicaSet',
            name: 'airbyte-worker-1',
            uid: 'f5f0a1de-0000-4000-8000-000000000000',
            controller: true,
          },
        ],
      },
    },
  ),
);

describe.skipIf(reason !== undefined)(`an existing cluster${reason === undefined ? '' : ` (${reason})`}`, () => {
  let place: DiscoverPlace;
  let folder = '';
  const chaos = (...args: readonly string[]) => place.chaos(folder, ...args);
  const init = (...args: readonly string[]) =>
    chaos('init', '--kubeconfig', place.server.kubeconfig, '--namespace', NAMESPACE, ...args);
  const dryRun = (...args: readonly string[]) => chaos('worker_failure', '--platform', 'cluster', '--dry-run', ...args);
  const ALLOWED = ['--allow', 'worker_failure', '--components', 'worker'];

  beforeAll(async () => {
    place = await discoverPlace();
    const objects = airbyteObjects({
      change: (component, raw) => ({
        ...raw,
        ...(component === 'worker' ? { replicas: 2 } : {}),
        env: [{ name: 'DATABASE_PASSWORD', value: CANARY }],
      }),
    });
    await place.fill(NAMESPACE, manifestOf([...objects, ...pods]));
    for (const name of WORKERS) await showAs(name, 'True');
  });
  async function showAs(name: string, ready: 'True' | 'False'): Promise<void> {
    const status = { phase: 'Running', conditions: [{ type: 'Ready', status: ready }] };
    const how = ['--subresource=status', '--type=merge', '--patch', JSON.stringify({ status })];
    await place.kubectl(['patch', 'pod', name, '--namespace', NAMESPACE, ...how]);
  }
  afterAll(() => place.server.stop());
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'chaos-existing-'));
    return () => rmSync(folder, { recursive: true });
  });
  const file = (): string => join(folder, 'chaos.config.yaml');

  /** What was asked of the API server meanwhile, but for the server's own components. */
  async function asked(work: () => Promise<unknown>): Promise<readonly string[]> {
    const before = place.server.requests().length;
    await work();
    const since = place.server.requests().slice(before);
    // What one may do is asked by making an object that is kept nowhere.
    const own = since.filter(({ user, resource }) => user === 'administrator' && !resource.startsWith('selfsubject'));
    return own.map(({ verb }) => verb);
  }

  test('init writes what is there and allows nothing by itself, and the file is valid', async () => {
    const { exitCode, stderr } = await init();
    expect([exitCode, stderr]).toEqual([0, expect.stringContaining('worker 0/2')]);
    const text = readFileSync(file(), 'utf8');
    const uid = await place.kubectl(['get', 'namespace', 'kube-system', '-o', 'jsonpath={.metadata.uid}']);
    expect(text).toContain(uid);
    expect(text).toContain(place.server.url);
    expect(text).toContain('scenarios: []');
    expect(text + stderr).not.toContain(CANARY);
    expect(await chaos('validate', '--config', file())).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('may run     nothing'),
    });
  });

  test('init writes the rights beside it, as a cluster takes them, and replaces no file of them', async () => {
    const rights = join(folder, 'rights.yaml');
    expect(await init(...ALLOWED, '--rbac', 'rights.yaml')).toMatchObject({ exitCode: 0 });
    const text = readFileSync(rights, 'utf8');
    expect(`${(await chaos('rbac')).stdout}\n`).toBe(text);
    const taken = await place.kubectl(['apply', '--dry-run=server', '-f', '-'], text);
    expect(taken).toContain('role.rbac.authorization.k8s.io/airbyte-chaos-worker-failure created');
    rmSync(file());
    expect(await init(...ALLOWED, '--rbac', 'rights.yaml')).toMatchObject({
      exitCode: 64,
      stderr: expect.stringContaining('rights.yaml is there already'),
    });
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  test('init names where HTTP Basic is and reads nothing of it; unnamed, it is told where the API asks for it', async () => {
    const basic = { username: CANARY, password: CANARY };
    await using airbyte = await fakeAirbyte({ basic });
    const api = ['--api', airbyte.url.href];
    const silent = await init(...api);
    expect([silent.exitCode, silent.stderr]).toEqual([
      0,
      expect.stringContaining('The API asks for HTTP Basic: name '),
    ]);
    expect(readFileSync(file(), 'utf8')).toMatch(/\n# credentials: \{api: \{username: /);
    const places = ['--username-from', 'secret:basic-auth/username', '--password-from', 'env:API_PASSWORD'];
    const told = await init(...api, ...places, '--force');
    expect([told.exitCode, told.stderr]).toEqual([0, expect.not.stringContaining('HTTP Basic')]);
    const text = readFileSync(file(), 'utf8');
    expect(text).toContain(
      '    username: {secret: {name: basic-auth, key: username}}\n    password: {env: API_PASSWORD}\n',
    );
    expect(airbyte.calls).toMatchObject([{ path: '/health', authorization: undefined }]);
    expect(await chaos('validate', '--config', file())).toMatchObject({ exitCode: 0 });
    const inPlace = await init(...api, '--username-from', CANARY, '--password-from', 'env:A', '--force');
    expect([inPlace.exitCode, inPlace.stderr.includes(CANARY)]).toEqual([64, false]);
  });

  test('a file that is there is left alone, but for --force', async () => {
    writeFileSync(file(), 'mine');
    expect(await init()).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('is there already') });
    expect(readFileSync(file(), 'utf8')).toBe('mine');
    expect(await init('--force')).toMatchObject({ exitCode: 0 });
  });

  test.each([
    ['a scenario that there is not', ['--allow', 'wroker_failure'], 'worker_failure'],
    ['a component that is not there', ['--components', 'worker,webap'], 'webap'],
    ['a namespace of the cluster itself', ['--namespace', 'kube-system'], 'belongs to the cluster itself'],
    ['a context that there is not', ['--context', 'production'], 'production'],
  ])('init refuses %s and writes nothing', async (_what, args, says) => {
    expect(await init(...args)).toMatchObject({ exitCode: 64, stderr: expect.stringContaining(says) });
    expect(() => readFileSync(file())).toThrow('ENOENT');
  });

  test('a dry run shows each pod with the very request, and nothing but reading was asked', async () => {
    await init(...ALLOWED);
    const verbs = await asked(async () => {
      const { exitCode, stdout } = await dryRun();
      for (const name of WORKERS)
        expect(stdout).toContain(`can hit     ${name}: DELETE /api/v1/namespaces/airbyte/pods/${name}, only with UID `);
      expect(stdout).toContain('workload-launcher');
      expect([exitCode, stdout.includes(CANARY)]).toEqual([0, false]);
    });
    expect(verbs.length).toBeGreaterThan(5);
    expect(verbs.filter((verb) => !READING.has(verb))).toEqual([]);
  });

  test.each([
    [
      'a scenario that is not allowed',
      ['--components', 'worker'],
      (text: string) => text,
      'is not among the scenarios',
    ],
    [
      'a component that is not allowed',
      ['--allow', 'worker_failure'],
      (text: string) => text,
      'is not among those that may be hit',
    ],
    [
      'another cluster under the same name',
      ALLOWED,
      (text: string) => text.replace(/kubeSystemUid: \S+/, 'kubeSystemUid: 0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11'),
      'leads to another cluster',
    ],
    [
      'more than the share',
      ALLOWED,
      (text: string) => text.replace('maxShare: 0.5', 'maxShare: 0.4'),
      '1 of 2 instances of worker would be hit',
    ],
    [
      'a frozen time',
      ALLOWED,
      (text: string) =>
        text.replace(
          'freezes: []',
          'freezes: [{reason: year end, from: "2000-01-01T00:00:00Z", until: "2100-01-01T00:00:00Z"}]',
        ),
      'frozen now: year end',
    ],
  ])('%s is refused before anything is changed', async (_what, args, change, says) => {
    await init(...args);
    writeFileSync(file(), change(readFileSync(file(), 'utf8')));
    const verbs = await asked(async () => {
      expect(await dryRun()).toMatchObject({ exitCode: 64, stdout: expect.stringContaining(says) });
    });
    expect(verbs.filter((verb) => !READING.has(verb))).toEqual([]);
  });

  test.each(['pod/airbyte-worker-a', 'deployment/airbyte-worker', `namespace/${NAMESPACE}`])(
    'a label protects by %s',
    async (object) => {
      await init(...ALLOWED);
      const label = (value: string) => place.kubectl(['label', object, '-n', NAMESPACE, `${PROTECTED_LABEL}${value}`]);
      await label('=true');
      const { stdout } = await dryRun();
      await label('-');
      expect(stdout).toMatch(/may not hit airbyte-worker-a:.*\n\s+✗ The label chaos\.airbyte\/protected protects/);
    },
  );

  test('while another is not ready, as when somebody else rehearses here, no more is taken than the share', async () => {
    await init(...ALLOWED);
    await showAs('airbyte-worker-b', 'False');
    const { exitCode, stdout } = await dryRun();
    await showAs('airbyte-worker-b', 'True');
    expect(stdout).toMatch(/may not hit airbyte-worker-a:.*\n.*and 1 more is away or not ready already/);
    expect([exitCode, stdout.includes('can hit     airbyte-worker-b')]).toEqual([0, true]);
  });

  test('a scenario that reaches the database wants the name of the context', async () => {
    await init('--allow', 'database_failure', '--components', 'database');
    const run = (...args: readonly string[]) =>
      chaos('database_failure', '--platform', 'cluster', '--dry-run', ...args);
    expect(await run()).toMatchObject({ exitCode: 64, stdout: expect.stringContaining('StatefulSet/airbyte-db') });
  });

  test('a run that could measure nothing is refused before anything is changed', async () => {
    await init(...ALLOWED);
    const verbs = await asked(async () => {
      expect(await chaos('worker_failure', '--platform', 'cluster')).toMatchObject({
        exitCode: 64,
        stderr: expect.stringContaining('nothing could be measured'),
      });
    });
    expect(verbs.filter((verb) => !READING.has(verb))).toEqual([]);
  });
});
