import { describe, expect, test } from 'vitest';
import type { DiscoveredSystem } from '../../profiles/discovered-system.ts';
import { mapSystem } from '../../profiles/map-system.ts';
import { airbyteObjects, collect, type AirbyteOptions } from '../../profiles/testing/airbyte-objects.ts';
import { translateScenarios } from '../../profiles/translate/translate.ts';
import type { Target } from '../../profiles/translate/translation.ts';
import type { TargetWithCandidates } from './find-victims.ts';
import { chooseTargets, parametersFor } from './plan-existing.ts';

/*
 * How it could lie: hit another target than the one that was named; go on where nothing may be hit; call a component back when its sync is not, or wait for a
 * sync that was never interrupted; demand of the API what it cannot give.
 */

const map = (options?: AirbyteOptions): DiscoveredSystem => mapSystem(collect(airbyteObjects(options)));
function targetsOf(scenario: string, system: DiscoveredSystem): readonly Target[] {
  const [translation] = translateScenarios(system, [{ id: scenario }]);
  return translation?.targets ?? [];
}
function targetOf(scenario: string, component: string, system: DiscoveredSystem): Target {
  const target = targetsOf(scenario, system).find((one) => one.component === component);
  if (target === undefined) throw new Error(`${component} is no target`);
  return target;
}
const twice = (wanted: string): AirbyteOptions => ({
  change: (component, raw) => (component === wanted ? { ...raw, replicas: 2 } : raw),
});

describe('the target', () => {
  const request = { method: 'DELETE', path: '/', uid: 'u' };
  const refusal = { code: 'protected', text: 'It is protected.', tryThis: 'Ask its owner.' } as const;
  const [first, second] = targetsOf('worker_failure', map());
  if (first === undefined || second === undefined) throw new Error('there are several');
  const found = (...refused: readonly boolean[]): readonly TargetWithCandidates[] =>
    [first, second].map((target, index) => ({
      target,
      candidates:
        refused[index] === undefined
          ? []
          : [{ name: 'a', node: undefined, request, refusals: refused[index] ? [refusal] : [] }],
    }));
  const choose = (
    all: readonly TargetWithCandidates[],
    name?: string,
    takesAway: 'one' | 'each' | 'nothing' = 'one',
  ): readonly Target[] => chooseTargets(all, { takesAway, because: 'why' }, name);

  test('is the first of which something may be hit', () => {
    expect(choose(found(false, false))).toEqual([first]);
    expect(choose(found(true, false))).toEqual([second]);
  });
  test('that was named is meant, also where another could be hit', () => {
    expect(choose(found(false, false), second.component)).toEqual([second]);
    expect(() => choose(found(false, true), second.component)).toThrow('It is protected');
  });
  test('that there is not is no other one', () => {
    expect(() => choose(found(false, false), 'moon')).toThrow('no target "moon"');
  });
  test('of which nothing runs, or may be hit, is refused', () => {
    expect(() => choose(found())).toThrow('Nothing that it could hit runs here');
    expect(() => choose(found(true, true))).toThrow('nothing was touched');
  });
  test('are all of them where one of each is taken away, or none', () => {
    expect(choose(found(false, false), undefined, 'each')).toEqual([first, second]);
    expect(() => choose(found(false, true), undefined, 'each')).toThrow('It is protected');
    expect(() => choose(found(false), undefined, 'each')).toThrow('Nothing that it could hit');
    expect(() => choose([], undefined, 'each')).toThrow('Nothing that it could hit');
    expect(() => choose(found(false, false), first.component, 'each')).toThrow('one of each');
  });
  test('are none where the scenario takes more than that', () => {
    expect(() => choose(found(false, false), undefined, 'nothing')).toThrow('cannot be run here');
  });
});

describe('what ends the recovery', () => {
  const parameters = (scenario: string, component: string, system = map(), isSyncNamed = false) =>
    parametersFor([targetOf(scenario, component, system)], system, { set: [], isSyncNamed });

  test('of a job pod is the next attempt of its sync, which has to be there', () => {
    expect(parameters('worker_failure', 'job-pod')).toMatchObject({
      ends: 'next-attempt-started',
      aboutSync: true,
      apiStays: true,
    });
  });
  test('of a worker is its return where syncs run in pods of their own, or another worker may have run it', () => {
    expect(parameters('worker_failure', 'worker')).toMatchObject({ ends: 'full-capacity', aboutSync: false });
    const legacy = { generation: 'legacy', settings: { CONTAINER_ORCHESTRATOR_ENABLED: 'false' } } as const;
    const pair = map({ ...legacy, ...twice('worker') });
    expect(parameters('worker_failure', 'worker', pair)).toMatchObject({ ends: 'full-capacity' });
    expect(parameters('worker_failure', 'worker', map(legacy))).toMatchObject({ ends: 'next-attempt-started' });
  });
  test('of the only server is the first good answer, and nobody demands that the API stays', () => {
    expect(parameters('server_failure', 'server')).toMatchObject({ ends: 'api-available', apiStays: false });
    expect(parameters('server_failure', 'server', map(twice('server')))).toMatchObject({
      ends: 'full-capacity',
      apiStays: true,
    });
  });
  test('nobody demands that the API stays without its database', () => {
    expect(parameters('database_failure', 'database')).toMatchObject({ ends: 'full-capacity', apiStays: false });
  });
  test('a sync that was named has to be there', () => {
    expect(parameters('worker_failure', 'worker', map(), true)).toMatchObject({ aboutSync: true });
  });
});

describe('what may be set by hand', () => {
  const system = map();
  const target = targetOf('worker_failure', 'worker', system);
  const set = (...pairs: readonly string[]) => parametersFor([target], system, { set: pairs, isSyncNamed: false });

  test('are the pace of the probes and the patience with syncs', () => {
    expect(set('probeEveryMs=250', 'syncWithinMinutes=90')).toMatchObject({ probeEveryMs: 250, syncWithinMinutes: 90 });
  });
  test.each(['existing=server', 'ends=full-capacity', 'RETRY_POLICY=airbyte', 'weakness=x', 'apiStays=false'])(
    'not %s',
    (pair) => {
      expect(() => set(pair)).toThrow(/There is no parameter|is taken as it is/);
    },
  );
});
