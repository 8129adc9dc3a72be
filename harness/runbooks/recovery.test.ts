import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../core/clock.ts';
import type { Instance, KillEvidence, RunningStack } from '../core/platform.ts';
import { seededRandom } from '../core/random.ts';
import type { RunbookStep } from '../core/runbook.ts';
import type { Site } from '../core/site.ts';
import { destroySite } from '../faults/destroy-site.ts';
import { openTrial, type OpenTrial } from '../runner/open-trial.ts';
import { RunRecorder } from '../runner/run-recorder.ts';
import { openRecord } from '../store/record-writer.ts';
import { clusterRecovery } from './cluster-recovery.ts';
import { followRunbook } from './follow-runbook.ts';

const instance = (name: string, component: string): Instance => ({
  name,
  component,
  state: 'running',
  ready: true,
  restarts: 0,
  host: '127.0.0.1',
  ports: {},
  isExpected: true,
});

/** A site that remembers what was asked of it. */
function fakeSite(asked: string[], changes: Partial<Site> = {}): Site {
  let generation = 1;
  const say = async (what: string): Promise<string> => {
    asked.push(what);
    return Promise.resolve(`${what} done`);
  };
  return {
    view: async () => Promise.resolve({ generation, state: 'up', components: ['server', 'patroni'] }),
    destroy: async () => say('destroy'),
    processesLeft: async () => Promise.resolve([]),
    dataLeft: async () => Promise.resolve([]),
    provision: async () => {
      generation += 1;
      return say('provision');
    },
    restoreDatabase: async () => Promise.reject(new Error('segment 000000010000000000000005 is missing.')),
    restoreWorkflows: async (store) => say(`workflows ${store}`),
    deploy: async () => say('deploy'),
    switchEndpoints: async () => say('endpoints'),
    ...changes,
  };
}

function fakeStack(site: Site): RunningStack {
  return {
    id: 's1',
    dir: '/nowhere',
    details: {},
    settings: {},
    tools: {},
    marker: {},
    credentials: { user: 'u', password: 'p' },
    instances: async () =>
      Promise.resolve([instance('server-0', 'server'), instance('patroni-0', 'patroni'), instance('w', 'warehouse')]),
    endpoint: () => ({ host: '127.0.0.1', port: 1 }),
    watch: async () => Promise.resolve(),
    signalInstance: async () => Promise.resolve(),
    processesOf: async () => Promise.resolve([]),
    signalProcess: async () => Promise.resolve(false),
    isStopped: async () => Promise.resolve(false),
    holdInstance: async () => Promise.resolve(),
    loseMachines: async () => Promise.resolve(),
    rollOut: async () => Promise.resolve(),
    confirmGone: async () => Promise.resolve(),
    site,
    strayProcesses: async () => Promise.resolve([]),
    usage: async () => Promise.resolve({ memoryBytes: 0, cpuSeconds: 0, processes: 0 }),
    release: () => undefined,
  };
}

const dirs: string[] = [];
let record: RunRecorder;
let trial: OpenTrial;
let asked: string[] = [];

async function open(changes: Partial<Site> = {}): Promise<OpenTrial> {
  const clock = systemClock();
  const dir = mkdtempSync(join(tmpdir(), 'chaos-runbook-'));
  dirs.push(dir);
  record = new RunRecorder(openRecord(join(dir, 'run'), { clock, redact: [] }));
  asked = [];
  return openTrial(
    {
      trial: 1,
      stack: fakeStack(fakeSite(asked, changes)),
      clock,
      random: seededRandom(1),
      record,
      objective: { id: 'cluster_failure', recoverySeconds: 60, lostWrites: 0, source: 'a test' },
      retryPolicy: { kind: 'exponential', attempts: 3, initialSeconds: 1, factor: 2, maxSeconds: 60 },
      signal: new AbortController().signal,
      healFaults: async () => Promise.resolve(),
    },
    [],
  );
}

beforeEach(async () => {
  trial = await open();
});
afterEach(async () => {
  await trial.close();
  record.close();
  for (const dir of dirs.splice(0)) rmSync(dir, { recursive: true, force: true });
});

describe('following a runbook', () => {
  const step = (id: string, run: RunbookStep['run']): RunbookStep => ({ id, title: id, does: '', verify: '', run });

  test('writes down what was planned and what became of each step, and stops at the first that fails', async () => {
    const steps = [
      step('a', async () => Promise.resolve('as it should be')),
      step('b', async () => Promise.reject(new Error('it is broken.'))),
      step('c', async () => Promise.resolve('never')),
    ];
    await followRunbook({ id: 'r', title: 'R', when: '', needs: [], steps }).run(trial.context);
    const { history } = trial.context;
    expect(history.first('runbook.started')?.steps.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(history.all('runbook.step').map(({ step: id, ok, details }) => ({ id, ok, details }))).toEqual([
      { id: 'a', ok: true, details: 'as it should be' },
      { id: 'b', ok: false, details: 'it is broken' },
    ]);
  });

  test('a database that cannot be restored ends the recovery of a cluster, and the reason is written down', async () => {
    await followRunbook(clusterRecovery({ syncWithin: '1s' })).run(trial.context);
    expect(asked).toEqual(['provision']);
    expect(trial.context.history.latest('runbook.step')).toMatchObject({
      step: 'database',
      ok: false,
      details: 'segment 000000010000000000000005 is missing',
    });
  });

  test.each([
    [{}, 'workflows restored'],
    [{ temporalStore: 'empty' }, 'workflows empty'],
  ])('Temporal is started on what was asked for: %o', async (more, expected) => {
    const { steps } = clusterRecovery({ syncWithin: '1s', ...more });
    await steps.find(({ id }) => id === 'temporal')?.run(trial.context);
    expect(asked).toEqual([expected]);
  });

  test('a store of Temporal that nobody knows is refused before anything is broken', () => {
    expect(() => clusterRecovery({ syncWithin: '1s', temporalStore: 'lost' })).toThrow('restored or empty, not "lost"');
  });

  test('every step says in words what is done and how to see that it is done', () => {
    for (const { does, verify, title } of clusterRecovery({ syncWithin: '1s' }).steps) {
      expect(
        [does, verify].every((text) => text.endsWith('.') && text.length > 20),
        title,
      ).toBe(true);
    }
  });
});

describe('the destruction of a site', () => {
  const when = { name: 'now', timeoutMs: 1, isOver: () => true as const };

  test('hits every instance of the site and nothing else, and its undo is removal unless the site is up again', async () => {
    const planned = await destroySite({ when }).plan(trial.context);
    expect(planned.targets.map((target) => target.instance.name)).toEqual(['server-0', 'patroni-0']);
    expect(planned.undo).toEqual([{ kind: 'ensure-site', dir: '/nowhere', stackId: 's1' }]);
    expect(asked).toEqual([]);
    await planned.inject();
    expect(asked).toEqual(['destroy']);
  });

  test('is not believed when a process or a folder is left, or when what should survive does not answer', async () => {
    await trial.close();
    trial = await open({
      processesLeft: async () => Promise.resolve(['process 1 of server-0 (node)']),
      dataLeft: async () => Promise.resolve(['patroni-0']),
    });
    const planned = await destroySite({ when }).plan(trial.context);
    const found: KillEvidence[] = [];
    await planned.gatherEvidence((evidence) => found.push(evidence), new AbortController().signal);
    expect(found.map(({ kind, holds }) => [kind, holds])).toEqual([
      ['process-gone', false],
      ['data-gone', false],
      ['survivors-answer', false],
    ]);
    expect(found[0]?.text).toContain('process 1 of server-0');
  });
});
