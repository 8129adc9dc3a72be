import { describe, expect, test } from 'vitest';
import { findMilestone, type MilestoneId } from '../core/derive/milestones.ts';
import type { EventBody } from '../core/events.ts';
import { History } from '../core/history.ts';
import { enoughInstances } from './enough-instances.ts';
import { movedElsewhere } from './moved-elsewhere.ts';

type Told = readonly [t: number, body: EventBody];
type Where = 'one' | 'two';

const FAULT_AT = 1000;
const WORKER = { component: 'worker', instance: 'worker-a', incarnation: 'c1', node: 'one', why: 'it runs the sync' };
const DATABASE = {
  component: 'patroni',
  instance: 'patroni-0',
  incarnation: 'd1',
  node: 'one',
  tied: true,
  why: 'same machine',
};

function instance(t: number, name: string, run: string, node: Where, isReady: boolean, detail?: string): Told {
  const [component = ''] = name.split('-');
  const state = detail === undefined ? 'running' : 'pending';
  const told = { component, instance: name, state, ready: isReady, restarts: 0, incarnation: run, node } as const;
  return [t, { type: 'component', ...told, ...(detail === undefined ? {} : { detail }) }];
}

function machine(t: number, name: Where, isUp: boolean, isReady: boolean): Told {
  return [t, { type: 'machine', machine: name, role: 'worker', up: isUp, ready: isReady, schedulable: true }];
}

const BEFORE: readonly Told[] = [
  instance(100, 'worker-a', 'c1', 'one', true),
  instance(100, 'worker-b', 'c2', 'two', true),
  instance(100, 'patroni-0', 'd1', 'one', true),
  machine(100, 'one', true, true),
  machine(100, 'two', true, true),
  [
    FAULT_AT + 1,
    { type: 'fault.injected', fault: 'lose-machine', targets: [WORKER, DATABASE], start: FAULT_AT, end: FAULT_AT + 1 },
  ],
];
const NOT_READY = machine(47_000, 'one', false, false);
const MOVED = instance(60_000, 'worker-c', 'c3', 'two', true);
const BACK = machine(90_000, 'one', true, true);
const DATABASE_BACK = instance(95_000, 'patroni-0', 'd2', 'one', true);

function historyOf(...told: readonly Told[]): History {
  const events = [...BEFORE, ...told].toSorted(([a], [b]) => a - b);
  return new History(
    1,
    events.map(([t, body], i) => ({ i, t, trial: 1, ...body })),
  );
}

function momentOf(id: MilestoneId, ...told: readonly Told[]): number | undefined {
  return findMilestone(historyOf(...told), id)?.at.high;
}

describe('the moments of a machine that is lost', () => {
  test('are when it is called not ready, when what could move has moved, and when it is back', () => {
    const all = [NOT_READY, MOVED, BACK, DATABASE_BACK];
    expect(momentOf('machine-not-ready', ...all)).toBe(47_000);
    expect(momentOf('instances-moved', ...all)).toBe(60_000);
    expect(momentOf('machine-back', ...all)).toBe(90_000);
    expect(momentOf('instance-restarted', ...all)).toBe(60_000);
  });

  test('do not come while the machine is only without power and nobody has noticed', () => {
    expect(momentOf('machine-not-ready', machine(2000, 'one', false, true))).toBeUndefined();
    expect(momentOf('machine-back', machine(2000, 'one', false, true), BACK)).toBeUndefined();
  });

  test('do not come when what ran there runs there again: it has not moved', () => {
    expect(momentOf('instances-moved', instance(60_000, 'worker-c', 'c3', 'one', true))).toBeUndefined();
  });

  test('do not come for an instance that ran elsewhere all along', () => {
    expect(momentOf('instances-moved', instance(60_000, 'worker-b', 'c2', 'two', true))).toBeUndefined();
  });

  test('are not those of a machine that is called ready before it has power', () => {
    expect(momentOf('machine-back', NOT_READY, machine(50_000, 'one', false, true))).toBeUndefined();
  });
});

describe('moved_elsewhere', () => {
  const judge = (...told: readonly Told[]) => movedElsewhere({ within: '60s' }).judge(historyOf(...told));

  test('passes when what could move was ready elsewhere in time', () => {
    expect(judge(NOT_READY, MOVED)).toMatchObject({ verdict: 'pass', summary: expect.stringContaining('1 instances') });
  });

  test('fails when it came too late', () => {
    const late = [instance(65_000, 'worker-c', 'c3', 'two', false), instance(70_000, 'worker-c', 'c3', 'two', true)];
    expect(judge(...late).verdict).toBe('fail');
  });

  test('fails with the platform’s reason when it never came', () => {
    const refused = instance(50_000, 'worker-c', 'none', 'two', false, '0/4 nodes are available');
    expect(judge(refused, machine(80_000, 'one', false, false))).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('worker-c: 0/4 nodes are available'),
    });
  });

  test('is unknown when it may have come in time: the limit lies between two looks', () => {
    expect(judge(instance(70_000, 'worker-c', 'c3', 'two', true)).verdict).toBe('unknown');
  });

  test('is unknown when it was not watched for long enough', () => {
    expect(judge(machine(20_000, 'one', false, false)).verdict).toBe('unknown');
  });
});

describe('enough_instances', () => {
  const asked = (t: number, name: string, isAccepted: boolean): Told => [
    t,
    {
      type: 'eviction',
      component: 'worker',
      instance: name,
      accepted: isAccepted,
      text: isAccepted ? 'accepted' : 'refused (429): disruption budget',
      start: t - 1,
      end: t,
    },
  ];
  const judge = (...told: readonly Told[]) => enoughInstances({ worker: 1 }).judge(historyOf(...told));

  test('passes when a budget was kept, and tells what was refused', () => {
    const told = [
      asked(2000, 'worker-a', true),
      asked(2000, 'worker-b', false),
      instance(2500, 'worker-a', 'c1', 'one', false),
    ];
    expect(judge(...told)).toMatchObject({ verdict: 'pass', summary: expect.stringContaining('1 were refused first') });
  });

  test('fails when too few were left', () => {
    const ends = [instance(2500, 'worker-a', 'c1', 'one', false), instance(2600, 'worker-b', 'c2', 'two', false)];
    expect(judge(asked(2000, 'worker-a', true), asked(2000, 'worker-b', true), ...ends)).toMatchObject({
      verdict: 'fail',
      summary: 'worker had 0 instances ready; its budget promises 1.',
    });
  });

  test('is unknown when nothing was asked to end', () => {
    expect(judge().verdict).toBe('unknown');
  });
});
