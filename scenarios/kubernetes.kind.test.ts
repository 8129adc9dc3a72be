import { readdirSync } from 'node:fs';
import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  killHard,
  makeWorkplace,
  newestRecord,
  rootCauses,
  runForJournal,
  startChaos,
  type Workplace,
} from '../harness/cli/testing/run-chaos.ts';
import { IS_SHORT, ONLY_LONG } from '../harness/cli/testing/long-test.ts';
import { findMarkedProcesses } from '../harness/core/process-identity.ts';
import { PRIMARY } from '../harness/platforms/kind/clusters.ts';
import { kindNodes } from '../harness/platforms/kind/kind-nodes.ts';
import { nodesOf } from '../harness/platforms/kind/nodes.ts';
import { IS_CUT_SCRIPT } from '../harness/platforms/kind/packet-filter.ts';
import { whyNotHere, whyTooLate } from '../harness/platforms/kind/testing/kind-here.ts';

const ON_KIND = ['--platform', 'kind'];
/** Long enough to be seen, short enough to be waited for. */
const EXPIRY_SECONDS = 40;
const reason = await whyNotHere();

describe.skipIf(reason !== undefined)(
  `scenarios on Kubernetes${reason === undefined ? '' : ` (not here: ${reason})`}`,
  () => {
    let place: Workplace;
    const chaos = (...args: readonly string[]) => startChaos(place, [...args, ...ON_KIND]);

    beforeAll(async () => {
      place = makeWorkplace();
      const up = await chaos('up');
      if (up.exitCode !== 0) throw new Error(`the cluster did not come up: ${up.stderr}`);
    });
    beforeEach(({ skip, task }) => {
      // What has failed is not turned into a skip.
      const late = task.result?.errors === undefined ? whyTooLate(Date.now(), process.env) : undefined;
      skip(late !== undefined, late);
    });
    afterAll(async () => {
      const down = await chaos('down');
      place.remove();
      const left = await nodesOf(PRIMARY.name);
      if (down.exitCode !== 0 || left.length > 0) throw new Error(`the cluster is not gone: ${down.stderr}`);
    });

    test.each(['worker_failure', 'node_failure', 'drain'])('%s passes', async (scenario) => {
      const { journal, exitCode } = await runForJournal(place, [scenario, ...ON_KIND]);
      expect(rootCauses(journal)).toEqual([]);
      expect([journal.verdict, exitCode]).toEqual(['pass', 0]);
    });

    test.skipIf(IS_SHORT)(
      `a state that is lost on a retry is found where it should be, and nowhere else${IS_SHORT ? ` (${ONLY_LONG})` : ''}`,
      async () => {
        const weak = ['--set', 'weakness=state_lost_on_retry', '--no-load'];
        const { journal } = await runForJournal(place, ['worker_failure', ...weak, ...ON_KIND]);
        expect(rootCauses(journal)).toEqual(['resumed_from_state']);
      },
    );

    /** Kills the harness with SIGKILL as soon as the fault has taken effect. */
    async function killDuring(scenario: string, more: readonly string[], effect: string): Promise<void> {
      await startChaos(place, ['cleanup']); // of a first try that ended early
      const before = readdirSync(place.reports);
      const run = startChaos(place, [scenario, ...more, ...ON_KIND]);
      const isTime = (): boolean => newestRecord(place, scenario, before).includes(effect);
      await pWaitFor(isTime, { interval: 20, timeout: 240_000 });
      await killHard(run);
      const refused = await chaos('worker_failure');
      expect([refused.exitCode, refused.stderr]).toEqual([64, expect.stringContaining('npm run chaos -- cleanup')]);
    }

    async function cleanUp(): Promise<void> {
      const cleaned = await startChaos(place, ['cleanup']);
      expect(cleaned.exitCode, cleaned.stderr).toBe(0);
      expect((await nodesOf(PRIMARY.name)).filter(({ state }) => state !== 'running')).toEqual([]);
      expect(findMarkedProcesses(PRIMARY.name, place.state)).toEqual([]);
      expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
      expect((await runForJournal(place, ['worker_failure', ...ON_KIND])).journal.verdict).toBe('pass');
    }

    test('SIGKILL during a partition: it ends by itself at its expiry, and cleanup leaves nothing', async () => {
      await killDuring('network_partition', ['--set', `expirySeconds=${EXPIRY_SECONDS}`], '"kind":"cut-off"');
      const nodes = kindNodes(PRIMARY.name);
      const cuts = async (): Promise<string[]> => {
        const workers = (await nodes.list()).filter(({ role }) => role === 'worker');
        const all = await Promise.all(workers.map(({ name }) => nodes.runIn(name, IS_CUT_SCRIPT)));
        return all.flatMap((text) => (text === undefined || text.trim() === '' ? [] : [text]));
      };
      expect(await cuts()).toHaveLength(1);
      await pWaitFor(async () => (await cuts()).length === 0, { interval: 200, timeout: EXPIRY_SECONDS * 2000 });
      nodes.close();
      await cleanUp();
    });

    test('SIGKILL while a node is without power: cleanup brings it back', async () => {
      await killDuring('node_failure', [], '"kind":"node-lost"');
      expect((await nodesOf(PRIMARY.name)).filter(({ state }) => state !== 'running')).toHaveLength(1);
      await cleanUp();
    });
  },
);
