import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock, type Clock } from '../core/clock.ts';
import { ChaosError } from '../core/errors.ts';
import type { BodyOf, RunEvent } from '../core/events.ts';
import type { Instance, Platform, RunningStack } from '../core/platform.ts';
import { openRecord } from '../store/record-writer.ts';
import { awaitSteadyAgain } from './await-steady-again.ts';
import { RunRecorder } from './run-recorder.ts';
import { runSeries, type SeriesEntry } from './run-series.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-series-'));
  process.env['CHAOS_STATE_DIR'] = join(dir, 'state');
});
afterEach(() => {
  delete process.env['CHAOS_STATE_DIR'];
  rmSync(dir, { recursive: true, force: true });
});

const WORKER: Instance = {
  name: 'worker-0',
  component: 'worker',
  state: 'backoff',
  ready: false,
  restarts: 3,
  isExpected: true,
  host: '127.0.0.1',
  ports: {},
};

/** A stack with one worker, which by default never comes back. */
function poorStack(worker: Instance): RunningStack {
  const stack: Partial<RunningStack> = {
    id: 's',
    dir,
    details: {},
    settings: {},
    instances: async () => [worker],
    endpoint: () => ({ host: '127.0.0.1', port: 1 }),
    release: () => undefined,
    watch: (onChange, signal) => {
      onChange(worker);
      return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
    },
  };
  // What a series does not use is not there: a call to it would fail the test.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return stack as RunningStack;
}

interface Ended {
  readonly events: readonly RunEvent[];
  readonly failure: ChaosError | undefined;
  readonly ran: readonly string[];
  readonly undone: readonly string[];
  readonly isLockFree: boolean;
}

interface Changes {
  readonly clock?: Clock;
  readonly settle?: typeof awaitSteadyAgain;
  readonly signal?: AbortSignal;
  readonly fail?: Readonly<Record<string, ChaosError>>;
  readonly onRun?: () => void;
  readonly worker?: Instance;
}

async function series(names: readonly string[], changes: Changes = {}): Promise<Ended> {
  const ran: string[] = [];
  const undone: string[] = [];
  let isLockFree = false;
  const clock = changes.clock ?? systemClock();
  const record = new RunRecorder(openRecord(join(dir, 'run'), { clock }));
  const platform: Partial<Platform> = {
    id: 'local',
    profile: 'fake',
    findStacks: async () => [],
    up: async ({ beforeChange }) => {
      await beforeChange({ kind: 'remove-stack', dir, stackId: 's' });
      return poorStack(changes.worker ?? WORKER);
    },
    undo: async ({ kind }) => {
      undone.push(kind);
      return kind;
    },
  };
  const entries = names.map((scenario): SeriesEntry => ({
    scenario,
    newRunId: () => `run-of-${scenario}`,
    run: async () => {
      ran.push(scenario);
      changes.onRun?.();
      return changes.fail?.[scenario];
    },
  }));
  const started: BodyOf<'series.started'> = {
    type: 'series.started',
    schemaVersion: 1,
    runId: 'series',
    wallStart: '2026-01-01T00:00:00.000Z',
    scenarios: names.map((scenario) => ({ scenario, title: scenario })),
    leftOut: [],
    targetSeconds: 1,
    seed: 1,
    command: 'c',
    environment: {},
  };
  const failure = await runSeries({
    started,
    entries,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- as for the stack
    platform: platform as Platform,
    stackSettings: {},
    weaknesses: [],
    clock,
    record,
    signal: changes.signal ?? new AbortController().signal,
    awaitSteadyAgain: changes.settle ?? (async () => undefined),
    lock: { release: () => (isLockFree = true) },
  });
  record.close();
  return { events: record.events, failure, ran, undone, isLockFree };
}

function finish(events: readonly RunEvent[]): RunEvent | undefined {
  return events.findLast(({ type }) => type === 'run.finished');
}

test('runs one scenario after the other and takes the stack down once, at the end', async () => {
  const { ran, undone, events, failure, isLockFree } = await series(['a', 'b', 'c']);
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(undone).toEqual(['remove-stack']);
  expect(failure).toBeUndefined();
  expect(finish(events)).toMatchObject({ outcome: 'completed' });
  expect(events.filter(({ type }) => type === 'series.run')).toMatchObject([
    { runId: 'run-of-a' },
    { place: 2 },
    { place: 3 },
  ]);
  expect(isLockFree).toBe(true);
  expect(readdirSync(join(dir, 'state', 'undo'))).toEqual([]);
});

test('goes on after a scenario that the harness could not finish, and reports its error at the end', async () => {
  const fail = {
    a: new ChaosError({ code: 'no-target', message: 'refused' }),
    b: new ChaosError({ code: 'internal', message: 'broken' }),
  };
  const { ran, failure } = await series(['a', 'b', 'c'], { fail });
  expect(ran).toEqual(['a', 'b', 'c']);
  expect(failure?.message).toBe('broken');
  expect((await seriesAgain({ a: fail.a })).failure).toBeUndefined();
});

function seriesAgain(fail: Readonly<Record<string, ChaosError>>): Promise<Ended> {
  rmSync(join(dir, 'run'), { recursive: true });
  return series(['a', 'b'], { fail });
}

test('stops when the stack is not steady again, names what is missing and what was not run, and cleans up', async () => {
  // A clock that runs a thousand times too fast, so that nobody waits for three minutes.
  const real = systemClock();
  const clock: Clock = { ...real, now: () => real.now() * 1000 };
  const { ran, failure, undone, events, isLockFree } = await series(['a', 'b', 'c'], {
    clock,
    settle: awaitSteadyAgain,
  });
  expect(ran).toEqual(['a']);
  expect(failure).toMatchObject({ code: 'not-steady', exitCode: 2, lastState: 'missing: worker 0/1' });
  expect(failure?.message).toContain('after a: all instances are ready. Not run: b, c.');
  expect(finish(events)).toMatchObject({ outcome: 'refused' });
  expect(undone).toEqual(['remove-stack']);
  expect(isLockFree).toBe(true);
});

test('stops when what must be redundant cannot be asked', async () => {
  const worker: Instance = { ...WORKER, state: 'running', ready: true };
  const { ran, failure, events } = await series(['a', 'b'], { worker, settle: awaitSteadyAgain });
  expect(ran).toEqual(['a']);
  expect(failure).toMatchObject({ code: 'not-steady', exitCode: 2 });
  expect(failure?.lastState).toContain('Patroni');
  expect(events.findLast(({ type }) => type === 'wait')).toMatchObject({ satisfied: false, trial: 1 });
});

test.each([
  ['between two scenarios', ['a', 'b', 'c'], ['a']],
  ['in the last scenario', ['a'], ['a']],
])('an interruption %s ends it, and everything is undone', async (_when, names, expected) => {
  const controller = new AbortController();
  const abort = (): void => controller.abort();
  const when = names.length === 1 ? { onRun: abort } : { settle: async () => (abort(), undefined) };
  const { ran, failure, undone, events } = await series(names, { signal: controller.signal, ...when });
  expect(ran).toEqual(expected);
  expect(failure).toMatchObject({ code: 'interrupted', exitCode: 130 });
  expect(finish(events)).toMatchObject({ outcome: 'interrupted' });
  expect(undone).toEqual(['remove-stack']);
});
