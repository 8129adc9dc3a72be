import { describe, expect, test } from 'vitest';
import { catalogue } from '../../../scenarios/index.ts';
import type { FaultTools } from '../../core/fault-tools.ts';
import type { DiscoveredSystem } from '../discovered-system.ts';
import { mapSystem } from '../map-system.ts';
import { airbyteObjects, collect, type AirbyteOptions } from '../testing/airbyte-objects.ts';
import { translateScenarios } from './translate.ts';
import type { Target, Translation } from './translation.ts';

/*
 * How it could lie: rename instead of translate; promise a run against what is not there; give times that are not this version's; repeat a sentence about
 * an objective that the timers do not bear out.
 */

const map = (options?: AirbyteOptions): DiscoveredSystem => mapSystem(collect(airbyteObjects(options)));
function translated(id: string, system: DiscoveredSystem, recoverySeconds = 300): Translation {
  const [translation] = translateScenarios(system, [{ id, objective: { recoverySeconds, source: 'the guide' } }]);
  if (translation === undefined) throw new Error('there is one for each scenario');
  return translation;
}
function targetOf(component: string, options?: AirbyteOptions, recoverySeconds = 300): Target {
  const { targets } = translated('worker_failure', map(options), recoverySeconds);
  const target = targets.find((one) => one.component === component);
  if (target === undefined) throw new Error(`${component} is no target`);
  return target;
}

describe('every scenario of the catalogue', () => {
  test.each(Object.keys(catalogue))('%s has a translation of its own', (id) => {
    expect(translated(id, map()).because).not.toBe('it has no translation to a real Airbyte');
  });

  test('one that nobody knows is not run', () => {
    expect(translated('moon_failure', map())).toMatchObject({ can: 'no', targets: [] });
    expect(translated('constructor', map())).toMatchObject({ can: 'no', targets: [] });
  });
});

describe('worker_failure has a target for each of the things that are called a worker', () => {
  test('with its own outcome and its own times', () => {
    const { targets, because } = translated('worker_failure', map());
    expect(targets.map(({ component }) => component)).toEqual([
      'worker',
      'workload-launcher',
      'workload-api-server',
      'job-pod',
    ]);
    expect(because).toContain('4 things');
    expect(new Set(targets.map(({ outcome }) => outcome)).size).toBe(4);
    expect(targets[0]?.recovery).toMatchObject({ is: 'bounded', seconds: { low: 30, high: 90 } });
  });

  test('where there is another worker, none has to be started', () => {
    const { recovery } = targetOf('worker', { change: (_, raw) => ({ ...raw, replicas: 2 }) });
    expect(recovery).toMatchObject({ is: 'bounded', seconds: { low: 30, high: 60 } });
  });

  test('a job pod takes 10 to 13 min where the monitor is on, and 5 min cannot be met', () => {
    const { recovery, warning } = targetOf('job-pod');
    expect(recovery).toMatchObject({ is: 'bounded', seconds: { low: 600, high: 780 } });
    expect(warning).toMatch(
      /objective of 5 min \(the guide\) cannot be met with these settings: 10–13 min are expected/,
    );
  });

  test('what is said of the objective follows from the timers', () => {
    expect(targetOf('job-pod', {}, 11 * 60).warning).toContain('may not be met');
    expect(targetOf('job-pod', {}, 13 * 60).warning).toBeUndefined();
    const slower = targetOf(
      'job-pod',
      { settings: { SYNC_JOB_RETRIES_COMPLETE_FAILURES_BACKOFF_MIN_INTERVAL_S: '610' } },
      13 * 60,
    );
    expect(slower.warning).toMatch(/may not be met.*10–23 min/);
    expect(targetOf('worker', {}, 20).warning).toContain('cannot be met');
    expect(targetOf('worker').warning).toBeUndefined();
  });

  test('where the monitor is off nothing brings it back', () => {
    const { recovery, warning, outcome } = targetOf('job-pod', { version: '1.3.0', chart: '1.3.0' });
    expect(recovery.is).toBe('never');
    expect(warning).toMatch(/cannot be met: nothing notices/);
    expect(outcome).toContain('hangs');
  });

  test('from 2.0 on success may be false', () => {
    expect(targetOf('job-pod', { generation: 'v2' }).outcome).toContain('succeeded, without its records');
    expect(targetOf('job-pod').outcome).not.toContain('succeeded');
  });

  test.each([
    ['true', /goes on in its own pods/],
    ['false', /attempt fails/],
    ['', /cannot be told whether/],
  ])('before workloads the container orchestrator decides: %j', (value, outcome) => {
    const settings = { CONTAINER_ORCHESTRATOR_ENABLED: value };
    expect(targetOf('worker', { generation: 'legacy', settings }).outcome).toMatch(outcome);
  });

  test('before workloads there were two', () => {
    const { targets } = translated('worker_failure', map({ generation: 'legacy' }));
    expect(targets.map(({ component }) => component)).toEqual(['worker', 'job-pod']);
    expect(targets[1]?.recovery.is).toBe('unknown');
  });
});

test('without a scheduler what schedules is hit, and that is said', () => {
  const { because, targets } = translated('scheduler_failure', map());
  expect(because).toContain('there is no scheduler');
  expect(targets.map(({ component }) => component)).toEqual(['worker', 'temporal']);
});

test('what is not there is not hit', () => {
  const settings = { DATABASE_HOST: 'db.eu.rds.amazonaws.com', STORAGE_TYPE: 's3' };
  const system = map({ without: ['database', 'object-store'], settings });
  expect(translated('database_failure', system)).toMatchObject({
    can: 'no',
    targets: [],
    because: expect.stringContaining('outside of the cluster'),
  });
  expect(translated('object_store_and_database_failure', system).because).toMatch(
    /object-store is not of this release: S3.*; the database/,
  );
  expect(translated('webapp_failure', system).because).toContain('the server serves the page');
});

test('what could not be read is not said to be absent', () => {
  expect(translated('autoscaling', map()).can).toBe('no');
  const unlisted = new Map([['HorizontalPodAutoscaler', '403']] as const);
  const blind = mapSystem({ ...collect(airbyteObjects()), unlisted });
  expect(translated('autoscaling', blind)).toMatchObject({
    can: 'conditional',
    because: expect.stringContaining('could not be read'),
  });
});

test('of the harness’s own stack pods can be taken away, and the rest is for the platform that made it', () => {
  const system = { ...map(), generation: { is: 'reference', because: [] } } as const;
  expect(translated('worker_failure', system).targets.map(({ component }) => component)).toEqual(['worker']);
  for (const id of ['object_store_failure', 'node_failure', 'scheduler_failure', 'constructor']) {
    expect(translated(id, system)).toMatchObject({ can: 'no', because: expect.stringContaining('--platform kind') });
  }
});

describe('network_partition', () => {
  const system = (tools: Partial<FaultTools>): DiscoveredSystem => ({
    ...map(),
    faultTools: { chaosMesh: 'absent', chaosMeshClocks: 'absent', litmus: 'absent', ...tools },
  });
  const translate = (tools: Partial<FaultTools>): Translation => translated('network_partition', system(tools));

  test('can be run where Chaos Mesh is, on what runs syncs, but not on their own pods', () => {
    const { can, takesAway, targets } = translate({ chaosMesh: 'there' });
    expect([can, takesAway]).toEqual(['yes', 'one']);
    expect(targets.map(({ component }) => component)).toEqual(['worker', 'workload-launcher', 'workload-api-server']);
  });
  test.each([
    [{}, 'no', /needs Chaos Mesh in the cluster \(its API/],
    [{ litmus: 'there' }, 'no', /LitmusChaos is there, whose network faults the harness does not use/],
    [{ chaosMesh: 'unknown' }, 'conditional', /was not looked for, or may not be/],
  ] as const)('with %o it cannot, and why is told', (tools, can, because) => {
    expect(translate(tools)).toMatchObject({ can, takesAway: 'nothing', because: expect.stringMatching(because) });
  });
  test('of what has no readiness probe over the network it is said before that nothing would be seen', () => {
    const there = system({ chaosMesh: 'there' });
    const blind = { ...there, components: there.components.map((one) => ({ ...one, probes: [] })) };
    const [worker] = translated('network_partition', blind).targets;
    expect(worker).toMatchObject({ recovery: { is: 'unknown' }, warning: expect.stringContaining('will be unknown') });
  });
  test('what its probes need longer for than the cut lasts is said before', () => {
    const there = system({ chaosMesh: 'there' });
    const slow = {
      kind: 'readiness',
      asks: 'GET / :9000',
      periodSeconds: 60,
      timeoutSeconds: 1,
      failureThreshold: 3,
    } as const;
    const probes = [{ ...slow, initialDelaySeconds: 0, container: 'a' }];
    const patient = { ...there, components: there.components.map((one) => ({ ...one, probes })) };
    expect(translated('network_partition', patient).targets[0]?.warning).toContain('--set cutSeconds=362');
  });
});

describe('clock_skew', () => {
  const translate = (chaosMeshClocks: FaultTools['chaosMeshClocks']): Translation =>
    translated('clock_skew', { ...map(), faultTools: { chaosMesh: 'there', chaosMeshClocks, litmus: 'absent' } });

  test('can be run where Chaos Mesh puts clocks off, on the server alone, which tells the time', () => {
    const { can, takesAway, targets } = translate('there');
    expect([can, takesAway, targets.map(({ component }) => component)]).toEqual(['yes', 'one', ['server']]);
  });
  test.each([
    ['absent', 'no', /timechaos\), and the API server serves none/],
    ['unknown', 'conditional', /was not looked for, or may not be/],
  ] as const)('where it is %s it cannot, and why is told', (presence, can, because) => {
    expect(translate(presence)).toMatchObject({ can, takesAway: 'nothing', because: expect.stringMatching(because) });
  });
});

test('a run takes away one of the targets, one of each, or nothing', () => {
  const system = map();
  expect(translated('worker_failure', system).takesAway).toBe('one');
  expect(translated('scheduler_failure', system).takesAway).toBe('each');
  expect(translated('temporal_and_worker_failure', system).takesAway).toBe('each');
  for (const id of [
    'drain',
    'network_partition',
    'clock_skew',
    'autoscaling',
    'cluster_failure',
    'node_failure',
    'moon_failure',
  ]) {
    expect(translated(id, system).takesAway).toBe('nothing');
  }
});
