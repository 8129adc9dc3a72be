import { describe, expect, test } from 'vitest';
import { nothingLeftOver } from '../checks/left-overs.ts';
import { recoveryTime } from '../checks/recovery-time.ts';
import { healTime } from '../core/derive/recovery-clock.ts';
import type { EventBody } from '../core/events.ts';
import { History } from '../core/history.ts';
import type { Clock } from '../core/clock.ts';
import { followLateness } from './late-undo.ts';

/*
 * How it could lie: fail a system that came back, because the tool ended its fault late; not say that it was late; begin the clock before the fault was over, or when nobody
 * had seen that it was.
 */

const CUT = { kind: 'remove-chaos', chaos: 'partition', config: '/c.yaml', runId: 'r', withinMs: 2000 } as const;

/** Follows an undo that begins at 10 s and is still there at these times. */
function follow(thereAt: readonly number[], end: number, lateMs = 60_000) {
  const notes: string[] = [];
  let now = 10_000;
  const clock: Clock = { originNs: 0n, now: () => now, wall: () => new Date(0) };
  const late = followLateness({ clock, warn: (text) => void notes.push(text) }, CUT, lateMs);
  for (const at of thereAt) {
    now = at;
    late.patience?.stillThere(5);
  }
  return { told: late.at(end), notes };
}

test('what is undone in time is not late, and nothing is told', () => {
  expect(follow([10_100, 11_000], 11_200)).toEqual({ told: {}, notes: [] });
});

test('what is undone late is told at once and by how much, with the last look that still showed it', () => {
  const { told, notes } = follow([11_000, 12_100, 15_000], 15_200);
  expect(told).toEqual({ lateMs: 3200, lastThere: 14_995 });
  expect(notes).toEqual([expect.stringContaining('was to end within 2.00 s, and Chaos Mesh has not ended it')]);
});

test('nobody waits where no patience was asked for, nor for an undo that has no time of its own', () => {
  const place = { clock: { originNs: 0n, now: () => 0, wall: () => new Date(0) }, warn: () => undefined };
  expect(followLateness(place, CUT, 0).patience).toBeUndefined();
  expect(followLateness(place, { kind: 'ensure-running', dir: '/', instance: 'i' }, 1000).patience).toBeUndefined();
});

describe('a cut that ended 30 s over its time, before the end of the run', () => {
  const worker = (t: number, ready: boolean): readonly [number, EventBody] => [
    t,
    { type: 'component', component: 'worker', instance: 'worker-0', state: 'running', ready, restarts: 0 },
  ];
  const cut = { fault: 'partition-instance', nth: 1 } as const;
  function told(backAt: number, lateness: object = { lateMs: 30_000, lastThere: 51_800 }): History {
    const events: readonly (readonly [number, EventBody])[] = [
      [
        0,
        {
          type: 'run.started',
          schemaVersion: 1,
          runId: 'r',
          wallStart: '2026-11-28T12:00:00.000Z',
          scenario: { id: 's', title: 's', proves: 'p' },
          objective: { id: 'o', recoverySeconds: 20, lostWrites: 0, source: 'a test' },
          retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 1, factor: 1, maxSeconds: 1 },
          seed: 1,
          trials: 1,
          command: 'c',
          recoveryEnds: { milestone: 'full-capacity', because: 'b', from: 'fault-healed' },
          milestones: { path: ['injected', 'took-effect', 'healed', 'full-capacity'], beside: [] },
          parameters: {},
          environment: {},
        },
      ],
      [100, { type: 'platform.ready', platform: 'cluster', profile: 'p', details: {}, expected: { worker: 1 } }],
      worker(200, true),
      [9000, { type: 'fault.planned', ...cut, description: 'd', targets: [], undo: ['u'] }],
      [10_000, { type: 'fault.injected', ...cut, targets: [], start: 9900, end: 10_000 }],
      worker(12_000, false),
      [12_100, { type: 'fault.evidence', ...cut, kind: 'cut-off', holds: true, text: '', start: 10_000, end: 12_100 }],
      [
        52_000,
        {
          type: 'fault.undone',
          ...cut,
          succeeded: true,
          text: 'its object is gone',
          start: 20_000,
          end: 52_000,
          ...lateness,
        },
      ],
      worker(backAt - 100, false),
      worker(backAt, true),
      [90_000, { type: 'leftovers', scope: 'after-fault', complete: true, found: [] }],
    ];
    return new History(
      1,
      events.map(([t, body], i) => ({ ...body, i, t, trial: 1 })),
    );
  }

  test('is told as late, and is no left-over', () => {
    const { verdict, summary } = nothingLeftOver('after-fault').judge(told(60_000));
    expect([verdict, summary]).toEqual(['pass', expect.stringContaining('the fault ended 30.0 s over its time')]);
    expect(nothingLeftOver('after-fault').judge(told(60_000, {})).summary).not.toContain('over its time');
  });

  test('the recovery counts from its real end, by what the platform shows', () => {
    expect(healTime(told(60_000))?.at).toEqual({ low: 51_800, best: 52_000, high: 52_000 });
    expect(recoveryTime().judge(told(60_000)).verdict).toBe('pass');
    expect(recoveryTime().judge(told(75_000)).verdict).toBe('fail');
  });
});
