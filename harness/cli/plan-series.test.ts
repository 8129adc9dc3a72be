import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { catalogue } from '../../scenarios/index.ts';
import type { Capability } from '../core/platform.ts';
import type { Parameters } from '../core/scenario.ts';
import { readObjectives } from './objectives-file.ts';
import { chooseScenarios, planSeries, sharedStack } from './plan-series.ts';

const FILE = fileURLToPath(new URL('../../scenarios/objectives.yaml', import.meta.url));
const ALL = ['worker_failure', 'cluster_failure', 'database_failure'];
const ABLE = {
  capabilities: new Set<Capability>([
    'signal-instances',
    'lose-nodes',
    'machines',
    'autoscaling',
    'roll-out',
    'watch-instances',
    'warehouse',
    'source-system',
    'workflow-identity',
    'sites',
    'backups',
    'alert-sink',
    'skew-clocks',
  ]),
};
const REQUEST = { objectives: FILE, set: [], load: true } as const;

describe('the scenarios of a series', () => {
  test('come in the order of the catalogue, and what leaves no stack comes last', () => {
    expect(chooseScenarios(ALL, {}).chosen).toEqual(['worker_failure', 'database_failure', 'cluster_failure']);
  });

  test('can be named, or left out', () => {
    expect(chooseScenarios(ALL, { only: 'database_failure,worker_failure' })).toEqual({
      chosen: ['worker_failure', 'database_failure'],
      leftOut: ['cluster_failure'],
    });
    expect(chooseScenarios(ALL, { skip: 'cluster_failure' }).chosen).toEqual(['worker_failure', 'database_failure']);
    expect(chooseScenarios(ALL, { only: 'worker_failure', skip: 'worker_failure' }).chosen).toEqual([]);
  });

  test.each([{ only: 'worker_falure' }, { skip: 'worker_falure' }])(
    'are refused when there is none of that name: %j',
    (request) => {
      expect(() => chooseScenarios(ALL, request)).toThrow(/no scenario "worker_falure"/);
    },
  );
});

describe('the stack of a series', () => {
  const one = { id: 'one', stack: { RETRY_TIME_SCALE: '0.1', A: '1' } };
  const two = { id: 'two', stack: { A: '1', B: '2' } };
  const three = { id: 'three', stack: { A: '3' } };

  test('has what all of them want', () => {
    expect(sharedStack([one, two, { id: 'none' }], [])).toEqual({ RETRY_TIME_SCALE: '0.1', A: '1', B: '2' });
  });

  test('cannot be had when two want different things, unless the user decides', () => {
    expect(() => sharedStack([one, two, three], [])).toThrow(/one wants A=1, three wants A=3/);
    expect(() => sharedStack([one, three], [])).toThrow(expect.objectContaining({ code: 'config' }));
    expect(() => sharedStack([one, three], ['A=5'])).not.toThrow();
  });
});

describe('the plan of the catalogue', () => {
  test('all scenarios that are shipped can share one stack', async () => {
    const { runs, leftOut } = await planSeries(REQUEST, await readObjectives(FILE), ABLE);
    expect(runs.map(({ scenario }) => scenario.id).toSorted()).toEqual(Object.keys(catalogue).toSorted());
    expect(leftOut).toEqual([]);
    expect(new Set(runs.map(({ stackSettings }) => JSON.stringify(stackSettings))).size).toBe(1);
  });

  test('gives a parameter to the scenarios that have it, and a setting of the stack to all', async () => {
    const objectives = await readObjectives(FILE);
    const request = {
      ...REQUEST,
      only: 'worker_failure,temporal_and_worker_failure',
      set: ['records=500', 'SOME_SETTING=7'],
    };
    const { runs, stackSettings } = await planSeries(request, objectives, ABLE);
    expect(runs.map(({ parameters }) => parameters['records'])).toEqual([500, 500]);
    expect(stackSettings).toMatchObject({ SOME_SETTING: '7' });
    await expect(planSeries({ ...request, set: ['recods=5'] }, objectives, ABLE)).rejects.toThrow(
      /no parameter "recods"/,
    );
  });

  test('takes the defaults of the platform for what a scenario has, and what was asked for before them', async () => {
    const objectives = await readObjectives(FILE);
    const here = { ...ABLE, parameters: { probeEveryMs: 200, ofNobody: 1 } };
    const request = { ...REQUEST, only: 'worker_failure' };
    const parametersOf = async (...set: readonly string[]): Promise<Parameters | undefined> =>
      (await planSeries({ ...request, set }, objectives, here)).runs[0]?.parameters;
    expect(await parametersOf()).toMatchObject({ probeEveryMs: 200, records: 20_000 });
    expect(await parametersOf()).not.toHaveProperty('ofNobody');
    expect(await parametersOf('probeEveryMs=20')).toMatchObject({ probeEveryMs: 20 });
  });

  test('is refused when nothing is left to run', async () => {
    const request = { ...REQUEST, only: 'worker_failure', skip: 'worker_failure' };
    await expect(planSeries(request, await readObjectives(FILE), ABLE)).rejects.toThrow(/No scenario is left/);
  });

  test('names what the platform cannot do, and refuses when that is all', async () => {
    const objectives = await readObjectives(FILE);
    const here = { capabilities: new Set([...ABLE.capabilities].filter((one) => one !== 'machines')) };
    const { runs, notHere } = await planSeries(REQUEST, objectives, here);
    expect(notHere).toContainEqual({ scenario: 'node_failure', lacks: ['machines'] });
    expect(runs.map(({ scenario }) => scenario.id)).not.toContain('node_failure');
    const only = planSeries({ ...REQUEST, only: 'node_failure' }, objectives, here);
    await expect(only).rejects.toMatchObject({ tryThis: expect.stringContaining('node_failure (it lacks machines)') });
  });
});
