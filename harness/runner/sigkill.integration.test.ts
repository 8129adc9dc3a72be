import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IS_SHORT } from '../cli/testing/long-test.ts';
import { makeWorkplace, QUICK, stacksOf, startChaos, type Workplace } from '../cli/testing/run-chaos.ts';
import { findMarkedProcesses, signalProcess } from '../core/process-identity.ts';
import { seededRandom } from '../core/random.ts';

let place: Workplace;
beforeEach(() => {
  place = makeWorkplace();
});
afterEach(() => place.remove());

/** The text of the record so far; empty while there is none. */
function recordText(): string {
  const run = readdirSync(place.reports).find((name) => name.includes('worker_failure'));
  const file = run === undefined ? '' : join(place.reports, run, 'events.ndjson');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

const stacks = (): string[] => stacksOf(place);

/** Runs until `isTime`, kills with SIGKILL, and shows that the next run refuses and `cleanup` puts everything right. */
async function killAndCleanUp(isTime: () => boolean): Promise<void> {
  const run = startChaos(place, ['worker_failure', ...QUICK]);
  await pWaitFor(isTime, { interval: 5, timeout: 240_000 });
  const stackIds = stacks();
  run.kill('SIGKILL');
  await run;

  const refused = await startChaos(place, ['worker_failure', ...QUICK]);
  expect(refused.stderr).toContain('npm run chaos -- cleanup');
  expect(refused.exitCode).toBe(64);

  const cleanUp = await startChaos(place, ['cleanup']);
  expect(cleanUp.exitCode, cleanUp.stderr).toBe(0);
  for (const stackId of stackIds) {
    expect(findMarkedProcesses(stackId, join(place.state, 'stacks', stackId))).toEqual([]);
  }
  expect(stacks()).toEqual([]);
  expect(existsSync(join(place.state, 'run.lock'))).toBe(false);
  expect(readdirSync(join(place.state, 'undo'))).toEqual([]);
  expect((await startChaos(place, ['cleanup'])).stdout).toContain('Nothing was left to undo');
}

test.each(['provision', 'steady-state', 'workload', 'fault', 'recovery', 'verification', 'teardown'])(
  'SIGKILL of the harness as phase %s begins leaves nothing that cleanup does not put right',
  (phase) => killAndCleanUp(() => recordText().includes(`"type":"phase","name":"${phase}"`)),
);

test.each(['"type":"fault.planned"', '"type":"fault.injected"', '"kind":"process-gone"'])(
  'SIGKILL of the harness right after %s leaves nothing that cleanup does not put right',
  (text) => killAndCleanUp(() => recordText().includes(text)),
);

test('SIGKILL of the supervisor of a stack that `up` left is put right by cleanup', async () => {
  expect((await startChaos(place, ['up'])).exitCode).toBe(0);
  const [stackId = ''] = stacks();
  const dir = join(place.state, 'stacks', stackId);
  const supervisor = findMarkedProcesses(stackId, dir).find(({ command }) => command.includes(' up --dir '));
  expect(supervisor !== undefined && signalProcess(supervisor, 'SIGKILL')).toBe(true);

  const cleanUp = await startChaos(place, ['cleanup']);
  expect(cleanUp.stdout).toContain(`stack ${stackId} is gone`);
  expect(findMarkedProcesses(stackId, dir)).toEqual([]);
  expect(stacks()).toEqual([]);
});

const random = seededRandom(Number(process.env['CHAOS_TEST_SEED'] ?? Date.now() % 100_000));
/** Other moments in each run of the tests. */
const MOMENTS = IS_SHORT ? 1 : 10;
test.each(Array.from({ length: MOMENTS }, () => Math.round(1000 + random.next() * 40_000)))(
  `SIGKILL of the harness after %d ms (seed ${random.seed}) leaves nothing that cleanup does not put right`,
  async (afterMs) => {
    const startedAt = performance.now();
    await killAndCleanUp(() => recordText() !== '' && performance.now() - startedAt >= afterMs);
  },
);
