import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { RunningStack } from '../../core/platform.ts';
import { kubeconfigOf } from '../../platforms/kind/cluster-record.ts';
import { PRIMARY } from '../../platforms/kind/clusters.ts';
import { kindPlatform } from '../../platforms/kind/kind-platform.ts';
import { prepareKindTools, KIND_CONFIG } from '../../platforms/kind/tools.ts';
import { whyNotHere } from '../../platforms/kind/testing/kind-here.ts';
import { runProgram } from '../../platforms/program.ts';
import { readRecord } from '../../store/record-reader.ts';
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
import { RECORDS_PER_SYNC, startSyncs, type SyncsOnWorkers } from './testing/syncs-on-workers.ts';

/*
 * The real Chaos Mesh, by its own chart with its webhooks, certificates and TLS, cuts workers of the reference stack off on a real cluster while each of them runs a
 * sync, and tells one of its API servers a wrong time. What the stand-ins of partition.kind.test.ts and clock-skew.kind.test.ts cannot show: that a packet is dropped, that a kubelet says
 * so, that a process goes by the wrong time, what becomes of syncs.
 */

const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();
const SCENARIO = 'network_partition';
const CLOCK = 'clock_skew';
const ACCOUNT = { [SCENARIO]: 'airbyte-chaos-network-partition', [CLOCK]: 'airbyte-chaos-clock-skew' } as const;
/** Longer than a kubelet needs to call a pod not ready (7 s, measured), and than the heartbeat of a sync may be away (12 s). */
const CUT_SECONDS = 30;

describe.skipIf(reason !== undefined)(`the real Chaos Mesh${reason === undefined ? '' : ` (${reason})`}`, () => {
  let home: Workplace;
  let work: Workplace;
  let stack: RunningStack;
  let kubectl: (...args: readonly string[]) => Promise<string>;
  let syncs: SyncsOnWorkers;
  let nth = 0;
  const signal = new AbortController().signal;
  const config = (): string => join(work.dir, 'chaos.config.yaml');
  const args = (...more: readonly string[]): readonly string[] => [
    SCENARIO,
    '--platform',
    'cluster',
    '--config',
    config(),
    '--set',
    `cutSeconds=${CUT_SECONDS}`,
    ...more,
  ];
  const objects = (): Promise<string> =>
    kubectl('get', 'networkchaos,timechaos', '--all-namespaces', '--output', 'name');

  beforeAll(async () => {
    home = makeWorkplace();
    process.env['CHAOS_STATE_DIR'] = home.state;
    const up = await startChaos(home, ['up', '--platform', 'kind']);
    if (up.exitCode !== 0) throw new Error(`the cluster did not come up: ${up.stderr}`);
    const tools = await prepareKindTools(() => undefined, signal);
    const ofKind = ['--kubeconfig', kubeconfigOf(PRIMARY.name)];
    kubectl = async (...asked) =>
      (await execa(tools.kubectl, asked, { env: { KUBECONFIG: kubeconfigOf(PRIMARY.name) } })).stdout;
    // It is no Helm release, and would be scaled out while it has that much to do.
    const all = ['deployments,services,pods,replicasets,configmaps', '--all', '--namespace', 'airbyte'];
    await kubectl('label', ...all, 'app.kubernetes.io/instance=airbyte');
    await kubectl('delete', 'horizontalpodautoscaler', 'worker', '--namespace', 'airbyte');
    await runProgram({
      program: `${KIND_CONFIG}chaos-mesh/main.ts`,
      args: ofKind,
      result: z.object({ type: z.literal('installed') }),
      onProgress: () => undefined,
      signal,
    });
  }, 3_600_000);
  afterAll(async () => {
    const down = await startChaos(home, ['down', '--platform', 'kind']);
    delete process.env['CHAOS_STATE_DIR'];
    home.remove();
    if (down.exitCode !== 0) throw new Error(`the cluster is not gone: ${down.stderr}`);
  });
  beforeEach(async () => {
    work = makeWorkplace();
    const found = await kindPlatform().findRunning();
    if (found === undefined) throw new Error('the stack is not there');
    stack = found;
    syncs = await startSyncs(stack, (nth += 1), signal);
  });
  afterEach(async () => {
    await syncs.stop();
    stack.release();
    work.remove();
  });

  /** As an operator does it: the rights of that scenario and no others, and a token for who has them. */
  async function allow(scenario: keyof typeof ACCOUNT): Promise<void> {
    const [kubeconfig, rights] = [join(work.dir, 'kubeconfig'), join(work.dir, 'rights.yaml')];
    copyFileSync(kubeconfigOf(PRIMARY.name), kubeconfig);
    const { host, port } = stack.endpoint('server');
    const where = ['--kubeconfig', kubeconfig, '--namespace', 'airbyte', '--config', config(), '--rbac', rights];
    const what = ['--api', `http://${host}:${port}/api/v1`, '--allow', scenario, '--components', 'worker,server'];
    const init = await startChaos(work, ['init', ...where, ...what, '--chaos-mesh']);
    if (init.exitCode !== 0) throw new Error(init.stderr);
    await kubectl('apply', '--filename', rights);
    const account = ACCOUNT[scenario];
    const token = await kubectl('create', 'token', account, '--namespace', 'airbyte', '--duration', '2h');
    await kubectl('config', 'set-credentials', account, `--token=${token}`, '--kubeconfig', kubeconfig);
    await kubectl('config', 'set-context', '--current', `--user=${account}`, '--kubeconfig', kubeconfig);
  }
  /** Waits until a run has cut a pod off, by its own record. */
  const struck = (): Promise<void> =>
    pWaitFor(() => newestRecord(work, SCENARIO).includes('"cut-off"'), { interval: 50, timeout: 300_000 });
  /** Whatever was interrupted: nothing of it is missing at the other end. */
  async function expectAllDelivered(): Promise<void> {
    for (const sync of syncs.syncs) {
      const isWhole = async (): Promise<boolean> => (await syncs.delivered(sync)) === RECORDS_PER_SYNC;
      await pWaitFor(isWhole, { interval: 500, timeout: 300_000 });
    }
  }
  async function expectNothingLeft(): Promise<void> {
    expect(await objects()).toBe('');
    const isReady = async (): Promise<boolean> =>
      (await stack.instances()).filter(({ component }) => component === 'worker').every(({ ready }) => ready);
    await pWaitFor(isReady, { interval: 200, timeout: 300_000 });
  }

  test('its sync is retried elsewhere, it comes back, and the run passes', async () => {
    await allow(SCENARIO);
    const { journal, exitCode, log } = await runForJournal(work, args());
    expect([rootCauses(journal), exitCode], log).toEqual([[], 0]);
    const { events } = readRecord(join(work.reports, journal.runId));
    const victim = events.find((event) => event.type === 'fault.injected')?.targets[0]?.instance;
    const jobs = journal.trials.flatMap((trial) => trial.jobs).filter(({ wasInFlight }) => wasInFlight);
    const retried = (jobId: number): boolean =>
      (jobs.find((job) => job.jobId === String(jobId))?.attempts.length ?? 0) > 1;
    expect(syncs.syncs.map(({ jobId }) => retried(jobId))).toEqual(syncs.syncs.map(({ worker }) => worker === victim));
    await expectAllDelivered();
    await expectNothingLeft();
  });

  test('killed in the middle: no run begins, and `cleanup` ends the cut', async () => {
    await allow(SCENARIO);
    const killed = startChaos(work, args());
    await struck();
    await killHard(killed);
    expect(await objects()).toContain('networkchaos.chaos-mesh.org/chaos-');
    const refused = await startChaos(work, args());
    expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('npm run chaos -- cleanup')]);
    const cleaned = await startChaos(work, ['cleanup']);
    expect([cleaned.exitCode, cleaned.stdout]).toEqual([0, expect.stringContaining('is gone; the last')]);
    await expectNothingLeft();
    await expectAllDelivered();
  });

  test('an API server goes by a wrong time, and by the right one again, and the run passes', async () => {
    await allow(CLOCK);
    const set = ['--set', 'offForSeconds=20', '--set', 'behind=true'];
    const { journal, exitCode, log } = await runForJournal(work, [CLOCK, ...args().slice(1, -2), ...set]);
    expect([rootCauses(journal), exitCode], log).toEqual([[], 0]);
    const { events } = readRecord(join(work.reports, journal.runId));
    const told = events.flatMap((event) => (event.type === 'clock.told' ? [event.ahead[0]] : []));
    // Of several instances one goes by it: answers differ.
    expect([told.some((ms) => ms < -500_000), told.some((ms) => ms > -10_000)]).toEqual([true, true]);
    await expectAllDelivered();
    await expectNothingLeft();
  });

  test('a stop file ends the cut at once', async () => {
    await allow(SCENARIO);
    const stop = join(work.dir, 'STOP');
    writeFileSync(config(), `${readFileSync(config(), 'utf8')}\nstopFile: ${stop}\n`);
    const running = startChaos(work, args());
    await struck();
    writeFileSync(stop, '');
    const { exitCode, stderr } = await running;
    expect([exitCode, stderr]).toEqual([130, expect.stringContaining('STOP is there')]);
    await expectNothingLeft();
    await expectAllDelivered();
  });
});
