import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  fakeAirbyte,
  type FakeAirbyte,
  type FakeAirbyteOptions,
  type FakeJob,
} from '../../clients/monitor/testing/fake-airbyte.ts';
import {
  DEV_NULL,
  fakeWorkspace,
  type FakeWorkspace,
  type FakeWorkspaceOptions,
} from '../../clients/testing/fake-workspace.ts';
import { ownName } from '../../core/own-mark.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
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
import { existingPlace, type ExistingPlace } from './testing/existing-place.ts';

/*
 * A connection of the run's own, on a real API server; Airbyte's own API is a stand-in that counts what exists. How it could lie: make something where nobody
 * allowed it, or before all was refused that is to be; leave something, also when it is killed; take away what is not its own; write down what it was trusted with.
 */

const reason = await whyNoApiServer();
const CLIENT = { id: 'canary-client', secret: 'canary-secret' };
const CONNECTOR_SECRET = 'canary of the\nconnector';

describe.skipIf(reason !== undefined)(
  `a connection of a run's own${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: ExistingPlace;
    let work: Workplace;
    let airbyte: FakeAirbyte;
    let there: FakeWorkspace;
    let jobs: FakeJob[] = [];
    let trouble: FakeAirbyteOptions['trouble'];
    const config = (): string => join(work.dir, 'chaos.config.yaml');

    beforeAll(async () => {
      place = await existingPlace();
    }, 300_000);
    afterAll(async () => place?.stop());
    beforeEach(async () => {
      work = makeWorkplace();
      jobs = [];
      trouble = undefined;
      await serve();
    });
    afterEach(async () => {
      await airbyte[Symbol.asyncDispose]();
      work.remove();
    });

    async function serve(options: FakeWorkspaceOptions = {}): Promise<void> {
      there = fakeWorkspace({
        onSync: (connectionId) => show(connectionId, 'running', 900, 500),
        onCancel: () => show('', 'cancelled'),
        ...options,
      });
      there.sources.set('foreign', { name: 'Shop' });
      airbyte = await fakeAirbyte({
        jobs,
        client: CLIENT,
        more: there.more,
        trouble: (...asked) => trouble?.(...asked),
      });
    }
    /** Job 7 as Airbyte would show it. */
    function show(connectionId: string, status: string, emitted?: number, committed?: number): string {
      const now = Math.floor(Date.now() / 1000);
      const of = connectionId === '' ? (jobs[0]?.connectionId ?? '') : connectionId;
      const totalStats = { recordsEmitted: emitted, recordsCommitted: committed };
      const isOpen = status === 'running';
      const attempts = [
        { id: 0, status: isOpen || status === 'succeeded' ? status : 'failed', createdAt: now, totalStats },
      ];
      const job = { id: 7, configType: 'sync', configId: of, status, createdAt: now, updatedAt: now };
      const json = JSON.stringify({ job, attempts });
      jobs[0] = { id: 7, connectionId: of, type: 'sync', status, createdAt: now, updatedAt: now, json };
      return json;
    }
    async function allow(components = 'worker'): Promise<void> {
      await place.allow(work, { api: airbyte.url, scenarios: 'worker_failure', components });
      Object.assign(work.environment, {
        CANARY_ID: CLIENT.id,
        CANARY_SECRET: CLIENT.secret,
        CANARY_CONNECTOR: CONNECTOR_SECRET,
      });
      const written = readFileSync(config(), 'utf8').replace(/credentials:\n {2}api:\n.*\n.*\n/, '');
      writeFileSync(
        config(),
        `${written}
credentials:
  api: {clientId: {env: CANARY_ID}, clientSecret: {env: CANARY_SECRET}}
traffic:
  own:
    workspace: ${there.workspaceId}
    source: {definition: Sample Data, connectionConfiguration: {count: 100000, nested: [{password: {env: CANARY_CONNECTOR}}]}}
    destination: {definition: ${DEV_NULL}, connectionConfiguration: {}}
    streams: [users]
`,
      );
    }
    const args = (...more: readonly string[]): string[] => [
      'worker_failure',
      '--platform',
      'cluster',
      '--config',
      config(),
      ...more,
    ];
    const counts = (): readonly number[] => [there.sources.size, there.destinations.size, there.connections.size];
    const NOTHING_BUT_FOREIGN = [1, 0, 0];
    const callsOf = (path: string): number => airbyte.calls.filter((call) => call.path === path).length;
    const hasStruck = (): boolean => newestRecord(work, 'worker_failure').includes('"fault.evidence"');
    async function onceItHas(struck: () => boolean, running: PromiseLike<unknown>, then: () => void): Promise<void> {
      let isOver = false;
      const over = (): boolean => (isOver = true);
      void Promise.resolve(running).then(over, over);
      await pWaitFor(() => isOver || struck(), { interval: 50, timeout: 120_000 });
      then();
    }
    const succeed = (): void => void show('', 'succeeded', 2000, 2000);
    /** Of what it was trusted with nothing is in anything that it wrote. */
    function expectNoSecret(...texts: readonly string[]): void {
      const files = [work.reports, work.state].flatMap((dir) =>
        readdirSync(dir, { recursive: true, withFileTypes: true }).flatMap((entry) =>
          entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
        ),
      );
      expect(files.length).toBeGreaterThan(0);
      for (const text of [...texts, ...files.map((file) => readFileSync(file, 'utf8'))]) {
        expect(/canary.?(client|secret|of)|token-canary/.exec(text)?.[0]).toBeUndefined();
      }
    }

    test('it is made, its sync is judged, and nothing of it is left; what is not its own stays', async () => {
      await allow();
      const running = runForJournal(work, args());
      await onceItHas(hasStruck, running, succeed);
      const { journal, exitCode, log } = await running;
      expect([rootCauses(journal), exitCode]).toEqual([[], 0]);
      const checks = [...(journal.trials[0]?.checks ?? []), ...journal.runChecks];
      expect(checks.find(({ id }) => id === 'job_outcome')?.summary).toContain(
        'Job 7 succeeded after 1 attempt, with 2000 records',
      );
      expect(newestRecord(work, 'worker_failure')).toContain('Put away: removed');
      expect(counts()).toEqual(NOTHING_BUT_FOREIGN);
      const made = airbyte.calls.find(({ path }) => path === '/sources/create')?.body;
      expect(made).toMatchObject({
        name: ownName(journal.runId, 'source'),
        connectionConfiguration: { count: 100_000, nested: [{ password: CONNECTOR_SECRET }] },
      });
      const changes = airbyte.calls.map(({ path }) => path).filter((path) => /create|delete|sync$|cancel/.test(path));
      expect(changes).toEqual([
        '/sources/create',
        '/destinations/create',
        '/connections/create',
        '/connections/sync',
        '/connections/delete',
        '/sources/delete',
        '/destinations/delete',
      ]);
      expectNoSecret(log, JSON.stringify(journal));
      expect(readdirSync(join(work.state, 'undo'))).toEqual([]);
    });

    test('killed in the making it leaves what `cleanup` finds; until then no run begins; a dry run makes nothing', async () => {
      await allow();
      const dry = await startChaos(work, args('--dry-run'));
      expect([dry.exitCode, dry.stdout, airbyte.calls.length]).toEqual([
        0,
        expect.stringContaining(`makes       in workspace ${there.workspaceId}`),
        1, // health, by init
      ]);

      trouble = (path) => (path === '/destinations/create' ? 'hang' : undefined);
      const killed = startChaos(work, args());
      await pWaitFor(() => callsOf('/destinations/create') === 1, { interval: 20, timeout: 120_000 });
      const undo = readdirSync(join(work.state, 'undo')).map((name) =>
        readFileSync(join(work.state, 'undo', name), 'utf8'),
      );
      expect(undo).toEqual([expect.stringContaining('"remove-own"')]);
      await killHard(killed);
      trouble = undefined;
      expect(counts()).toEqual([2, 0, 0]);
      const refused = await startChaos(work, args());
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('what another run made')]);
      // What was asked for before the end is carried out after it.
      const runId = /chaos-harness (\S+) source/.exec(refused.stderr)?.[1] ?? '';
      const looks = callsOf('/destinations/list');
      trouble = (path) => {
        if (path === '/destinations/list' && callsOf(path) === looks + 2) {
          there.destinations.set('late', { name: ownName(runId, 'destination') });
        }
        return undefined;
      };
      const { exitCode, stdout, stderr } = await startChaos(work, ['cleanup']);
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(stdout).toContain(ownName(runId, 'source'));
      expect(stdout).toContain('(late)');
      expect(counts()).toEqual(NOTHING_BUT_FOREIGN);
      expectNoSecret(refused.stderr, stdout, dry.stdout);
    });

    describe.skipIf(IS_SHORT)('in all its ends (only with --long)', () => {
      test.each(['SIGINT', 'stop file'] as const)('%s: it is undone, its sync included', async (how) => {
        await allow();
        const stop = join(work.dir, 'STOP');
        writeFileSync(config(), `${readFileSync(config(), 'utf8')}stopFile: ${stop}\n`);
        const running = startChaos(work, args());
        await onceItHas(hasStruck, running, () => {
          if (how === 'SIGINT') running.kill('SIGINT');
          else writeFileSync(stop, '');
        });
        const { exitCode } = await running;
        expect([exitCode, callsOf('/jobs/cancel'), ...counts()]).toEqual([130, 1, ...NOTHING_BUT_FOREIGN]);
        expect(existsSync(join(work.state, 'run.lock'))).toBe(false);
      });

      test('where removing is refused, that is told, the run does not pass, and `cleanup` goes on with it', async () => {
        await allow();
        trouble = (path) => (path === '/connections/delete' ? 403 : undefined);
        const running = runForJournal(work, args());
        await onceItHas(hasStruck, running, succeed);
        const { journal, exitCode } = await running;
        expect([exitCode, rootCauses(journal), ...counts()]).toEqual([1, ['teardown_clean'], 2, 1, 1]);
        const said = journal.runChecks.find(({ id }) => id === 'teardown_clean')?.summary;
        expect(said).toMatch(/connection" \(.*\): POST \/connections\/delete answered 403/);
        const again = await startChaos(work, ['cleanup']);
        expect([again.exitCode, again.stderr]).toEqual([70, expect.stringContaining('answered 403')]);
        trouble = undefined;
        expect([(await startChaos(work, ['cleanup'])).exitCode, ...counts()]).toEqual([0, ...NOTHING_BUT_FOREIGN]);
      });

      test('what cannot be made, or does not work, ends the run before anything is broken', async () => {
        const before = place.changes().length;
        await serve({ streams: undefined });
        await allow();
        const { exitCode, stderr } = await startChaos(work, args());
        expect([exitCode, stderr, ...counts()]).toEqual([
          2,
          expect.stringContaining('Nothing was broken'),
          ...NOTHING_BUT_FOREIGN,
        ]);
        expect(place.changes().length).toBe(before);
      });

      test('the pod of its sync is hit, though it did not run when that was decided', async () => {
        await allow('job-pod');
        const target = ['--target', 'job-pod'];
        const dry = await startChaos(work, args(...target, '--dry-run'));
        // There is one, and half of it may be hit.
        expect([dry.exitCode, dry.stdout]).toEqual([
          64,
          expect.stringContaining('may not hit the pod of the sync that it starts'),
        ]);
        expect((await startChaos(work, args(...target))).stderr).toContain('1 of 1 instances of job-pod would be hit');
        expect(airbyte.calls.map(({ path }) => path)).toEqual(['/health']); // by init
        writeFileSync(config(), readFileSync(config(), 'utf8').replace(/maxShare: .*/, 'maxShare: 1'));
        const running = runForJournal(work, args(...target));
        await onceItHas(
          () => jobs.length > 0,
          running,
          () => undefined,
        );
        await place.runJobPod({ jobId: '7', connectionId: jobs[0]?.connectionId ?? '' });
        await onceItHas(hasStruck, running, () => void show('', 'succeeded'));
        const { journal, exitCode } = await running;
        // A status without counts is believed of a sync of its own no more than of another.
        expect([exitCode, rootCauses(journal), ...counts()]).toEqual([1, ['job_outcome'], ...NOTHING_BUT_FOREIGN]);
        expect(place.changes().at(-1)).toMatch(/^delete .*replication-job-7-attempt-0/);
      });

      test('from another machine, whose runs left no undo here, `cleanup --config` removes it', async () => {
        await allow();
        there.sources.set('old', { name: ownName('2026-11-27T10-00-00Z-worker_failure-ffff', 'source') });
        expect((await startChaos(work, args())).exitCode).toBe(64);
        const { exitCode, stdout } = await startChaos(work, ['cleanup', '--config', config()]);
        expect([exitCode, stdout, ...counts()]).toEqual([
          0,
          expect.stringContaining('removed'),
          ...NOTHING_BUT_FOREIGN,
        ]);
      });
    });
  },
);
