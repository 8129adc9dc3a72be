import { describe, expect, test } from 'vitest';
import { describeClaim, isAtRest, isCalledInjected, chaosList, runOfChaos } from './chaos-object.ts';

/*
 * How it could lie: take for recovered what was never injected, since Chaos Mesh says so of both; for ours what somebody else made; hide why nothing happens.
 */

const RUN = '2026-11-28T18-56-23Z-network_partition-7f3a';
const NAME = 'chaos-2026-11-28t18-56-23z-network-partition-7f3a';
const OURS = { 'app.kubernetes.io/part-of': 'airbyte-chaos', 'chaos.airbyte/run': RUN };

function read(status: object | undefined, metadata: object = {}) {
  const item = { metadata: { name: NAME, uid: 'u', labels: OURS, ...metadata }, spec: {}, status };
  const [found] = chaosList.parse({ items: [item] }).items;
  if (found === undefined) throw new Error('it was there');
  return found;
}
const conditions = (selected: string, injected: string, recovered: string): object => ({
  conditions: [
    { type: 'AllRecovered', status: recovered },
    { type: 'Paused', status: 'False' },
    { type: 'Selected', status: selected },
    { type: 'AllInjected', status: injected },
  ],
});
const record = (phase: string, events: readonly object[] = []): object => ({
  id: 'airbyte/airbyte-worker-1',
  selectorKey: '.',
  phase,
  injectedCount: 0,
  recoveredCount: 0,
  events,
});

test('of what nobody works on it says that nobody may', () => {
  expect(describeClaim(read(undefined))).toMatch(/no controller of it runs, or its own webhooks refuse what it writes/);
  expect(isCalledInjected(read(undefined))).toBe(false);
});

test('what is selected is not yet cut off, though Chaos Mesh calls it recovered', () => {
  const selected = read({
    ...conditions('True', 'False', 'True'),
    experiment: { containerRecords: [record('Not Injected')] },
  });
  expect(isCalledInjected(selected)).toBe(false);
  expect(describeClaim(selected)).toBe(
    'AllInjected False; AllRecovered True; Selected True; airbyte/airbyte-worker-1 is "Not Injected"',
  );
});

test('where no pod was selected, what that may come from is told', () => {
  const none = read(conditions('False', 'False', 'False'));
  expect(isCalledInjected(none)).toBe(false);
  expect(describeClaim(none)).toBe(
    'AllInjected False; AllRecovered False; Selected False: the pod had gone, or its namespace lacks the annotation chaos-mesh.org/inject: enabled, without which nothing is selected where the chart has enableFilterNamespace',
  );
});

test('what is cut off is called so', () => {
  expect(isCalledInjected(read(conditions('True', 'True', 'False')))).toBe(true);
});

test('why it is not, and what holds the object, is told in its words', () => {
  const events = [
    { type: 'Failed', operation: 'Recover', message: 'no daemon on node-2', timestamp: '2026-11-28T00:00:00Z' },
  ];
  const held = read(
    { ...conditions('True', 'False', 'False'), experiment: { containerRecords: [record('Injected', events)] } },
    { finalizers: ['chaos-mesh/records'] },
  );
  expect(describeClaim(held)).toMatch(/Recover failed: no daemon on node-2; held by chaos-mesh\/records$/);
});

describe('what somebody else has made is at rest', () => {
  const phases = (desiredPhase: string | undefined, ...found: readonly string[]) =>
    isAtRest(read({ experiment: { desiredPhase, containerRecords: found.map((phase) => record(phase)) } }));
  test('when it is over or paused, and all is recovered', () => {
    expect(phases('Stop', 'Not Injected', 'Not Injected')).toBe(true);
  });
  test('not before: while it runs, is to begin, or one pod is still hit', () => {
    expect(isAtRest(read(undefined))).toBe(false);
    expect(phases('Run', 'Injected')).toBe(false);
    expect(phases('Run', 'Not Injected')).toBe(false);
    expect(phases('Stop', 'Not Injected', 'Injected/Wait')).toBe(false);
    expect(phases(undefined, 'Not Injected')).toBe(false);
  });
});

describe('what a run has made', () => {
  test('says so by label and name', () => {
    expect(runOfChaos(read(undefined))).toBe(RUN);
  });
  test.each([
    ['another name', { name: 'chaos-mine' }],
    ['no label', { labels: {} }],
    ['a label of somebody else', { labels: { ...OURS, 'app.kubernetes.io/part-of': 'other' } }],
    ['no run', { labels: { ...OURS, 'chaos.airbyte/run': 'x' } }],
  ])('is nothing with %s', (_what, metadata) => {
    expect(runOfChaos(read(undefined, metadata))).toBeUndefined();
  });
});
