import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeAirbyte, type FakeAirbyte, type FakeJob } from '../../clients/monitor/testing/fake-airbyte.ts';
import { fakeConnection, fakeJob, WORKSPACE } from '../../clients/monitor/testing/fake-content.ts';
import { PROTECTED_LABEL } from '../../platforms/cluster/policy.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
import {
  makeWorkplace,
  newestRecord,
  rootCauses,
  runForJournal,
  startChaos,
  type Workplace,
} from '../testing/run-chaos.ts';
import { existingPlace, NAMESPACE, type ExistingPlace } from './testing/existing-place.ts';

/*
 * Runs on an existing cluster: a real API server with the controllers that make pods; only scheduler, kubelet and Airbyte's own API are stand-ins. How it could
 * lie: hit another pod than it says, or more than one; pass what a status alone claims; call a sync lost that goes on; go on when it was told to stop; write
 * down what it was trusted with.
 */

const reason = await whyNoApiServer();
const CONNECTION = '11111111-2222-4333-8444-555555555555';
/** Another connection, of which nothing is due without a job that it had. */
const EACH_MINUTE = 'each-minute';
const scheduleData = { basicSchedule: { timeUnit: 'minutes', units: 1 } };
const CLIENT = { id: 'canary-client', secret: 'canary-secret' };
/** A proxy before an old version. */
const BASIC = { username: 'canary-user', password: 'pässwort €:canary' };
const AS_SENT = Buffer.from(`${BASIC.username}:${BASIC.password}`).toString('base64');

describe.skipIf(reason !== undefined)(
  `runs on an existing cluster${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: ExistingPlace;
    let work: Workplace;
    let airbyte: FakeAirbyte;
    let jobs: FakeJob[] = [];
    const config = (): string => join(work.dir, 'chaos.config.yaml');

    beforeAll(async () => {
      place = await existingPlace();
    }, 300_000);
    afterAll(async () => {
      await place?.stop();
    });
    beforeEach(async () => {
      work = makeWorkplace();
      jobs = [];
      airbyte = await fakeAirbyte({
        jobs,
        workspaces: [WORKSPACE],
        connections: [fakeConnection(CONNECTION), fakeConnection(EACH_MINUTE, { scheduleData })],
        client: { ...CLIENT, lifetimeSeconds: 0.5 },
      });
    });
    afterEach(async () => {
      await airbyte[Symbol.asyncDispose]();
      work.remove();
    });

    async function allow(scenarios: string, components: string, more = ''): Promise<void> {
      await place.allow(work, { api: airbyte.url, scenarios, components });
      const written = readFileSync(config(), 'utf8').replace(/credentials:\n {2}api:\n.*\n.*\n/, '');
      const credentials = `credentials:\n  api: {clientId: {env: CANARY_ID}, clientSecret: {env: CANARY_SECRET}}\n`;
      writeFileSync(config(), `${written}\n${credentials}${more}`);
      work.environment['CANARY_ID'] = CLIENT.id;
      work.environment['CANARY_SECRET'] = CLIENT.secret;
    }
    /** Job 7 as Airbyte would show it. */
    function showJob(status: string, attempts: readonly object[]): void {
      const now = Math.floor(Date.now() / 1000);
      const job = { id: 7, configType: 'sync', configId: CONNECTION, status, createdAt: now - 60, updatedAt: now };
      jobs[0] = {
        id: 7,
        connectionId: CONNECTION,
        type: 'sync',
        status,
        createdAt: now - 60,
        updatedAt: now,
        json: JSON.stringify({ job, attempts }),
      };
    }
    const attempt = (status: string, emitted?: number, committed?: number): object => ({
      id: 0,
      status,
      createdAt: Math.floor(Date.now() / 1000) - 60,
      ...(emitted === undefined ? {} : { totalStats: { recordsEmitted: emitted, recordsCommitted: committed } }),
    });
    /** Does something once the record of a run shows that the fault has had its effect; gives how the run ended. */
    async function whileRuns<Ended>(running: PromiseLike<Ended>, then: () => void): Promise<Ended> {
      let isOver = false;
      const ended = Promise.resolve(running).finally(() => (isOver = true));
      ended.catch(() => undefined);
      const hasStruck = (): boolean => newestRecord(work, 'worker_failure').includes('"fault.evidence"');
      await pWaitFor(() => isOver || hasStruck(), { interval: 50, timeout: 120_000 });
      then();
      return ended;
    }
    /** Nothing of what runs were trusted with is in anything that they wrote. */
    function expectNoSecret(): void {
      for (const file of readdirSync(work.reports, { recursive: true, encoding: 'utf8' })) {
        if (!/\.(json|ndjson|html|xml|md)$/.test(file)) continue;
        const text = readFileSync(join(work.reports, file), 'utf8');
        expect(/canary/.exec(text)?.[0], file).toBeUndefined();
        expect(text.includes(AS_SENT), file).toBe(false);
      }
    }
    const succeed = (): void => showJob('succeeded', [attempt('succeeded', 2000, 2000)]);
    const run = (scenario: string, ...args: readonly string[]) =>
      runForJournal(work, [scenario, '--platform', 'cluster', '--config', config(), ...args]);

    test('a worker is taken away, another comes, the sync goes on: it passes, and one pod was deleted', async () => {
      await allow('worker_failure', 'worker');
      showJob('running', [attempt('running', 900, 500)]);
      const before = place.server.requests().length;
      const { journal, exitCode } = await whileRuns(run('worker_failure'), succeed);
      expect([rootCauses(journal), exitCode]).toEqual([[], 0]);
      expect(journal.headline).toContain('was not counted');
      const [trial] = journal.trials;
      const titles = trial?.checks.map(({ id }) => id);
      expect(titles).toEqual(
        expect.arrayContaining(['recovery_time', 'job_outcome', 'capacity_restored', 'api_availability']),
      );
      const done = place.changes(before);
      expect(done).toEqual([expect.stringMatching(/^delete \/api\/v1\/namespaces\/airbyte\/pods\/airbyte-worker-/)]);
      const record = newestRecord(work, 'worker_failure');
      expect(record).toContain('"replacement');
      expectNoSecret();
      // A token lives for half a second here: it was got anew meanwhile.
      expect(airbyte.calls.filter(({ path }) => path === '/applications/token').length).toBeGreaterThan(1);
      // The same record gives the same verdict, without a cluster.
      const again = await startChaos(work, ['report', 'latest', '--json']);
      expect(JSON.parse(again.stdout)).toEqual(journal);
    });

    test('an Airbyte behind a proxy that asks for HTTP Basic: it passes with it, in no form of which anything is written, and says so without', async () => {
      await airbyte[Symbol.asyncDispose]();
      // As a careless Airbyte would: what it was sent comes back as a name.
      const named = fakeConnection(CONNECTION);
      const plain = { ...Object(named.plain), name: `Shop of ${BASIC.username}: Basic ${AS_SENT}` };
      airbyte = await fakeAirbyte({
        jobs,
        workspaces: [WORKSPACE],
        connections: [{ ...named, plain, web: { ...Object(named.web), name: plain.name } }],
        basic: BASIC,
      });
      await allow('worker_failure', 'worker');
      showJob('running', [attempt('running', 900, 500)]);
      const without = await run('worker_failure', '--set', 'probeEveryMs=200');
      expect([without.exitCode, without.log]).toEqual([
        expect.any(Number),
        expect.stringContaining('asks for HTTP Basic'),
      ]);
      expect(without.exitCode).not.toBe(0);
      work.environment['CANARY_NAME'] = BASIC.username;
      writeFileSync(join(work.dir, 'password'), `${BASIC.password}\n`);
      const basic = `{username: {env: CANARY_NAME}, password: {file: ${join(work.dir, 'password')}}}`;
      writeFileSync(config(), readFileSync(config(), 'utf8').replace(/^ {2}api: \{.*$/m, `  api: ${basic}`));
      const { journal, exitCode, log } = await whileRuns(run('worker_failure'), succeed);
      expect([rootCauses(journal), exitCode], log).toEqual([[], 0]);
      expect(newestRecord(work, 'worker_failure')).toContain('Shop of ***: Basic ***');
      expectNoSecret();
      expect(/canary/.exec(log)?.[0]).toBeUndefined();
      const steady = await startChaos(work, ['steady', '--platform', 'cluster', '--config', config()]);
      expect([steady.exitCode, steady.stdout]).toEqual([0, expect.not.stringContaining('canary')]);
    });

    test('a pod that is protected is left alone, and another is hit', async () => {
      await allow('worker_failure', 'worker');
      const names = await place.kubectl([
        'get',
        'pods',
        '-n',
        NAMESPACE,
        '-l',
        'app.kubernetes.io/name=worker',
        '-o',
        'jsonpath={.items[*].metadata.name}',
      ]);
      const [first = '', second = ''] = names.split(' ');
      await place.kubectl(['label', 'pod', first, '-n', NAMESPACE, `${PROTECTED_LABEL}=true`]);
      showJob('running', [attempt('running', 900, 500)]);
      const before = place.server.requests().length;
      await whileRuns(run('worker_failure'), succeed);
      expect(place.changes(before)).toEqual([
        expect.stringContaining(`delete /api/v1/namespaces/airbyte/pods/${second}`),
      ]);
      await place.kubectl(['label', 'pod', first, '-n', NAMESPACE, `${PROTECTED_LABEL}-`]);
    });

    test('a job pod is lost, and Airbyte calls the sync succeeded: the report does not', async () => {
      await allow('worker_failure', 'job-pod');
      // There is one, and it is meant.
      writeFileSync(config(), readFileSync(config(), 'utf8').replace(/maxShare: .*/, 'maxShare: 1'));
      await place.runJobPod({ jobId: '7', connectionId: CONNECTION });
      showJob('running', [attempt('running', 900, 500)]);
      const running = run('worker_failure', '--target', 'job-pod');
      const { journal, exitCode } = await whileRuns(running, () => showJob('succeeded', [attempt('succeeded')]));
      expect([exitCode, rootCauses(journal)]).toEqual([1, ['job_outcome']]);
      const check = journal.trials[0]?.checks.find(({ id }) => id === 'job_outcome');
      expect(check?.summary).toContain('false success');
    });

    test('there is no scheduler, so a worker and Temporal are taken away, each of them, and without a sync nothing is concluded of syncs', async () => {
      await allow('scheduler_failure', 'worker,temporal');
      writeFileSync(config(), readFileSync(config(), 'utf8').replace(/maxShare: .*/, 'maxShare: 1'));
      const before = place.server.requests().length;
      const { journal, exitCode } = await run('scheduler_failure');
      // Nor of schedules: none was due.
      expect([exitCode, rootCauses(journal)]).toEqual([2, ['job_outcome', 'schedules_kept']]);
      const done = place.changes(before);
      expect(done.toSorted()).toEqual([
        expect.stringContaining('delete /api/v1/namespaces/airbyte/pods/airbyte-temporal-'),
        expect.stringContaining('delete /api/v1/namespaces/airbyte/pods/airbyte-worker-'),
      ]);
    });

    test.skipIf(IS_SHORT).each([
      ['comes: it passes', true, [], 'What was due first came: "Connection each-minute" (job 9)'],
      ['never comes: it fails', false, ['schedules_kept'], 'made no job when it was due'],
    ] as const)(`a sync that became due meanwhile %s (${ONLY_LONG})`, async (_, comes, causes, words) => {
      await allow('worker_failure', 'worker');
      showJob('running', [attempt('running', 900, 500)]);
      const now = (): number => Math.floor(Date.now() / 1000);
      jobs[1] = fakeJob(8, { connectionId: EACH_MINUTE, createdAt: now() - 62 });
      const { journal } = await whileRuns(run('worker_failure'), () => {
        succeed();
        if (comes) jobs[2] = fakeJob(9, { connectionId: EACH_MINUTE, createdAt: now() });
      });
      expect(rootCauses(journal)).toEqual(causes);
      const check = journal.trials[0]?.checks.find(({ id }) => id === 'schedules_kept');
      expect(check?.summary).toContain(words);
    });

    test('a stop file ends a run, and none is begun while it is there', async () => {
      const stop = join(work.dir, 'STOP');
      await allow('worker_failure', 'worker', `stopFile: ${stop}\n`);
      showJob('running', [attempt('running', 900, 500)]);
      const running = startChaos(work, ['worker_failure', '--platform', 'cluster', '--config', config()]);
      let at = 0;
      const { exitCode, stderr } = await whileRuns(running, () => {
        writeFileSync(stop, '');
        at = performance.now();
      });
      console.log(`a run ended ${Math.round(performance.now() - at)} ms after its stop file was there`);
      expect([exitCode, stderr]).toEqual([130, expect.stringContaining('STOP is there')]);
      const refused = await startChaos(work, ['worker_failure', '--platform', 'cluster', '--config', config()]);
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('nothing is begun')]);
      await pWaitFor(async () => (await place.ready('worker')) === 2, { interval: 200, timeout: 60_000 });
    });

    test('without an address of the API nothing is begun', async () => {
      await allow('worker_failure', 'worker');
      writeFileSync(config(), readFileSync(config(), 'utf8').replace(/endpoints:\n.*\n/, ''));
      const before = place.server.requests().length;
      const { exitCode, stderr } = await startChaos(work, [
        'worker_failure',
        '--platform',
        'cluster',
        '--config',
        config(),
      ]);
      expect([exitCode, stderr]).toEqual([64, expect.stringContaining('nothing could be measured')]);
      expect(place.changes(before)).toEqual([]);
    });
  },
);
