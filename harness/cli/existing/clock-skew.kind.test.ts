import { CustomObjectsApi } from '@kubernetes/client-node';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { fakeAirbyte, type FakeAirbyte } from '../../clients/monitor/testing/fake-airbyte.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { chaosMeshCrd } from '../../platforms/cluster/testing/chaos-mesh-crd.ts';
import { standInChaosMesh, type StandInChaosMesh } from '../../platforms/cluster/testing/stand-in-chaos-mesh.ts';
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
 * A wrong time through Chaos Mesh: a real API server with Chaos Mesh's own definition of its objects; its controllers are a stand-in, and so is the API, which tells the time
 * that they have it tell. How it could lie: take the word of Chaos Mesh for an effect; call a clock right that is not; leave it wrong when it is killed. On the real Chaos Mesh:
 * chaos-mesh.kind.test.ts.
 */

const crd = await chaosMeshCrd('timechaos');
const reason = (await whyNoApiServer()) ?? ('missing' in crd ? crd.missing : undefined);
const SCENARIO = 'clock_skew';

describe.skipIf(reason !== undefined)(
  `a clock that Chaos Mesh puts off${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: ExistingPlace;
    let mesh: StandInChaosMesh;
    let work: Workplace;
    let airbyte: FakeAirbyte;
    let aheadMs = 0;
    const config = (): string => join(work.dir, 'chaos.config.yaml');
    const args = (...more: readonly string[]): readonly string[] => {
      const set = ['--set', 'offForSeconds=3', '--set', 'behind=true'];
      return [SCENARIO, '--platform', 'cluster', '--config', config(), ...set, ...more];
    };
    const objects = async (): Promise<string> => place.kubectl(['get', 'timechaos', '-n', NAMESPACE, '-o', 'name']);
    const struck = (): Promise<void> =>
      pWaitFor(() => newestRecord(work, SCENARIO).includes('"clock-off"'), { interval: 20, timeout: 300_000 });

    beforeAll(async () => {
      place = await existingPlace();
      const token = await place.kubectl(['create', 'token', 'kubelet', '--namespace', NAMESPACE]);
      const api = await connectKubernetes(place.server.kubeconfigFor(token));
      mesh = standInChaosMesh({
        custom: api.config.makeApiClient(CustomObjectsApi),
        namespace: NAMESPACE,
        plural: 'timechaos',
        show: async (_pod, isBroken) => Promise.resolve(void (aheadMs = isBroken ? -600_000 : 0)),
      });
      await place.kubectl(['apply', '--server-side', '-f', '-'], 'manifest' in crd ? crd.manifest : '');
      const name = 'crd/timechaos.chaos-mesh.org';
      await place.kubectl(['wait', '--for', 'condition=Established', name, '--timeout', '60s']);
    }, 300_000);
    afterAll(async () => {
      await mesh?.stop();
      await place?.stop();
    });
    beforeEach(async () => {
      work = makeWorkplace();
      aheadMs = 0;
      // Its own clock is off by half a minute anyway: only what differs from before is the fault's.
      airbyte = await fakeAirbyte({ jobs: [], now: () => Date.now() + 30_000 + aheadMs });
      mesh.behave('works');
      await place.allow(work, { api: airbyte.url, scenarios: SCENARIO, components: 'server' });
      const written = readFileSync(config(), 'utf8')
        .replace(/credentials:\n {2}api:\n.*\n.*\n/, '')
        .replace('chaosMesh: false', 'chaosMesh: true')
        .replace(/maxShare: .*/, 'maxShare: 1');
      writeFileSync(config(), written);
    });
    afterEach(async () => {
      await airbyte[Symbol.asyncDispose]();
      work.remove();
    });

    test('its answers tell a wrong time and the right one again, and it passes: one object was made and removed', async () => {
      const since = place.server.requests().length;
      const dry = await startChaos(work, args('--dry-run'));
      expect([dry.exitCode, dry.stdout]).toEqual([
        0,
        expect.stringMatching(/can hit +airbyte-server-\S+ on node-1: POST \S+timechaos, \{.*"timeOffset":"-600s"/),
      ]);
      const { journal, exitCode, log } = await runForJournal(work, args());
      expect([rootCauses(journal), exitCode], log).toEqual([[], 0]);
      const changes = place.changes(since).filter((one) => one.includes(`/namespaces/${NAMESPACE}/`));
      expect(changes).toEqual([
        expect.stringMatching(/^create \S+\/timechaos$/),
        expect.stringMatching(/^delete \S+\/timechaos\/chaos-\d{4}-\S+-clock-skew-/),
      ]);
      expect(await objects()).toBe('');
      const evidence = journal.trials[0]?.checks.find(({ id }) => id === 'fault_happened')?.summary;
      expect(evidence).toMatch(/AllInjected True.*an answer of the API was (10 min|\d+ s|9 min \d+ s).* behind/);
      // The same record gives the same verdict, without a cluster.
      const again = await startChaos(work, ['report', 'latest', '--json']);
      expect(JSON.parse(again.stdout)).toEqual(journal);
    });

    test('killed while the time is wrong: no run begins, and `cleanup` ends it', async () => {
      const killed = startChaos(work, args('--set', 'offForSeconds=100'));
      await struck();
      await killHard(killed);
      expect(await objects()).toContain('timechaos.chaos-mesh.org/chaos-');
      const refused = await startChaos(work, args());
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('npm run chaos -- cleanup')]);
      // From any machine, also where the scenario is not allowed any more.
      writeFileSync(config(), readFileSync(config(), 'utf8').replace(SCENARIO, 'worker_failure'));
      const elsewhere = { ...work, environment: { ...work.environment, CHAOS_STATE_DIR: join(work.dir, 'elsewhere') } };
      const { exitCode, stdout } = await startChaos(elsewhere, ['cleanup', '--config', config()]);
      expect([exitCode, stdout]).toEqual([0, expect.stringContaining('is gone; the last')]);
      const cleaned = await startChaos(work, ['cleanup']);
      expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringMatching(/is gone; the last|there is no/)]);
      expect([await objects(), aheadMs]).toEqual(['', 0]);
    });

    test('an offset that could not be told from a right clock is refused before anything is looked at', async () => {
      const { exitCode, stderr } = await startChaos(work, args('--set', 'offsetSeconds=20'));
      expect([exitCode, stderr]).toEqual([64, expect.stringContaining('--set offsetSeconds=60 or more')]);
    });

    test.skipIf(IS_SHORT)(`that its object is gone makes no clock right: it fails (${ONLY_LONG})`, async () => {
      const running = runForJournal(work, args());
      await struck();
      mesh.behave('pretends');
      const { journal, exitCode, log } = await running;
      expect([rootCauses(journal), exitCode], log).toEqual([['recovery_time'], 1]);
      expect([await objects(), aheadMs]).toEqual(['', -600_000]);
    });

    test.skipIf(IS_SHORT)(`what Chaos Mesh only says is no evidence: nothing is concluded (${ONLY_LONG})`, async () => {
      mesh.behave('pretends');
      const { journal, exitCode } = await runForJournal(work, args());
      expect(exitCode).toBe(2);
      expect(journal.trials[0]?.checks.find(({ id }) => id === 'fault_happened')).toMatchObject({
        verdict: 'unknown',
        summary: expect.stringContaining('no answer of the API told of a wrong time'),
      });
      expect(await objects()).toBe('');
    });
  },
);
