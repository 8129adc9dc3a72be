import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import type { RunEvent } from '../core/events.ts';
import type { Instance, Platform, RunningStack, UndoneUntil } from '../core/platform.ts';
import { seededRandom } from '../core/random.ts';
import type { Fault, ScenarioPlan, Verification, Wait } from '../core/scenario.ts';
import { openRecord } from '../store/record-writer.ts';
import { RunRecorder } from './run-recorder.ts';
import { runTrial } from './trial.ts';
import { UndoJournal } from './undo-journal.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-trial-'));
  process.env['CHAOS_STATE_DIR'] = dir;
});
afterEach(() => {
  delete process.env['CHAOS_STATE_DIR'];
  rmSync(dir, { recursive: true, force: true });
});

const INSTANCE: Instance = {
  name: 'worker-0',
  component: 'worker',
  state: 'running',
  ready: true,
  restarts: 0,
  isExpected: true,
  host: '127.0.0.1',
  ports: {},
};
const AT_ONCE: Wait = { name: 'at once', timeoutMs: 1000, isOver: () => true };

/** A stack that the trial watches and nothing else. */
function idleStack(): RunningStack {
  const watch: RunningStack['watch'] = (onChange, signal) => {
    onChange(INSTANCE);
    return new Promise((resolve) => signal.addEventListener('abort', () => resolve()));
  };
  // What a trial without workload does not use is not there: a call to it would fail the test.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return { id: 's', dir, watch } as unknown as RunningStack;
}

interface Rehearsed {
  readonly events: readonly RunEvent[];
  /** What was undone, in order. */
  readonly undone: readonly string[];
  readonly pending: number;
  readonly error: unknown;
}

interface Stop {
  readonly signal: AbortSignal;
  readonly onUndo: (until: UndoneUntil | undefined) => void;
}

async function rehearse(
  parts: Partial<ScenarioPlan>,
  told: Partial<RunningStack> = {},
  stop: Stop = { signal: new AbortController().signal, onUndo: () => undefined },
): Promise<Rehearsed> {
  const undone: string[] = [];
  const clock = systemClock();
  const record = new RunRecorder(openRecord(join(dir, 'run'), { clock, redact: [] }));
  const undo = new UndoJournal('run');
  const platform: Pick<Platform, 'id' | 'undo'> = {
    id: 'local',
    undo: async (action, _signal, { until } = {}) => {
      const text = action.kind === 'ensure-running' ? action.instance : action.kind;
      undone.push(text);
      stop.onUndo(until);
      return text;
    },
  };
  const plan: ScenarioPlan = {
    probes: () => [],
    steadyState: [],
    workload: [],
    underway: [],
    fault: fault('first'),
    recovery: { path: ['injected'], because: 'a test', beside: [], until: [] },
    verification: [],
    checks: [],
    ...parts,
  };
  const error: unknown = await runTrial({
    trial: 1,
    plan,
    // Only its id and its undo are used in a trial.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    platform: platform as Platform,
    stack: { ...idleStack(), ...told },
    clock,
    random: seededRandom(1),
    record,
    objective: { id: 'o', recoverySeconds: 1, lostWrites: 0, source: 'a test' },
    retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 1, factor: 1, maxSeconds: 1 },
    undo,
    signal: stop.signal,
  }).then(
    () => undefined,
    (cause: unknown) => cause,
  );
  record.close();
  return { events: record.events, undone, pending: undo.pending().length, error };
}

function fault(id: string, changes: Partial<Fault> & { readonly gather?: () => Promise<void> } = {}): Fault {
  return {
    id,
    description: id,
    needs: [],
    when: AT_ONCE,
    plan: async () => ({
      targets: [{ instance: INSTANCE, why: 'a test' }],
      undo: [{ kind: 'ensure-running', dir, instance: id }],
      inject: async () => undefined,
      gatherEvidence: async (report) => {
        await changes.gather?.();
        report({ kind: 'process-gone', holds: true, text: id });
      },
    }),
    ...changes,
  };
}

const types = (events: readonly RunEvent[], type: RunEvent['type']): string[] =>
  events.flatMap((event) => (event.type === type && 'fault' in event ? [event.fault] : []));

test('a second fault is injected while the evidence of the first is still being gathered', async () => {
  let isSecondInjected: () => void = () => undefined;
  const second = new Promise<void>((resolve) => (isSecondInjected = resolve));
  const { events, error } = await rehearse({
    fault: fault('first', { gather: () => second }),
    further: [fault('second', { prepare: async () => undefined, gather: async () => isSecondInjected() })],
  });
  expect(error).toBeUndefined();
  expect(types(events, 'fault.injected')).toEqual(['first', 'second']);
  expect(types(events, 'fault.evidence').toSorted()).toEqual(['first', 'second']);
});

test('all faults are undone at the end, the latest first, and nothing is left to undo', async () => {
  const { undone, pending } = await rehearse({ further: [fault('second')] });
  expect(undone).toEqual(['second', 'first']);
  expect(pending).toBe(0);
});

test('what the platform says of itself is a note, also what it said before the trial, and the trial goes on', async () => {
  let isListening = false;
  const onTrouble: RunningStack['onTrouble'] = (listener) => {
    isListening = true;
    listener({ isOver: false, text: 'It cannot be asked.' });
    listener({ isOver: true, text: 'It can be asked again.' });
    return () => (isListening = false);
  };
  const { events, error } = await rehearse({}, { onTrouble });
  expect(error).toBeUndefined();
  expect(events.filter(({ type }) => type === 'note')).toMatchObject([
    { level: 'warning', text: 'It cannot be asked.' },
    { level: 'info', text: 'It can be asked again.' },
  ]);
  expect(isListening).toBe(false);
});

test('what a scenario heals on the way is not undone again', async () => {
  const undoneByThen: string[] = [];
  const heal: Verification = { name: 'heal', run: (context) => context.healFaults() };
  const look: Verification = {
    name: 'look',
    run: async (context) => void undoneByThen.push(...types(context.history.all('fault.undone'), 'fault.undone')),
  };
  const { undone, pending } = await rehearse({
    further: [fault('second')],
    recovery: { path: ['injected'], because: 'a test', beside: [], until: [heal, look] },
  });
  expect(undoneByThen).toEqual(['second', 'first']);
  expect(undone).toEqual(['second', 'first']);
  expect(pending).toBe(0);
});

test('when the moment of the second fault never comes the first is undone and the trial ends with an error', async () => {
  const never: Wait = { name: 'never', timeoutMs: 50, isOver: () => 'not yet' };
  const { events, undone, error } = await rehearse({ further: [fault('second', { when: never })] });
  expect(String(error)).toContain('The moment for "second" never came');
  expect(types(events, 'fault.injected')).toEqual(['first']);
  expect(undone).toEqual(['first']);
});

test('evidence that cannot be gathered ends the trial with its error, undone', async () => {
  const broken = fault('first', { gather: () => Promise.reject(new Error('no witness')) });
  const { undone, error } = await rehearse({ fault: broken, further: [fault('second')] });
  expect(String(error)).toContain('no witness');
  expect(undone).toEqual(['second', 'first']);
});

test('a trial that is stopped gives back what is broken before it waits for those who look at it', async () => {
  const stop = new AbortController();
  const undoneUntil: (UndoneUntil | undefined)[] = [];
  let isBack: () => void = () => undefined;
  const back = new Promise<void>((resolve) => (isBack = resolve));
  const stopped: Wait = {
    name: 'the key',
    timeoutMs: 60_000,
    isOver() {
      stop.abort();
      return 'not yet';
    },
  };
  // As a sample hangs at a database that stands still.
  const watch: RunningStack['watch'] = async (onChange) => {
    onChange(INSTANCE);
    await back;
  };
  const { undone, pending, error } = await rehearse(
    { recovery: { path: ['injected'], because: 'a test', beside: [], until: [stopped] } },
    { watch },
    {
      signal: stop.signal,
      onUndo(until) {
        undoneUntil.push(until);
        isBack();
      },
    },
  );
  expect(String(error)).toContain('Interrupted');
  expect([undone, pending]).toEqual([['first'], 0]);
  // Whoever stopped it does not wait for what comes up by itself.
  expect(undoneUntil).toEqual(['begun']);
});

test('the commands of the operator are run once in a trial, also where they fail, and are still to be done', async () => {
  const commands: Fault = fault('site', {
    plan: async () => ({
      targets: [],
      undo: [{ kind: 'run-commands', mark: 'run', cwd: dir, logs: dir, env: [], settings: {}, commands: [] }],
      inject: async () => undefined,
      gatherEvidence: async () => undefined,
    }),
  });
  const heal: Verification = { name: 'heal', run: (context) => context.healFaults() };
  const fails = { signal: new AbortController().signal, onUndo: failing };
  const recovery = { path: ['injected'], because: 'a test', beside: [], until: [heal] } as const;
  const { events, undone, pending } = await rehearse({ fault: commands, recovery }, {}, fails);
  expect([undone, pending]).toEqual([['run-commands'], 1]);
  expect(events.filter(({ type }) => type === 'fault.undone')).toMatchObject([{ succeeded: false }]);
});

function failing(): never {
  throw new Error('exit code 1');
}
