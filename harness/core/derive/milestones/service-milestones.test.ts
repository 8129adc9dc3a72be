import { describe, expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../../events.ts';
import { History } from '../../history.ts';
import { findMilestone } from '../milestones.ts';

type Timed = readonly [t: number, body: EventBody];

const FAULT = 10_000;
const targets = [
  { component: 'server', instance: 'server-0', pid: 10, why: 'ready' },
  { component: 'server', instance: 'server-1', pid: 11, why: 'ready' },
];
const STRUCK: readonly Timed[] = [
  [500, { type: 'probe.defined', probe: 'api health', kind: 'http', target: 'x', everyMs: 50, timeoutMs: 2000 }],
  [FAULT, { type: 'fault.injected', fault: 'kill', targets, start: FAULT, end: FAULT + 1 }],
  [
    FAULT + 20,
    {
      type: 'fault.evidence',
      fault: 'kill',
      kind: 'process-gone',
      holds: true,
      text: 'gone',
      start: FAULT,
      end: FAULT + 20,
    },
  ],
];

function historyOf(...timed: readonly Timed[]): History {
  const events = timed.toSorted(([a], [b]) => a - b).map(([t, body], i): RunEvent => ({ i, t, trial: 1, ...body }));
  return new History(1, events);
}

/** Samples each 50 ms up to `to`, bad in the spans. */
function samples(to: number, ...bad: readonly (readonly [from: number, to: number])[]): Timed[] {
  const list: Timed[] = [];
  for (let t = 1000; t < to; t += 50) {
    const ok = !bad.some(([from, end]) => t >= from && t < end);
    const told = ok ? { ok } : { ok, note: 'ECONNREFUSED' };
    list.push([t + 3, { type: 'sample', probe: 'api health', intended: t, start: t, end: t + 3, ...told }]);
  }
  return list;
}

function server(t: number, instance: string, pid: number, ready: boolean): Timed {
  const state = ready ? ('running' as const) : ('starting' as const);
  return [t, { type: 'component', component: 'server', instance, state, ready, restarts: 0, pid }];
}

describe('api-available', () => {
  test('is the end of the outage that the fault was followed by', () => {
    const seen = findMilestone(historyOf(...STRUCK, ...samples(20_000, [10_000, 12_000])), 'api-available');
    expect(seen?.at.low).toBeGreaterThanOrEqual(11_950);
    expect(seen?.at.high).toBe(12_003);
  });

  test('is the end of the last one when the service comes and goes', () => {
    const seen = findMilestone(
      historyOf(...STRUCK, ...samples(20_000, [10_000, 11_000], [13_000, 14_000])),
      'api-available',
    );
    expect(seen?.at.high).toBe(14_003);
  });

  test('is the first good answer after the effect when there was no outage, not unknown', () => {
    const seen = findMilestone(historyOf(...STRUCK, ...samples(12_000)), 'api-available');
    expect(seen?.at).toEqual({ low: FAULT, best: 10_053, high: 10_053 });
  });

  test('is not seen while the service is away', () => {
    expect(findMilestone(historyOf(...STRUCK, ...samples(15_000, [10_000, 15_000])), 'api-available')).toBeUndefined();
  });

  test('is not seen before the fault has taken effect', () => {
    expect(findMilestone(historyOf(...STRUCK.slice(0, 2), ...samples(12_000)), 'api-available')).toBeUndefined();
  });
});

describe('rolled-out', () => {
  const before = [server(100, 'server-0', 10, true), server(100, 'server-1', 11, true)];

  test('comes when the last target is ready with another process', () => {
    const history = historyOf(
      ...STRUCK,
      ...before,
      server(12_000, 'server-0', 20, true),
      server(14_000, 'server-1', 21, false),
      server(15_000, 'server-1', 21, true),
    );
    expect(findMilestone(history, 'rolled-out')?.at).toEqual({ low: 14_000, best: 15_000, high: 15_000 });
  });

  test('does not come when a target still runs as it did', () => {
    const history = historyOf(
      ...STRUCK,
      ...before,
      server(12_000, 'server-0', 20, true),
      server(13_000, 'server-1', 11, true),
    );
    expect(findMilestone(history, 'rolled-out')).toBeUndefined();
  });
});

describe('what follows the fault', () => {
  const failed: Timed = job(20_000, '7', 'failed', 'connection-2');

  test('the alert is that of the job that failed after the fault', () => {
    const alert = (t: number, jobId: string): Timed => [
      t,
      { type: 'alert', jobId, text: 'failed', previousStart: t - 100, start: t - 50, end: t },
    ];
    const history = historyOf(...STRUCK, failed, alert(15_000, '6'), alert(30_000, '7'));
    expect(findMilestone(history, 'sync-failed')?.at.high).toBe(20_000);
    expect(findMilestone(history, 'alert-received')?.at.high).toBe(30_000);
    expect(findMilestone(historyOf(...STRUCK, failed, alert(15_000, '6')), 'alert-received')).toBeUndefined();
  });

  test('a new sync counts from its first attempt, not from its order', () => {
    const connection: Timed = [
      200,
      { type: 'connection', connectionId: 'later', name: 'later', role: 'background', schedule: 'manual' },
    ];
    const ordered = historyOf(...STRUCK, connection, job(11_000, '9', 'pending', 'later'));
    expect(findMilestone(ordered, 'new-sync-started')).toBeUndefined();
    const runs = historyOf(
      ...STRUCK,
      connection,
      job(11_000, '9', 'pending', 'later'),
      job(14_000, '9', 'running', 'later'),
    );
    expect(findMilestone(runs, 'new-sync-started')?.at).toMatchObject({ low: 13_800, high: 14_000 });
    expect(findMilestone(runs, 'new-sync-delivered')).toBeUndefined();
  });

  test('a new sync has delivered when its destination, not another one, holds a record', () => {
    const connection: Timed = [
      200,
      { type: 'connection', connectionId: 'later', name: 'later', role: 'background', schedule: 'manual' },
    ];
    const look = (t: number, connectionId: string, maxSeq: number): Timed => [
      t,
      { type: 'delivery', connectionId, rows: maxSeq, maxSeq, previousStart: t - 150, start: t - 5, end: t },
    ];
    const history = historyOf(
      ...STRUCK,
      connection,
      job(14_000, '9', 'running', 'later'),
      look(15_000, 'later', 0),
      look(15_500, 'subject', 800),
      look(16_000, 'later', 10),
    );
    expect(findMilestone(history, 'new-sync-delivered')?.at).toMatchObject({ low: 15_850, high: 16_000 });
  });

  test('a log that is not there yet is no log', () => {
    const subject: Timed = [200, { type: 'connection', connectionId: 's', name: 's', role: 'subject', schedule: 'x' }];
    const log = (t: number, lines: number): Timed => [
      t,
      { type: 'attempt.log', jobId: '1', attempt: 0, lines, previousStart: t - 500, start: t - 5, end: t },
    ];
    const history = historyOf(...STRUCK, subject, job(5000, '1', 'running', 's'), log(20_000, 0), log(25_000, 30));
    expect(findMilestone(history, 'log-readable')?.at).toMatchObject({ low: 24_500, high: 25_000 });
  });

  test('healed is when what was lost was seen to be ready again', () => {
    const undone: Timed = [
      30_000,
      { type: 'fault.undone', fault: 'lose-node', succeeded: true, text: 'server-0 runs' },
    ];
    const history = historyOf(
      ...STRUCK,
      server(10_100, 'server-0', 10, false),
      server(28_000, 'server-0', 20, false),
      server(29_900, 'server-0', 20, true),
      undone,
    );
    expect(findMilestone(history, 'healed')?.at).toEqual({ low: 28_000, best: 29_900, high: 30_000 });
  });

  test('healed is not before the undo was begun, unless it was seen to be', () => {
    const undone: Timed = [
      30_000,
      { type: 'fault.undone', fault: 'lose-node', succeeded: true, text: 'server-0 runs', start: 28_500, end: 30_000 },
    ];
    const healedAt = (backAt: number) =>
      findMilestone(
        historyOf(...STRUCK, server(10_100, 'server-0', 10, false), server(backAt, 'server-0', 20, true), undone),
        'healed',
      )?.at;
    expect(healedAt(29_900)).toEqual({ low: 28_500, best: 29_900, high: 30_000 });
    expect(healedAt(20_000)).toEqual({ low: 10_100, best: 20_000, high: 30_000 });
  });

  test('healed is when the undo was done', () => {
    const undone = (succeeded: boolean): Timed => [
      30_000,
      { type: 'fault.undone', fault: 'lose-node', succeeded, text: 'object-store-0 was started again' },
    ];
    expect(findMilestone(historyOf(...STRUCK, undone(true)), 'healed')?.at.high).toBe(30_000);
    expect(findMilestone(historyOf(...STRUCK, undone(false)), 'healed')).toBeUndefined();
  });
});

function job(t: number, jobId: string, status: 'pending' | 'running' | 'failed', connectionId: string): Timed {
  const attempts =
    status === 'pending'
      ? []
      : [{ number: 0, status: status === 'failed' ? ('failed' as const) : ('running' as const) }];
  const seen = { previousStart: t - 200, start: t - 5, end: t };
  return [t, { type: 'job', jobId, connectionId, status, trigger: 'manual', attempts, ...seen }];
}
