import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IS_SHORT, ONLY_LONG } from '../harness/cli/testing/long-test.ts';
import {
  killHard,
  makeWorkplace,
  newestRecord,
  rootCauses,
  runForJournal,
  shortObjectives,
  startChaos,
  type Workplace,
} from '../harness/cli/testing/run-chaos.ts';
import type { Journal } from '../harness/core/journal.ts';
import { PRIMARY, RECOVERY } from '../harness/platforms/kind/clusters.ts';
import { kindNodes } from '../harness/platforms/kind/kind-nodes.ts';
import { nodesOf } from '../harness/platforms/kind/nodes.ts';
import { findOutside } from '../harness/platforms/kind/outside.ts';
import { whyNotHere } from '../harness/platforms/kind/testing/kind-here.ts';
import { prepareKindTools } from '../harness/platforms/kind/tools.ts';

const ON_KIND = ['--platform', 'kind'];
/** Runs that make a cluster, wait for what never comes, and make another: each for itself is shorter than that. */
const LONGEST_MS = 1_800_000;
const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();

/** Each weakness of a stack on Kubernetes, and the check that has to find it. */
describe.skipIf(reason !== undefined)(
  `weaknesses on Kubernetes${reason === undefined ? '' : ` (not here: ${reason})`}`,
  { timeout: LONGEST_MS },
  () => {
    let place: Workplace;
    let kubectl: (...args: readonly string[]) => Promise<unknown>;

    beforeAll(async () => {
      place = makeWorkplace();
      const tools = await prepareKindTools(() => undefined, AbortSignal.timeout(3_600_000));
      const kubeconfig = join(place.state, 'kind', `${PRIMARY.name}.kubeconfig`);
      kubectl = (...args) => execa(tools.kubectl, ['--kubeconfig', kubeconfig, '--namespace', 'airbyte', ...args]);
    });
    afterAll(async () => {
      await startChaos(place, ['down', '--platform', 'kind']);
      place.remove();
    });

    async function judgedBy(objectives: string, scenario: string, ...more: readonly string[]): Promise<Journal> {
      const { journal } = await runForJournal(place, [scenario, ...ON_KIND, '--objectives', objectives, ...more]);
      return journal;
    }
    async function rehearse(scenario: string, recovery: string, ...more: readonly string[]): Promise<Journal> {
      return judgedBy(shortObjectives(place, recovery, scenario), scenario, '--no-load', ...more);
    }
    /** A whole site is lost with what was not archived. */
    async function loseSite(recovery: string, ...more: readonly string[]): Promise<Journal> {
      const objectives = shortObjectives(place, recovery, 'cluster_failure', '1m');
      return judgedBy(objectives, 'cluster_failure', '--no-load', ...more);
    }

    test.each([
      ['budgets_promise_nothing', 'drain', [], 'enough_instances'],
      ['autoscaler_of_nothing', 'autoscaling', [], 'scaled_out_and_in'],
      // Nobody is left who could recover anything: no new sync is even taken.
      ['all_in_one_zone', 'zone_failure', ['--set', 'zone=b'], 'new_sync'],
      ['lease_never_released', 'scheduler_failure', [], 'recovery_time'],
      ['dns_on_one_node', 'node_failure', ['--set', `machine=${PRIMARY.name}-worker`], 'recovery_time'],
    ])('%s is found by %s', async (weakness, scenario, more, check) => {
      const journal = await rehearse(scenario, '60s', '--set', `weakness=${weakness}`, ...more);
      expect(rootCauses(journal)).toContain(check);
      expect(journal.verdict).toBe('fail');
    });

    test('a database that stops without its API server is found, and one with failsafe_mode passes', async () => {
      const weak = await rehearse('control_plane_failure', '3m', '--set', 'patroni.failsafeMode=off');
      expect(rootCauses(weak)).toContain('database_availability');
      const sound = await rehearse('control_plane_failure', '3m');
      expect(rootCauses(sound)).toEqual([]);
    });

    test('what an asynchronous database loses with its leader is counted', async () => {
      const journal = await judgedBy(
        shortObjectives(place, '60s', 'database_failure_asynchronous'),
        'database_failure',
        '--no-load',
        '--variant',
        'asynchronous',
      );
      const checks = journal.trials.flatMap((trial) => trial.checks);
      expect(checks.find(({ id }) => id === 'loss_counted')?.verdict).toBe('pass');
    });

    test('a server that is called ready and answers half of its callers is found', async () => {
      const journal = await rehearse('server_failure', '60s', '--variant', 'grey');
      expect(rootCauses(journal)).toContain('ready_answers');
      expect(journal.verdict).toBe('fail');
    });

    /** Does something to the stack, behind the harness's back, as soon as the fault of a run of `worker_failure` has taken effect. */
    async function meddle(run: Promise<Journal>, meddling: () => Promise<unknown>): Promise<Journal> {
      const before = readdirSync(place.reports);
      const hasStruck = (): boolean => newestRecord(place, 'worker_failure', before).includes('"kind":"process-gone"');
      await pWaitFor(hasStruck, { interval: 50, timeout: 240_000 });
      await meddling();
      return run;
    }

    test('workers that something else scales to zero are found missing', async () => {
      await startChaos(place, ['up', '--platform', 'kind']);
      const toZero = () => kubectl('scale', 'deployment/worker', '--replicas=0');
      const journal = await meddle(rehearse('worker_failure', '40s'), toZero);
      await kubectl('scale', 'deployment/worker', '--replicas=3');
      expect(journal.verdict).toBe('fail');
      expect(rootCauses(journal)).toContain('capacity_restored');
      expect(JSON.stringify(journal)).toContain('worker 0/3');
    });

    test('an image that cannot be pulled when a worker is started again is named', async () => {
      await startChaos(place, ['up', '--platform', 'kind']);
      const nodes = kindNodes(PRIMARY.name);
      const inAll = async (script: string): Promise<void> => {
        const workers = (await nodes.list()).filter(({ role }) => role === 'worker');
        await Promise.all(workers.map(({ name }) => nodes.runIn(name, script)));
      };
      const ctr = 'ctr --namespace k8s.io images';
      // What runs keeps its files; whoever is started after this has to pull.
      await inAll(`${ctr} list --quiet | grep airbyte-chaos/reference | xargs -r ${ctr} remove`);
      const journal = await rehearse('worker_failure', '40s');
      nodes.close();
      await startChaos(place, ['down', '--platform', 'kind']);
      // With the cluster, what could not be undone is gone.
      const cleaned = await startChaos(place, ['cleanup']);
      expect(cleaned.exitCode, cleaned.stderr).toBe(0);
      expect(journal.verdict).toBe('fail');
      // What was broken cannot be undone either: nobody can be started.
      expect(rootCauses(journal)).toEqual(['capacity_restored', 'nothing_left_over', 'teardown_clean']);
      expect(JSON.stringify(journal)).toMatch(/ErrImagePull|ImagePullBackOff/);
    });

    test('SIGKILL while the site is lost: cleanup leaves nothing of it, nor of the one that was to take over', async () => {
      const run = startChaos(place, ['cluster_failure', ...ON_KIND]);
      const isBeingMade = (): boolean => newestRecord(place, 'cluster_failure').includes('"kind":"data-gone"');
      await pWaitFor(isBeingMade, { interval: 100, timeout: 580_000 });
      // The new cluster is on its way.
      await pWaitFor(async () => (await nodesOf(RECOVERY.name)).length > 0, { interval: 50, timeout: 120_000 });
      await killHard(run);
      const cleaned = await startChaos(place, ['cleanup']);
      expect(cleaned.exitCode, cleaned.stderr).toBe(0);
      expect([...(await nodesOf(PRIMARY.name)), ...(await nodesOf(RECOVERY.name)), ...(await findOutside())]).toEqual(
        [],
      );
      expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
    });

    test('a restore without the database of Temporal is made whole by the runbook, and found where its step does nothing', async () => {
      const lost = ['--variant', 'temporal_store_lost'];
      const whole = await loseSite('10m', ...lost);
      expect(rootCauses(whole)).toEqual([]);
      expect(JSON.stringify(whole)).toContain('its workflows are lost');
      const silent = await loseSite('10m', ...lost, '--set', 'weakness=jobs_left_running_after_restore');
      expect(rootCauses(silent)).toContain('jobs_reconciled');
    });

    test('a new site that lacks the secret of the database is found in the step that needs it', async () => {
      const journal = await loseSite('4m', '--set', 'weakness=new_site_without_secret');
      expect(journal.verdict).toBe('fail');
      expect(rootCauses(journal)).toContain('runbook_steps');
      expect(JSON.stringify(journal)).toContain('airbyte-db-credentials');
    });
  },
);
