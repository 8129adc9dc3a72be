import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let state = '';

beforeAll(() => {
  state = mkdtempSync(join(tmpdir(), 'chaos-cli-'));
});
afterAll(() => rmSync(state, { recursive: true, force: true }));

interface Ended {
  readonly exitCode?: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

function chaos(...args: string[]): Promise<Ended> {
  return chaosWith({}, ...args);
}

function chaosWith(environment: Record<string, string>, ...args: string[]): Promise<Ended> {
  return execa(process.execPath, [MAIN, ...args], {
    reject: false,
    env: {
      ...environment,
      CHAOS_STATE_DIR: join(state, 'state'),
      CHAOS_REPORTS_DIR: join(state, 'reports'),
      INIT_CWD: state,
    },
  });
}

function objectives(text: string): string {
  const file = join(state, `objectives-${Math.random()}.yaml`);
  writeFileSync(file, text);
  return file;
}

const GOOD = `version: 1
objectives:
  worker_failure:
    recovery: 5m
    lost_writes: 0
    source: test
retry:
  documented: {kind: exponential, attempts: 3, initial: 5s, factor: 2, max: 60s}
  airbyte: {kind: airbyte, complete_successive: 5, complete_total: 10, partial_successive: 1000, partial_total: 20, min: 10s, max: 30m, base: 3}
`;

test('up reads its own settings: one that does not exist is refused before anything is started', async () => {
  const { exitCode, stderr } = await chaos('up', '--set', 'bogus=1');
  expect(exitCode).toBe(64);
  expect(stderr).toContain('bogus');
});

test('list names every scenario', async () => {
  const { exitCode, stdout } = await chaos('list');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('worker_failure');
});

test('an option after a command is that command’s, also where a run has one of the same name', async () => {
  expect(JSON.parse((await chaos('list', '--json')).stdout)).toContainEqual(
    expect.objectContaining({ id: 'worker_failure' }),
  );
  expect((await chaos('up', '--set', 'records')).stderr).toMatch(/has no "="/);
});

test('validate accepts the objectives that are shipped', async () => {
  const { exitCode, stdout } = await chaos('validate');
  expect(stdout).toContain('✓ worker_failure');
  expect(exitCode).toBe(0);
});

test('--dry-run says what would be hit and touches nothing', async () => {
  const { exitCode, stdout } = await chaos('worker_failure', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('SIGKILL to the worker that runs the sync');
  expect(stdout).toContain('Nothing was done');
  expect(readdirSync(state)).not.toContain('reports');
});

test('everything --dry-run shows each scenario and touches nothing', async () => {
  const { exitCode, stdout } = await chaos('everything', '--only', 'worker_failure', '--dry-run');
  expect(exitCode).toBe(0);
  expect(stdout).toContain('A worker dies in the middle of a sync (worker_failure)');
  expect(stdout).toContain('Nothing was done');
  expect(readdirSync(state)).not.toContain('reports');
});

describe('bad input ends with a sentence, exit code 64, and no change', () => {
  test.each([
    [
      'an unknown scenario, with the nearest name',
      ['worker_falure'],
      /no scenario "worker_falure"[\s\S]*Did you mean "worker_failure"/,
    ],
    ['an unknown option', ['worker_failure', '--trails', '3'], /Unknown option '--trails'/],
    ['an unknown platform', ['worker_failure', '--platform', 'moon'], /moon/],
    [
      'an unknown parameter, with the nearest name',
      ['worker_failure', '--set', 'record=5'],
      /no parameter "record"[\s\S]*"records"/,
    ],
    [
      'a parameter of the wrong type',
      ['worker_failure', '--set', 'records=many'],
      /a number of at least 0 is expected/,
    ],
    ['a pair without =', ['worker_failure', '--set', 'records'], /has no "="/],
    [
      'a time scale that is none',
      ['worker_failure', '--set', 'RETRY_TIME_SCALE=-1'],
      /RETRY_TIME_SCALE=-1: a number above 0/,
    ],
    ['an unknown retry policy', ['worker_failure', '--set', 'RETRY_POLICY=never'], /no retry policy "never"/],
    ['no number of trials', ['worker_failure', '--trials', '0'], /--trials 0/],
    ['an unknown run', ['report', 'nothing'], /no run "nothing"/],
    ['an unknown scenario of a series', ['everything', '--skip', 'worker_falure'], /no scenario "worker_falure"/],
    ['an unknown run to compare', ['compare', 'latest', 'latest~1'], /no run "latest"/],
    ['nowhere to discover', ['discover'], /Required option '--namespace <name>' not specified/],
    [
      'a kubeconfig that is not there',
      ['discover', '--namespace', 'x', '--kubeconfig', '/nonexistent/kubeconfig'],
      /There is no kubeconfig \/nonexistent\/kubeconfig/,
    ],
    ['an unknown kind of measurement', ['measure', 'smtp', 'x'], /smtp/],
    [
      'a duration that is none',
      ['measure', 'http', 'http://127.0.0.1:1/', '--every', 'often'],
      /"often" is not a duration/,
    ],
  ] as const)('%s', async (_what, args, message) => {
    const { exitCode, stderr } = await chaos(...args);
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(64);
    expect(readdirSync(state)).not.toContain('reports');
  });

  test.each([
    [
      'a wrong duration',
      GOOD.replace('recovery: 5m', 'recovery: five'),
      /:4:15: objectives\.worker_failure\.recovery: is not a duration/,
    ],
    ['a missing field', GOOD.replace('    lost_writes: 0\n', ''), /:4:5: objectives\.worker_failure\.lost_writes/],
    ['an unknown field', GOOD.replace('lost_writes', 'lost_rites'), /objectives\.worker_failure/],
    ['no YAML at all', 'version: [1', /:1:\d+/],
    ['no objective of that name', GOOD.replace('worker_failure:', 'other:'), /has no objective "worker_failure"/],
  ])('objectives with %s, with file, line and column', async (_what, text, message) => {
    const { exitCode, stderr } = await chaos('worker_failure', '--objectives', objectives(text));
    expect(stderr).toMatch(message);
    expect(exitCode).toBe(64);
  });
});

describe('a machine that lacks something gets a sentence, exit code 64, and no change', () => {
  test('no Python', async () => {
    const { exitCode, stderr } = await chaosWith(
      { PATH: dirname(process.execPath), CHAOS_CACHE_DIR: join(state, 'cache') },
      'worker_failure',
    );
    expect(stderr).toMatch(/Python/);
    expect(exitCode).toBe(64);
    expect(readdirSync(state)).not.toContain('reports');
  });

  test('too little disk space', async () => {
    const { exitCode, stderr } = await chaosWith({ CHAOS_NEEDED_BYTES: String(2 ** 60) }, 'worker_failure');
    expect(stderr).toMatch(/not enough disk space for a run: .* free, .* needed/);
    expect(exitCode).toBe(64);
    expect(readdirSync(state)).not.toContain('reports');
  });

  test('doctor says the same before', async () => {
    const { exitCode, stdout } = await chaosWith({ CHAOS_NEEDED_BYTES: String(2 ** 60) }, 'doctor');
    expect(stdout).toMatch(/✗ Disk space/);
    expect(exitCode).toBe(64);
  });
});

test('cleanup has nothing to do on an idle machine', async () => {
  const { exitCode, stdout } = await chaos('cleanup');
  expect(stdout).toContain('Nothing was left to undo');
  expect(exitCode).toBe(0);
});
