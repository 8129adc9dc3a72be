import { CustomObjectsApi } from '@kubernetes/client-node';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeAirbyte, type FakeAirbyte, type FakeJob } from '../../clients/monitor/testing/fake-airbyte.ts';
import { fakeConnection } from '../../clients/monitor/testing/fake-content.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { chaosMeshCrd } from '../../platforms/cluster/testing/chaos-mesh-crd.ts';
import {
  callReady,
  standInChaosMesh,
  type StandInChaosMesh,
} from '../../platforms/cluster/testing/stand-in-chaos-mesh.ts';
import { connectKubernetes } from '../../platforms/kind/kubernetes-api.ts';
import { IS_SHORT, ONLY_LONG } from '../testing/long-test.ts';
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
 * A cut through Chaos Mesh: a real API server with Chaos Mesh's own definition of its objects; its controllers and the kubelet are stand-ins. How it could lie: take
 * the word of Chaos Mesh for an effect; say that a cut is over that is not; leave one behind when it is killed; cut off what is not allowed; go on when it
 * was told to stop.
 */

const crd = await chaosMeshCrd('networkchaos');
const reason = (await whyNoApiServer()) ?? ('missing' in crd ? crd.missing : undefined);
const SCENARIO = 'network_partition';
const CONNECTION = '11111111-2222-4333-8444-555555555555';

describe.skipIf(reason !== undefined)(
  `a pod that Chaos Mesh cuts off${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: ExistingPlace;
    let mesh: StandInChaosMesh;
    let work: Workplace;
    let airbyte: FakeAirbyte;
    let jobs: FakeJob[] = [];
    const config = (): string => join(work.dir, 'chaos.config.yaml');
    const args = (...more: readonly string[]): readonly string[] => {
      const set = ['--set', 'cutSeconds=5', '--set', 'removedWithinSeconds=2'];
      return [SCENARIO, '--platform', 'cluster', '--config', config(), ...set, ...more];
    };

    beforeAll(async () => {
      place = await existingPlace();
      const token = await place.kubectl(['create', 'token', 'kubelet', '--namespace', NAMESPACE]);
      const api = await connectKubernetes(place.server.kubeconfigFor(token));
      mesh = standInChaosMesh({
        custom: api.config.makeApiClient(CustomObjectsApi),
        namespace: NAMESPACE,
        plural: 'networkchaos',
        show: callReady(api.core, NAMESPACE),
      });
    }, 300_000);
    afterAll(async () => {
      await mesh?.stop();
      await place?.stop();
    });
    beforeEach(async () => {
      work = makeWorkplace();
      jobs = [];
      airbyte = await fakeAirbyte({ jobs, connections: [fakeConnection(CONNECTION)] });
      mesh.behave('works');
    });
    afterEach(async () => {
      await airbyte[Symbol.asyncDispose]();
      work.remove();
    });

    async function allow(isMeshAllowed: boolean, more = ''): Promise<void> {
      await place.allow(work, { api: airbyte.url, scenarios: SCENARIO, components: 'worker' });
      const written = readFileSync(config(), 'utf8')
        .replace(/credentials:\n {2}api:\n.*\n.*\n/, '')
        .replace('chaosMesh: false', `chaosMesh: ${isMeshAllowed}`);
      writeFileSync(config(), `${written}\n${more}`);
    }
    async function serveChaosMesh(): Promise<void> {
      await place.kubectl(['apply', '--server-side', '-f', '-'], 'manifest' in crd ? crd.manifest : '');
      const name = 'crd/networkchaos.chaos-mesh.org';
      await place.kubectl(['wait', '--for', 'condition=Established', name, '--timeout', '60s']);
    }
    function showJob(status: string): void {
      const now = Math.floor(Date.now() / 1000);
      const job = { id: 7, configType: 'sync', configId: CONNECTION, status, createdAt: now - 60, updatedAt: now };
      const totalStats = { recordsEmitted: 2000, recordsCommitted: 2000 };
      const attempts = [{ id: 0, status, createdAt: now - 60, totalStats }];
      const { createdAt, updatedAt } = job;
      const json = JSON.stringify({ job, attempts });
      jobs[0] = { id: 7, connectionId: CONNECTION, type: 'sync', status, createdAt, updatedAt, json };
    }
    const changes = (since: number): readonly string[] =>
      place.changes(since).filter((one) => one.includes(`/namespaces/${NAMESPACE}/`));
    const since = (): number => place.server.requests().length;
    const objects = async (): Promise<string> => place.kubectl(['get', 'networkchaos', '-n', NAMESPACE, '-o', 'name']);
    /** Waits until a run has cut a pod off, by its own record. */
    const struck = (kind = '"claimed-cut-off"'): Promise<void> =>
      pWaitFor(() => newestRecord(work, SCENARIO).includes(kind), { interval: 20, timeout: 300_000 });
    const allReady = (): Promise<void> =>
      pWaitFor(async () => (await place.ready('worker')) === 2, { interval: 100, timeout: 120_000 });

    test('with LitmusChaos alone, or where it is not allowed nothing is begun', async () => {
      await allow(true);
      const before = since();
      await place.kubectl(['apply', '-f', '-'], LITMUS);
      await place.kubectl(['wait', '--for', 'condition=Established', 'crd/chaosengines.litmuschaos.io']);
      const litmus = await startChaos(work, args());
      expect([litmus.exitCode, litmus.stderr]).toEqual([64, expect.stringContaining('LitmusChaos is there, whose')]);
      await serveChaosMesh();
      writeFileSync(config(), readFileSync(config(), 'utf8').replace('chaosMesh: true', 'chaosMesh: false'));
      const refused = await startChaos(work, args());
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('allow.chaosMesh: true')]);
      expect(changes(before)).toEqual([]);
    });

    test('it is cut off, called not ready, comes back, and passes: one object was made and removed', async () => {
      await serveChaosMesh();
      await allow(true);
      showJob('running');
      const before = since();
      const dry = await startChaos(work, args('--dry-run'));
      expect([dry.exitCode, dry.stdout]).toEqual([
        0,
        expect.stringMatching(/can hit +airbyte-worker-\S+ on node-1: POST \S+networkchaos, \{.*"duration":"300s"/),
      ]);
      expect(changes(before)).toEqual([]);
      const running = runForJournal(work, args());
      await struck('"cut-off"');
      showJob('succeeded');
      const { journal, exitCode, log } = await running;
      expect([rootCauses(journal), exitCode], log).toEqual([[], 0]);
      expect(changes(before)).toEqual([
        expect.stringMatching(/^create \S+\/networkchaos$/),
        expect.stringMatching(/^delete \S+\/networkchaos\/chaos-\d{4}-\S+-network-partition-/),
      ]);
      expect(await objects()).toBe('');
      const evidence = journal.trials[0]?.checks.find(({ id }) => id === 'fault_happened')?.summary;
      expect(evidence).toMatch(
        /Chaos Mesh says that .*AllInjected True; .*was called not ready while its container ran on/,
      );
      // The same record gives the same verdict, without a cluster.
      const again = await startChaos(work, ['report', 'latest', '--json']);
      expect(JSON.parse(again.stdout)).toEqual(journal);
      await allReady();
    });

    test('what somebody else breaks there meanwhile is told by its name, and nothing is begun until it is over', async () => {
      await serveChaosMesh();
      await allow(true);
      const theirs = (duration: string): Promise<string> =>
        place.kubectl(['apply', '-n', NAMESPACE, '-f', '-'], theirChaos(duration));
      await theirs('1000s');
      const before = since();
      for (const more of [['--dry-run'], []]) {
        const { exitCode, stdout, stderr } = await startChaos(work, args(...more));
        expect([exitCode, `${stdout}${stderr}`]).toEqual([
          64,
          expect.stringMatching(/Somebody else breaks something in this namespace: NetworkChaos airbyte\/theirs \(/),
        ]);
      }
      expect(changes(before)).toEqual([]);
      await theirs('1s');
      const phase = ['-n', NAMESPACE, '--for', 'jsonpath={.status.experiment.desiredPhase}=Stop', '--timeout', '60s'];
      await place.kubectl(['wait', 'networkchaos/theirs', ...phase]);
      const dry = await startChaos(work, args('--dry-run'));
      await place.kubectl(['delete', 'networkchaos/theirs', '-n', NAMESPACE]);
      expect([dry.exitCode, dry.stdout]).toEqual([0, expect.stringMatching(/can hit +airbyte-worker-/)]);
    });

    test('killed while a pod is cut off: no run begins, `cleanup` says what stands in the way, and ends it when that is gone', async () => {
      await serveChaosMesh();
      await allow(true);
      const killed = startChaos(work, args('--set', 'cutSeconds=100'));
      await struck('"cut-off"');
      await killHard(killed);
      expect(await objects()).toContain('networkchaos.chaos-mesh.org/chaos-');
      mesh.behave('stuck');
      const stuck = await startChaos(work, ['cleanup']);
      expect(stuck.exitCode).not.toBe(0);
      expect(stuck.stderr).toMatch(
        /is still there.*Recover failed: chaos-daemon is not there; held by chaos-mesh\/records/s,
      );
      // From another machine, which has no undo on its disk.
      const elsewhere = { ...work, environment: { ...work.environment, CHAOS_STATE_DIR: join(work.dir, 'elsewhere') } };
      const refused = await startChaos(elsewhere, args());
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('what another run made')]);
      expect(await objects()).toContain('networkchaos.chaos-mesh.org/chaos-');
      mesh.behave('works');
      const cleaned = await startChaos(work, ['cleanup']);
      // It may have gone before `cleanup` looked.
      expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringMatching(/is gone; the last|there is no/)]);
      expect(await objects()).toBe('');
      await allReady();
    });

    test('a stop file ends the cut at once, and the object is gone when the run is', async () => {
      const stop = join(work.dir, 'STOP');
      await serveChaosMesh();
      await allow(true, `stopFile: ${stop}\n`);
      const before = since();
      const running = startChaos(work, args('--set', 'cutSeconds=100'));
      await struck('"cut-off"');
      writeFileSync(stop, '');
      const at = performance.now();
      const { exitCode, stderr } = await running;
      console.log(
        `a run that cut a pod off ended ${Math.round(performance.now() - at)} ms after its stop file was there`,
      );
      expect([exitCode, stderr]).toEqual([130, expect.stringContaining('STOP is there')]);
      expect(changes(before).map((one) => one.split(' ')[0])).toEqual(['create', 'delete']);
      expect(await objects()).toBe('');
      await allReady();
    });

    describe.skipIf(IS_SHORT)(`at length${IS_SHORT ? ` (${ONLY_LONG})` : ''}`, () => {
      beforeEach(async () => {
        await serveChaosMesh();
        await allow(true);
      });
      const checkOf = (journal: Awaited<ReturnType<typeof runForJournal>>['journal'], id: string) =>
        journal.trials[0]?.checks.find((check) => check.id === id);

      test('what Chaos Mesh only says is no evidence: nothing is concluded', async () => {
        mesh.behave('pretends');
        const { journal, exitCode } = await runForJournal(work, args());
        expect(exitCode).toBe(2);
        expect(checkOf(journal, 'fault_happened')).toMatchObject({
          verdict: 'unknown',
          summary: expect.stringContaining('nothing was seen from outside of a cut'),
        });
        expect(await objects()).toBe('');
      });

      test.each(['idle', 'fails'] as const)('nothing is cut off where Chaos Mesh %s, and why is told', async (how) => {
        mesh.behave(how);
        const running = runForJournal(work, args());
        await struck();
        mesh.behave('works');
        const { journal, exitCode } = await running;
        expect(exitCode).toBe(2);
        expect(checkOf(journal, 'fault_happened')?.summary).toContain(
          how === 'idle' ? 'perhaps no controller' : 'Apply failed: chaos-daemon is not there',
        );
        expect(await objects()).toBe('');
        await allReady();
      });

      test('a cut that is ended late is told by how much, and passes by what Kubernetes shows', async () => {
        showJob('running');
        const running = runForJournal(work, args());
        await struck('"cut-off"');
        mesh.behave('stuck');
        showJob('succeeded');
        await struck('has not ended it');
        mesh.behave('works');
        const { journal, exitCode, log } = await running;
        expect([rootCauses(journal), exitCode], log).toEqual([[], 0]);
        expect(checkOf(journal, 'nothing_left_over')).toMatchObject({
          verdict: 'pass',
          summary: expect.stringMatching(/the fault ended \S+ m?s over its time/),
        });
        expect(await objects()).toBe('');
        await allReady();
      });

      test('a cut that cannot be ended fails the run, which leaves its undo', async () => {
        const running = runForJournal(work, args('--set', 'expirySeconds=35'));
        await struck('"cut-off"');
        mesh.behave('stuck');
        const { journal, exitCode } = await running;
        expect(exitCode).toBe(1);
        expect(checkOf(journal, 'nothing_left_over')?.verdict).toBe('fail');
        const refused = await startChaos(work, args());
        expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('cleanup')]);
        mesh.behave('works');
        // From any machine.
        const elsewhere = {
          ...work,
          environment: { ...work.environment, CHAOS_STATE_DIR: join(work.dir, 'elsewhere') },
        };
        const cleaned = await startChaos(elsewhere, ['cleanup', '--config', config()]);
        expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringMatching(/is gone|no pod is cut off/)]);
        expect((await startChaos(work, ['cleanup'])).exitCode).toBe(0);
        expect(await objects()).toBe('');
        await allReady();
      });
    });
  },
);

/** Of a pod that is not there: it may be made at any moment. */
function theirChaos(duration: string): string {
  const selector = { pods: { [NAMESPACE]: ['not-there'] } };
  const spec = { action: 'partition', direction: 'both', mode: 'all', selector, duration };
  return JSON.stringify({
    apiVersion: 'chaos-mesh.org/v1alpha1',
    kind: 'NetworkChaos',
    metadata: { name: 'theirs' },
    spec,
  });
}

/** The least that is served under that name. */
const LITMUS = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: chaosengines.litmuschaos.io}
spec:
  group: litmuschaos.io
  names: {kind: ChaosEngine, plural: chaosengines}
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
