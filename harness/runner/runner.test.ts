import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import { ChaosError } from '../core/errors.ts';
import type { Platform, UndoAction } from '../core/platform.ts';
import { openRecord } from '../store/record-writer.ts';
import { CleanUps } from './clean-ups.ts';
import { cleanUp } from './cleanup.ts';
import { RunRecorder } from './run-recorder.ts';
import { tearDown } from './run-scenario.ts';
import { acquireRunLock, readLock } from './run-lock.ts';
import { UndoJournal } from './undo-journal.ts';

const UNDO: UndoAction = { kind: 'ensure-running', dir: '/nowhere', instance: 'worker-1' };
const COMMANDS: UndoAction = {
  kind: 'run-commands',
  mark: 'run-1',
  cwd: '/d',
  logs: '/l',
  env: [],
  settings: {},
  commands: [{ command: ['./bring-back.sh', 'now'], withinMs: 1 }],
};
let state = '';

beforeEach(() => {
  state = mkdtempSync(join(tmpdir(), 'chaos-runner-'));
  process.env['CHAOS_STATE_DIR'] = state;
});
afterEach(() => {
  delete process.env['CHAOS_STATE_DIR'];
  rmSync(state, { recursive: true, force: true });
});

function fakePlatform(undo: (action: UndoAction) => Promise<string>): (id: string) => Promise<Platform> {
  return async () => ({
    id: 'local',
    profile: 'fake',
    capabilities: new Set(),
    prepare: async () => undefined,
    up: () => Promise.reject(new Error('not here')),
    findRunning: async () => undefined,
    findStacks: async () => [],
    findAbandoned: () => [],
    undo,
  });
}

function runCleanUp(undo: (action: UndoAction) => Promise<string>): Promise<string[]> {
  const said: string[] = [];
  return cleanUp({
    platformById: fakePlatform(undo),
    platformIds: [],
    say: (text) => void said.push(text),
  }).then(() => said);
}

describe('the undo journal', () => {
  test('gives back what was planned and not done, latest first', () => {
    const journal = new UndoJournal('run-1');
    journal.plan('local', { kind: 'remove-stack', dir: '/d', stackId: 's' });
    const second = journal.plan('local', UNDO);
    expect(new UndoJournal('run-1').pending().map(({ action }) => action.kind)).toEqual([
      'ensure-running',
      'remove-stack',
    ]);
    journal.markDone(second);
    expect(new UndoJournal('run-1').pending().map(({ action }) => action.kind)).toEqual(['remove-stack']);
  });

  test('gives back every kind of undo', () => {
    // A record by kind, so that a new kind does not compile before it is here.
    const kinds: { readonly [kind in UndoAction['kind']]: UndoAction } = {
      'remove-stack': { kind: 'remove-stack', dir: '/d', stackId: 's' },
      'end-programs': { kind: 'end-programs', dir: '/d', stackId: 's' },
      'ensure-site': { kind: 'ensure-site', dir: '/d', stackId: 's' },
      'ensure-running': UNDO,
      'continue-process': { kind: 'continue-process', pid: 1, startTicks: 2 },
      'ensure-machines': { kind: 'ensure-machines', dir: '/d', machines: ['m'] },
      'join-again': { kind: 'join-again', dir: '/d', machine: 'm' },
      uncordon: { kind: 'uncordon', dir: '/d', machine: 'm' },
      'restore-source': { kind: 'restore-source', dir: '/d', table: 'records' },
      'run-commands': {
        kind: 'run-commands',
        mark: 'run-1',
        cwd: '/d',
        logs: '/l',
        env: ['TOKEN'],
        settings: { REGION: 'eu' },
        commands: [{ command: ['kubectl', 'apply'], withinMs: 1 }],
      },
      'remove-own': { kind: 'remove-own', config: '/c.yaml', workspaceId: 'w', runId: 'run-1' },
      'remove-chaos': { kind: 'remove-chaos', chaos: 'partition', config: '/c.yaml', runId: 'run-1', withinMs: 1 },
      'remove-load': { kind: 'remove-load', config: '/c.yaml', runId: 'run-1' },
    };
    const journal = new UndoJournal('run-1');
    for (const action of Object.values(kinds)) journal.plan('local', action);
    expect(new UndoJournal('run-1').pending().map(({ action }) => action)).toEqual(Object.values(kinds).toReversed());
  });

  test('survives a line that was torn by the end of the harness', () => {
    const journal = new UndoJournal('run-1');
    journal.plan('local', UNDO);
    appendFileSync(join(state, 'undo', 'run-1.ndjson'), '{"id":1,"platf');
    expect(new UndoJournal('run-1').pending()).toHaveLength(1);
  });
});

describe('the run lock', () => {
  test('refuses a second run while the first lives', () => {
    const lock = acquireRunLock('run-1');
    expect(() => acquireRunLock('run-2')).toThrow(/Another run is under way: run-1/);
    lock.release();
    expect(() => acquireRunLock('run-2').release()).not.toThrow();
  });

  test('refuses to start before an earlier run has been undone, and says what to do', () => {
    new UndoJournal('run-0').plan('local', UNDO);
    expect(() => acquireRunLock('run-1')).toThrow(ChaosError);
    expect(() => acquireRunLock('run-1')).toThrow(/run-0/);
  });

  test('a lock whose process id now belongs to another process does not count as a live run', () => {
    writeFileSync(join(state, 'run.lock'), JSON.stringify({ runId: 'dead', pid: process.pid, startTicks: 1 }));
    expect(() => acquireRunLock('run-1')).toThrow(/ended without undoing/);
  });
});

describe('cleanup', () => {
  test('undoes everything of a dead run, and the next run may start', async () => {
    writeFileSync(join(state, 'run.lock'), JSON.stringify({ runId: 'dead', pid: process.pid, startTicks: 1 }));
    new UndoJournal('dead').plan('local', UNDO);
    const said = await runCleanUp(async (action) => `undone: ${action.kind}`);
    expect(said).toContain('undone: ensure-running');
    expect(readLock()).toBeUndefined();
    expect(readdirSync(join(state, 'undo'))).toEqual([]);
    acquireRunLock('next').release();
  });

  test('keeps what could not be undone for the next try', async () => {
    new UndoJournal('dead').plan('local', UNDO);
    await expect(runCleanUp(() => Promise.reject(new Error('no answer')))).rejects.toThrow(/no answer/);
    expect(new UndoJournal('dead').pending()).toHaveLength(1);
    await expect(runCleanUp(async () => 'undone now')).resolves.toContain('undone now');
  });

  test('says which commands of the operator it runs, and that they were begun before', async () => {
    const journal = new UndoJournal('dead');
    const id = journal.plan('local', COMMANDS);
    const first = await runCleanUp(() => Promise.reject(new Error('exit code 1'))).catch(() => undefined);
    expect(first).toBeUndefined();
    expect(new UndoJournal('dead').pending()).toMatchObject([{ id, begun: 1 }]);
    const said = await runCleanUp(async () => 'it is back');
    expect(said[0]).toBe(
      'Running what brings the original back again (it was begun before, and not all of it was done): ./bring-back.sh now',
    );
  });

  test('does not touch what a living run is using', async () => {
    const lock = acquireRunLock('alive');
    new UndoJournal('alive').plan('local', UNDO);
    let calls = 0;
    const count = async (): Promise<string> => `${(calls += 1)}`;
    await expect(runCleanUp(count)).rejects.toThrow(/is alive/);
    expect(calls).toBe(0);
    lock.release();
  });
});

test('clean-ups run in reverse order, and one that fails does not stop the others', async () => {
  const order: string[] = [];
  const cleanUps = new CleanUps();
  cleanUps.add('first', async () => void order.push('first'));
  cleanUps.add('broken', () => Promise.reject(new Error('no')));
  cleanUps.add('last', async () => void order.push('last'));
  expect(await cleanUps.runAll()).toEqual(['broken: no']);
  expect(order).toEqual(['last', 'first']);
  expect(existsSync(state)).toBe(true);
});

test.each([
  ['were begun before', true, 0],
  ['were not begun', false, 1],
])('the end of a run does not run commands of the operator a second time: they %s', async (_, isBegun, times) => {
  const undo = new UndoJournal('run-1');
  const id = undo.plan('local', COMMANDS);
  if (isBegun) {
    undo.markBegun(id);
    undo.noteFailure(id, 'exit code 1');
  }
  let ran = 0;
  const platform = await fakePlatform(async () => {
    ran += 1;
    return Promise.reject(new Error('exit code 1'));
  })('local');
  const record = new RunRecorder(openRecord(join(state, 'run'), { clock: systemClock(), redact: [] }));
  expect(await tearDown({ record, platform, keep: false }, undefined, undo)).toBe(true);
  record.close();
  const found = record.events.flatMap((event) => (event.type === 'leftovers' ? event.found : []));
  expect([ran, found]).toEqual([
    times,
    [expect.stringMatching(isBegun ? /^exit code 1 \(.* were run once, .* cleanup does/ : /exit code 1$/)],
  ]);
});
