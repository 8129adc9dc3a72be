import { describe, expect, test } from 'vitest';
import type { DiscoveredSystem } from '../discovered-system.ts';
import { mapSystem } from '../map-system.ts';
import { airbyteObjects, collect, rawPod, type AirbyteOptions } from '../testing/airbyte-objects.ts';

/* How it could lie: tell a default where a value is set out of sight; take "" for 0; take an old version for a new one. */

const map = (options?: AirbyteOptions): DiscoveredSystem => mapSystem(collect(airbyteObjects(options)));
const env = (component: string, variables: readonly object[]): AirbyteOptions => ({
  change: (is, raw) => (is === component ? { ...raw, env: variables } : raw),
});
const MAX = 'SYNC_JOB_RETRIES_COMPLETE_FAILURES_MAX_SUCCESSIVE';
const DEFAULTS = {
  kind: 'airbyte',
  completeSuccessive: 5,
  completeTotal: 10,
  partialSuccessive: 1000,
  partialTotal: 20,
  minSeconds: 10,
  maxSeconds: 1800,
  base: 3,
};

describe('the retry policy', () => {
  test('with nothing set is that of the retry manager', () => {
    const { policy, summary, notes } = map().retry;
    expect([policy, notes]).toEqual([DEFAULTS, []]);
    expect(summary).toContain('waits of 10, 30, 90, 270 s');
  });

  test.each([
    ['0.50.3', { kind: 'exponential', attempts: 3, initialSeconds: 0, factor: 1, maxSeconds: 0 }],
    ['0.50.4', { ...DEFAULTS, partialTotal: 10 }],
    ['0.51.0', DEFAULTS],
  ])('depends on the version: %s', (version, policy) => {
    expect(map({ generation: 'legacy', version, chart: '0.48.0' }).retry.policy).toEqual(policy);
  });

  test.each([
    ['a value', [{ name: MAX, value: '2' }], {}],
    [
      'a key of the ConfigMap',
      [{ name: MAX, valueFrom: { configMapKeyRef: { name: 'airbyte-airbyte-env', key: MAX } } }],
      { [MAX]: '2' },
    ],
    ['all of the ConfigMap', [], { [MAX]: '2' }],
  ])('is read from %s', (_, variables, settings) => {
    const { policy, notes } = map({ ...env('worker', variables), settings }).retry;
    expect(policy).toEqual({ ...DEFAULTS, completeSuccessive: 2 });
    expect(notes).toEqual([`${MAX}=2 (default 5)`]);
  });

  test('a variable of its own goes before all of a ConfigMap, and the last one counts', () => {
    const own = env('worker', [
      { name: MAX, value: '7' },
      { name: MAX, value: '3' },
    ]);
    expect(map({ ...own, settings: { [MAX]: '9' } }).retry.policy).toMatchObject({ completeSuccessive: 3 });
  });

  test('set to nothing it is the default, not 0', () => {
    expect(map({ settings: { [MAX]: '' } }).retry.policy).toEqual(DEFAULTS);
  });

  test.each([
    ['a Secret', [{ name: MAX, valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }], /comes from a Secret/],
    ['other variables', [{ name: MAX, value: '$(OTHER)' }], /set to what is not read/],
    ['no number', [{ name: MAX, value: 'many' }], /=many is no number/],
    [
      'a ConfigMap that is not there',
      [{ name: MAX, valueFrom: { configMapKeyRef: { name: 'gone', key: 'k' } } }],
      /no ConfigMap gone/,
    ],
  ])('from %s it cannot be told', (_, variables, note) => {
    const { policy, notes } = map(env('worker', variables)).retry;
    expect(policy).toBeUndefined();
    expect(notes.join()).toMatch(note);
  });

  test('where all of a Secret is taken, nothing is taken for the default', () => {
    const hidden: AirbyteOptions = {
      change: (is, raw) =>
        is === 'worker' ? { ...raw, envFrom: [...(raw.envFrom ?? []), { secretRef: { name: 'more' } }] } : raw,
    };
    expect(map(hidden).retry).toMatchObject({ policy: undefined });
    expect(map(hidden).retry.notes[0]).toContain('may come from Secret more');
  });

  test('a ConfigMap that may not be read is no empty one', () => {
    const objects = collect(airbyteObjects().filter(({ kind }) => kind !== 'ConfigMap'));
    const system = mapSystem({ ...objects, unlisted: new Map([['ConfigMap', 'they may not be read (403)']]) });
    expect(system.retry.policy).toBeUndefined();
    expect(system.unread).toEqual([{ kind: 'ConfigMap', why: 'they may not be read (403)' }]);
  });
});

describe('whether anything notices a lost job pod', () => {
  test.each([
    ['0.62.0', {}, 'none'],
    ['0.63.0', {}, 'off'],
    ['1.3.1', {}, 'off'],
    ['1.3.1', { WORKLOAD_MONITOR_ENABLED: 'true' }, 'on'],
    ['1.4.0', {}, 'on'],
    ['2.2.0', { WORKLOAD_MONITOR_ENABLED: 'false' }, 'on'],
    ['latest', {}, 'unknown'],
  ])('%s with %j: %s', (version, settings, is) => {
    expect(map({ version, settings }).monitor.is).toBe(is);
  });

  test('it does not run without cron', () => {
    expect(map({ without: ['cron'] }).monitor.is).toBe('off');
    const none: AirbyteOptions = { change: (is, raw) => (is === 'cron' ? { ...raw, replicas: 0 } : raw) };
    expect(map(none).monitor).toMatchObject({ is: 'off', because: expect.stringContaining('scaled to 0') });
  });

  test('where its switch comes from a Secret it cannot be told', () => {
    const variables = [{ name: 'WORKLOAD_MONITOR_ENABLED', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }];
    expect(map({ version: '1.3.0', ...env('cron', variables) }).monitor.is).toBe('unknown');
  });
});

test('timers are those of the settings, and say so', () => {
  const name = 'WORKFLOW_FAILURE_RESTART_DELAY_SECONDS';
  const of = (system: DiscoveredSystem) => system.timers.find(({ id }) => id === 'workflow-restart');
  expect(of(map())).toMatchObject({ seconds: { low: 600, high: 600 }, source: 'default of Airbyte' });
  expect(of(map({ settings: { [name]: '60' } }))).toMatchObject({
    seconds: { low: 60 },
    source: `${name} of the worker`,
  });
});

test('job pods of another namespace are not taken for none', () => {
  const settings = { JOB_KUBE_NAMESPACE: 'jobs' };
  const { jobPods } = mapSystem(collect([...airbyteObjects({ settings }), rawPod('x', { airbyte: 'job-pod' })]));
  expect(jobPods.namespace).toBe('jobs');
  expect(jobPods.notes.join()).toContain('was not looked into');
});
