import { describe, expect, test } from 'vitest';
import { findMilestone } from '../core/derive/milestones.ts';
import type { BodyOf, EventBody } from '../core/events.ts';
import { capacityBeforeGrowth, expectedCapacity, History, missingCapacity } from '../core/history.ts';
import { scaledOutAndIn } from './autoscaling.ts';
import { burstSucceeded } from './burst-succeeded.ts';
import { RECOVERY_WAIT } from '../core/wait-names.ts';
import { scaledIn } from '../waits/autoscaling.ts';

type Told = readonly [t: number, body: EventBody];

const LOAD_AT = 10_000;

function scaler(t: number, current: number, desired: number, utilization?: number): Told {
  const told = { component: 'worker', current, desired, minimum: 3, maximum: 10, target: 70 };
  return [t, { type: 'autoscaler', ...told, ...(utilization === undefined ? {} : { utilization }) }];
}

function worker(t: number, nth: number, isReady: boolean, waitsFor?: string): Told {
  const state = isReady ? 'running' : waitsFor === undefined ? 'exited' : 'starting';
  const told = { component: 'worker', instance: `worker-${nth}`, state, ready: isReady, restarts: 0 } as const;
  return [t, { type: 'component', ...told, ...(waitsFor === undefined ? {} : { detail: waitsFor }) }];
}

const BEFORE: readonly Told[] = [
  [
    0,
    { type: 'platform.ready', platform: 'kind', profile: 'reference', details: {}, expected: { worker: 3, server: 2 } },
  ],
  scaler(100, 3, 3, 5),
  ...[1, 2, 3].map((nth) => worker(100, nth, true)),
  [LOAD_AT + 1, { type: 'fault.injected', fault: 'sync-burst', targets: [], start: LOAD_AT, end: LOAD_AT + 1 }],
];
const WANTED = scaler(40_000, 3, 5, 160);
const OUT = [worker(42_000, 4, true), worker(43_000, 5, true), scaler(44_000, 5, 5, 90)];
const IN = [scaler(120_000, 5, 3, 4), worker(121_000, 4, false), worker(121_500, 5, false), scaler(122_000, 3, 3, 4)];

function historyOf(...told: readonly Told[]): History {
  const events = [...BEFORE, ...told].toSorted(([a], [b]) => a - b);
  return new History(
    1,
    events.map(([t, body], i) => ({ i, t, trial: body.type === 'platform.ready' ? 0 : 1, ...body })),
  );
}

test('nobody waits for the end of a growth that never began', () => {
  const wait = scaledIn({ within: '8m' });
  const ended = (satisfied: boolean): Told => [
    200_000,
    { type: 'wait', name: RECOVERY_WAIT, satisfied, afterMs: 1, timeoutMs: 1, lastState: '' },
  ];
  expect(wait.isHopeless?.(historyOf(ended(false)))).toContain('never wanted more');
  expect(wait.isHopeless?.(historyOf())).toBe(false);
  expect(wait.isHopeless?.(historyOf(WANTED, ended(false)))).toBe(false);
  expect(wait.isHopeless?.(historyOf(WANTED, ...OUT, ended(true)))).toBe(false);
});

describe('scaled_out_and_in', () => {
  const judge = (...told: readonly Told[]) => scaledOutAndIn().judge(historyOf(...told));

  test('passes with the three times', () => {
    const history = historyOf(WANTED, ...OUT, ...IN);
    const at = (id: Parameters<typeof findMilestone>[1]): number | undefined => findMilestone(history, id)?.at.high;
    expect([at('scale-out-wanted'), at('scaled-out'), at('scaled-in')]).toEqual([40_000, 43_000, 121_500]);
    expect(judge(WANTED, ...OUT, ...IN)).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('3 → 5 ready'),
    });
  });

  test('fails when the autoscaler measures nothing', () => {
    expect(judge([90_000, { type: 'note', level: 'info', text: 'the end' }])).toMatchObject({ verdict: 'fail' });
    const blind = historyOf(scaler(90_000, 3, 3));
    expect(scaledOutAndIn().judge(blind)).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('it measures nothing'),
    });
  });

  test('fails when those that were wanted never became ready', () => {
    expect(judge(WANTED, worker(42_000, 4, true)).verdict).toBe('fail');
  });

  test('fails when it was not scaled back', () => {
    expect(judge(WANTED, ...OUT)).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('not scaled back'),
    });
  });

  test('is unknown without a load', () => {
    expect(scaledOutAndIn().judge(new History(1)).verdict).toBe('unknown');
  });
});

describe('the capacity that is expected', () => {
  test('is what an autoscaler wants by then', () => {
    const history = historyOf(WANTED, ...OUT, ...IN);
    expect(expectedCapacity(history, 30_000)).toEqual({ worker: 3, server: 2 });
    expect(expectedCapacity(history, 50_000)['worker']).toBe(5);
    expect(expectedCapacity(history)['worker']).toBe(3);
  });

  test('is as before when something else has scaled to nothing and switched the autoscaler off', () => {
    const gone = [1, 2, 3].map((nth) => worker(50_000, nth, false));
    expect(missingCapacity(historyOf(scaler(50_000, 0, 0), ...gone))).toContain('worker 0/3');
  });

  test('is whole before growth while those that were there are ready', () => {
    const growing = historyOf(WANTED);
    expect(missingCapacity(growing)).toEqual(expect.arrayContaining([expect.stringContaining('worker 3/5')]));
    expect(capacityBeforeGrowth(growing)).toEqual({ worker: 3, server: 2 });
    const lost = historyOf(WANTED, worker(41_000, 1, false));
    expect(missingCapacity(lost, capacityBeforeGrowth(lost))).toContain('worker 2/3');
  });

  test('before growth is never more than what is wanted by now', () => {
    expect(capacityBeforeGrowth(historyOf(scaler(50_000, 3, 2)))['worker']).toBe(2);
  });

  test('says what the missing ones wait for', () => {
    const waiting = worker(50_000, 3, false, 'ErrImagePull');
    expect(missingCapacity(historyOf(waiting))).toContain('worker 2/3 (worker-3: ErrImagePull)');
    expect(missingCapacity(historyOf(worker(50_000, 3, false)))).toContain('worker 2/3');
    // The cluster's words change by turns; the cause may be another than the last of them.
    const turns = [worker(51_000, 3, false, 'CrashLoopBackOff'), worker(52_000, 3, false, 'CrashLoopBackOff')];
    const earlier = [worker(40_000, 3, false, 'ContainerCreating'), worker(41_000, 3, true)];
    expect(missingCapacity(historyOf(...earlier, waiting, ...turns))).toContain(
      'worker 2/3 (worker-3: CrashLoopBackOff, before that ErrImagePull)',
    );
  });
});

describe('burst_succeeded', () => {
  const RUNNING = { number: 0, status: 'running', recordsCommitted: 0 } as const;
  const DONE = { ...RUNNING, status: 'succeeded' } as const;
  const FAILED = { ...RUNNING, status: 'failed', failure: 'the worker is gone' } as const;
  const AGAIN = { number: 1, status: 'succeeded', recordsCommitted: 9 } as const;
  const connection = (connectionId: string): Told => [
    200,
    { type: 'connection', connectionId, name: connectionId, role: 'background', schedule: 'manual' },
  ];
  const job = (
    t: number,
    connectionId: string,
    status: BodyOf<'job'>['status'],
    ...attempts: BodyOf<'job'>['attempts']
  ): Told => {
    const times = { previousStart: t - 100, start: t - 1, end: t };
    const jobId = connectionId.slice(1);
    return [t, { type: 'job', jobId, connectionId, status, trigger: 'manual', attempts, ...times }];
  };
  const BEGUN = [
    connection('b1'),
    connection('b2'),
    job(11_000, 'b1', 'running', RUNNING),
    job(11_000, 'b2', 'running', RUNNING),
  ];
  const judge = (...told: readonly Told[]) => burstSucceeded().judge(historyOf(...BEGUN, ...told));

  test('passes when each ran through in its first attempt', () => {
    expect(judge(job(60_000, 'b1', 'succeeded', DONE), job(61_000, 'b2', 'succeeded', DONE)).verdict).toBe('pass');
  });

  test('fails when one needed another attempt: what is taken away must be idle', () => {
    const ended = [job(60_000, 'b1', 'succeeded', DONE), job(90_000, 'b2', 'succeeded', FAILED, AGAIN)];
    expect(judge(...ended)).toMatchObject({
      verdict: 'fail',
      summary: 'A sync was interrupted: job 2 needed 2 attempts.',
    });
  });

  test('fails when one failed', () => {
    expect(judge(job(60_000, 'b1', 'succeeded', DONE), job(61_000, 'b2', 'failed', FAILED)).verdict).toBe('fail');
  });

  test('is unknown while one runs', () => {
    expect(judge(job(60_000, 'b1', 'succeeded', DONE)).verdict).toBe('unknown');
  });
});
