/** What once passed though it was untrue or not known, one case for each. */
import { describe, expect, test } from 'vitest';
import type { BodyOf, EventType, RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { alertDelivery } from './alert-delivery.ts';
import { apiAvailability } from './api-availability.ts';
import { burstSucceeded } from './burst-succeeded.ts';
import { destinationComplete } from './destination-complete.ts';
import { enoughInstances } from './enough-instances.ts';
import { faultHappened } from './fault-happened.ts';
import { jobOutcome } from './job-outcome.ts';
import { nothingLeftOver } from './left-overs.ts';
import { newSyncRan } from './new-sync.ts';
import { nextRunNormal } from './next-run.ts';
import { proberHealthy } from './prober-healthy.ts';
import { retryPolicy } from './retry-policy.ts';
import { steadyState } from './steady-state.ts';
import { syncUndisturbed } from './sync-undisturbed.ts';
import { tell } from './testing/build-history.ts';
import { deliveredAt, isSubjectWork, jobAt, retell, SYNC_WENT_ON, type Timed } from './testing/retell.ts';

type Worse = (event: RunEvent) => RunEvent | undefined;

function judge(check: Check, worse: Worse): string {
  const events = tell().flatMap((event) => worse(event) ?? []);
  return check.judge(
    new History(
      1,
      events.map((event, i) => ({ ...event, i })),
    ),
  ).verdict;
}

function only<T extends EventType>(type: T, change: (event: BodyOf<T> & RunEvent) => RunEvent | undefined): Worse {
  const isOf = (event: RunEvent): event is BodyOf<T> & RunEvent => event.type === type;
  return (event) => (isOf(event) ? change(event) : event);
}

const CASES: readonly [because: string, check: Check, worse: Worse, verdict: 'fail' | 'unknown'][] = [
  [
    'the API was not asked for 4 s after the fault',
    apiAvailability({ probe: 'api health', longest: '2s' }),
    only('sample', (event) => (event.t > 21_000 && event.t < 25_000 ? undefined : event)),
    'unknown',
  ],
  [
    'the probe died after the fault',
    apiAvailability({ probe: 'api health', longest: '2s' }),
    only('sample', (event) => (event.t > 21_000 ? undefined : event)),
    'unknown',
  ],
  ['writes of a ledger are not in the record', acknowledgedWrites(), only('sample', () => undefined), 'unknown'],
  [
    'an acknowledged write is neither in the record nor in the table',
    acknowledgedWrites(),
    (event) => {
      if (event.type === 'sample') return event.write?.seq === 3 ? undefined : event;
      if (event.type !== 'ledger.read') return event;
      return { ...event, present: event.present.filter(([seq]) => seq !== 3) };
    },
    'unknown',
  ],
  ['the ledger was never closed', acknowledgedWrites(), only('ledger.frozen', () => undefined), 'unknown'],
  [
    'the ledger was read before it was closed',
    acknowledgedWrites(),
    only('ledger.read', (event) => ({ ...event, start: 10_000, end: 10_010 })),
    'unknown',
  ],
  [
    'the destination was read before the fault',
    destinationComplete(),
    only('delivery.read', (event) => ({ ...event, start: 10_000, end: 10_010 })),
    'unknown',
  ],
  [
    'its rows were counted to be one less than were read',
    destinationComplete(),
    only('delivery.read', (event) => ({ ...event, rows: event.rows - 1 })),
    'unknown',
  ],
  ['nobody looked at the destination', jobOutcome(), only('delivery', () => undefined), 'unknown'],
  ['nobody wrote down what the source held', jobOutcome(), only('source.rows', () => undefined), 'unknown'],
  [
    'a job succeeded whose last attempt failed',
    jobOutcome(),
    only('job', (event) =>
      event.status === 'succeeded' ? { ...event, attempts: [{ number: 0, status: 'failed' }] } : event,
    ),
    'fail',
  ],
  [
    'the destination holds the highest record and fewer than were owed',
    jobOutcome(),
    only('delivery', (event) => ({ ...event, rows: event.rows - 1 })),
    'fail',
  ],
  [
    'nobody tells what started the next run',
    nextRunNormal(),
    only('job', (event) => ({ ...event, trigger: 'unknown' })),
    'unknown',
  ],
  ['the alert is one of a success', alertDelivery(), only('alert', (event) => ({ ...event, success: true })), 'fail'],
  [
    'one job look is all there is of the waits between attempts',
    retryPolicy(),
    only('job', (event) =>
      event.jobId !== '1' ? event : event.status === 'succeeded' ? { ...event, previousStart: 500 } : undefined,
    ),
    'unknown',
  ],
  ['nothing was undone', nothingLeftOver('after-fault'), only('fault.undone', () => undefined), 'unknown'],
  [
    'a sample is not in the record',
    proberHealthy(),
    only('sample', (event) => (event.t > 20_000 && event.t < 20_050 ? undefined : event)),
    'unknown',
  ],
];

test.each(CASES)('not a pass: %s', (_because, check, worse, verdict) => {
  expect(judge(check, (event) => event)).toBe('pass');
  expect(judge(check, worse)).toBe(verdict);
});

describe('a fault', () => {
  const target = (instance: string) => ({ component: 'worker', instance, pid: 101, why: 'w' });
  const happened = faultHappened({ requires: ['process-gone'] });
  const killOf = (amount: number, ...holds: readonly boolean[]): Timed[] => [
    [
      20_001,
      {
        type: 'fault.injected',
        fault: 'kill-instance',
        targets: Array.from({ length: amount }, (_, n) => target(`worker-${n}`)),
        start: 20_000,
        end: 20_001,
      },
    ],
    ...holds.map((held, n): Timed => [
      20_010 + n,
      {
        type: 'fault.evidence',
        fault: 'kill-instance',
        kind: 'process-gone',
        holds: held,
        text: `${n}`,
        start: 20_000,
        end: 20_010,
      },
    ]),
  ];
  const judgeKill = (...add: readonly Timed[]): string =>
    happened.judge(retell({ without: ({ type }) => type.startsWith('fault.'), add })).verdict;

  test('did not happen where one of two victims survived, or was not looked for', () => {
    expect(judgeKill(...killOf(2, true, true))).toBe('pass');
    expect(judgeKill(...killOf(2, true, false))).toBe('unknown');
    expect(judgeKill(...killOf(2, true))).toBe('unknown');
  });

  test('is not shown by what was seen before it', () => {
    const [injected, seen] = killOf(1, true);
    if (injected === undefined || seen === undefined) throw new Error('one target has one proof');
    expect(judgeKill(injected, [19_000, seen[1]])).toBe('unknown');
  });

  test('of two of which the second was never injected is half a fault', () => {
    const planned: BodyOf<'fault.planned'> = {
      type: 'fault.planned',
      fault: 'kill-instance',
      nth: 2,
      description: 'SIGKILL to Temporal',
      targets: [],
      undo: [],
    };
    const history = retell({ add: [[20_100, planned]] });
    expect(happened.judge(history)).toMatchObject({
      verdict: 'unknown',
      summary: 'Nothing can be concluded from this run: planned and never injected: SIGKILL to Temporal.',
    });
  });
});

test('one write that was acknowledged long before the fault is no loss of the last second', () => {
  const within = (seconds: number): string =>
    acknowledgedWrites().judge(
      new History(
        1,
        tell({ lostWrites: [1] }).map((event) =>
          event.type === 'run.started'
            ? { ...event, objective: { ...event.objective, recoveryPointSeconds: seconds } }
            : event,
        ),
      ),
    ).verdict;
  expect(within(1)).toBe('fail');
  expect(within(5)).toBe('pass');
});

test('a write that the recovered database acknowledged may not be lost, whatever the objective', () => {
  const events = tell({ lostWrites: [12] }).map((event) =>
    event.type === 'run.started' ? { ...event, objective: { ...event.objective, lostWrites: 5 } } : event,
  );
  expect(acknowledgedWrites().judge(new History(1, events))).toMatchObject({ verdict: 'fail' });
});

test('a sync of two attempts was disturbed, whatever became of the first', () => {
  const going = (attempts: BodyOf<'job'>['attempts']): string =>
    syncUndisturbed().judge(
      retell({
        without: isSubjectWork,
        add: [...SYNC_WENT_ON.filter(([t]) => t !== 30_000), jobAt(30_000, '1', 'succeeded', attempts)],
      }),
    ).verdict;
  expect(going([{ number: 0, status: 'succeeded' }])).toBe('pass');
  expect(
    going([
      { number: 0, status: 'succeeded' },
      { number: 1, status: 'succeeded' },
    ]),
  ).toBe('fail');
});

describe('other syncs', () => {
  const connection = (connectionId: string): Timed => [
    300,
    { type: 'connection', connectionId, name: connectionId, role: 'background', schedule: 'manual' },
  ];
  const done = (t: number, jobId: string, of: string): Timed =>
    jobAt(t, jobId, 'succeeded', [{ number: 0, status: 'succeeded' }], of);

  test('two syncs of one connection are not one of each', () => {
    const judgeBurst = (second: string): string =>
      burstSucceeded().judge(
        retell({ add: [connection('a'), connection('b'), done(30_000, '7', 'a'), done(31_000, '8', second)] }),
      ).verdict;
    expect(judgeBurst('b')).toBe('pass');
    expect(judgeBurst('a')).toBe('unknown');
  });

  test('one that was over before the fault was not asked for after it, and one without its records brought nothing', () => {
    const rows: Timed = [310, { type: 'source.rows', connectionId: 'a', rows: [[1, 200]], start: 305, end: 310 }];
    const judgeNew = (...add: readonly Timed[]): string =>
      newSyncRan().judge(retell({ add: [connection('a'), ...add] })).verdict;
    expect(judgeNew(rows, done(30_000, '7', 'a'), deliveredAt(30_100, 200, 'a'))).toBe('pass');
    expect(judgeNew(rows, done(10_000, '7', 'a'), deliveredAt(10_100, 200, 'a'))).toBe('unknown');
    expect(judgeNew(rows, done(30_000, '7', 'a'))).toBe('unknown');
  });
});

test('a budget is not kept by a component that nobody looked at, nor where all that were asked refused', () => {
  const asked = (accepted: boolean): Timed => [
    21_000,
    { type: 'eviction', component: 'worker', instance: 'worker-1', accepted, text: 't', start: 20_900, end: 21_000 },
  ];
  const kept = (minimum: Record<string, number>, accepted = true): string =>
    enoughInstances(minimum).judge(retell({ add: [asked(accepted)] })).verdict;
  expect(kept({ worker: 1 })).toBe('pass');
  expect(kept({ worker: 1, patroni: 2 })).toBe('unknown');
  expect(kept({ worker: 1 }, false)).toBe('unknown');
});

test('a steady state without a question about it is not known', () => {
  const phase = (t: number, name: BodyOf<'phase'>['name']): Timed => [t, { type: 'phase', name }];
  const judgeSteady = (workload: number): string =>
    steadyState().judge(retell({ add: [phase(50, 'steady-state'), phase(workload, 'workload')] })).verdict;
  expect(judgeSteady(150)).toBe('pass');
  expect(judgeSteady(60)).toBe('unknown');
});

test('where nothing was broken after all, it is said what held until then, and it is no pass', () => {
  const { verdict, summary } = steadyState().judge(retell({ without: ({ type }) => type === 'fault.injected' }));
  expect([verdict, summary]).toEqual([
    'unknown',
    expect.stringMatching(/^Nothing was broken; until the run ended these held: .+/),
  ]);
});
