import { describe, expect, test } from 'vitest';
import type { EventBody } from '../core/events.ts';
import { overdueRecovery } from '../core/derive/overdue-recovery.ts';
import { capacityBack } from '../core/derive/capacity.ts';
import type { History } from '../core/history.ts';
import { capacityRestored } from './capacity-restored.ts';
import { recoveryTime } from './recovery-time.ts';
import { retell, type Timed } from './testing/retell.ts';

/*
 * How it could lie: pass with fewer than before, because fewer are wanted by now; call it late or missing because more are wanted; blame a system for
 * what somebody took away on purpose; excuse what had been missing for too long before, or what was lost besides.
 *
 * Two of worker are wanted; worker-1 is hit at 20 s.
 */

const FAULT = 20_000;
const worker = (t: number, instance: string, ready: boolean): Timed => [
  t,
  { type: 'component', component: 'worker', instance, state: ready ? 'running' : 'exited', ready, restarts: 0 },
];
const wanted = (t: number, desired: number, previousStart: number | undefined = t - 3000): Timed => [
  t,
  {
    type: 'autoscaler',
    component: 'worker',
    current: 2,
    desired,
    minimum: desired,
    maximum: desired,
    ...(previousStart === undefined ? {} : { previousStart }),
  } satisfies EventBody,
];
const END: Timed = [69_000, { type: 'note', level: 'info', text: 'the end' }];

function told(restartedAt: number | undefined, ...add: readonly Timed[]): History {
  const toCapacity = (event: { type: string }): boolean => event.type === 'run.started';
  const events = retell({ story: { restartedAt, objectiveSeconds: 30 }, add: [...add, END] });
  const history = retell({ story: { restartedAt, objectiveSeconds: 30 }, without: toCapacity, add: [...add, END] });
  const started = events.first('run.started');
  if (started === undefined) throw new Error('a run begins');
  const recoveryEnds = { milestone: 'full-capacity', because: 'b' };
  history.add({
    ...started,
    recoveryEnds,
    milestones: { path: ['injected', 'took-effect', 'full-capacity'], beside: [] },
  });
  return history;
}

const judge = (history: History) => [capacityRestored().judge(history), recoveryTime().judge(history)] as const;
const verdicts = (history: History): readonly string[] => judge(history).map(({ verdict }) => verdict);

describe('fewer are wanted after the fault', () => {
  test('it passes without that', () => {
    expect(verdicts(told(22_000))).toEqual(['pass', 'pass']);
  });

  test('what was taken away never comes back: it is not known, with numbers and times', () => {
    const results = judge(told(undefined, wanted(25_000, 1), worker(26_000, 'worker-0', true)));
    for (const { verdict, summary } of results) {
      expect(verdict).toBe('unknown');
      expect(summary).toContain('worker 1/2');
      expect(summary).toContain(
        'Of worker 2 were wanted before the fault, and 1 from 5.00 s (2.00 s – 5.00 s) after it on',
      );
      expect(summary).toContain('who changed that is not seen');
    }
  });

  test.each([
    ['a record from before the times of such changes were kept', wanted(25_000, 1, undefined)],
    ['none is wanted any more', wanted(25_000, 0)],
  ])('no pass either: %s', (_, change) => {
    expect(verdicts(told(undefined, change, worker(26_000, 'worker-0', true)))).toEqual(['unknown', 'unknown']);
  });

  test('after everything had come back: it says when, and is no pass', () => {
    const history = told(22_000, worker(41_000, 'worker-0', false), wanted(42_000, 1));
    expect(capacityBack(history)?.at.high).toBe(22_000);
    for (const { verdict, summary } of judge(history)) {
      expect([verdict, summary]).toEqual(['unknown', expect.stringContaining('Everything had come back 2.00 s')]);
    }
  });

  test('and as many again later: nothing was lost by that, and it passes with its first time', () => {
    const back = [
      worker(41_000, 'worker-0', false),
      wanted(42_000, 1),
      wanted(50_000, 2),
      worker(52_000, 'worker-2', true),
    ];
    const history = told(22_000, ...back);
    expect(verdicts(history)).toEqual(['pass', 'pass']);
    expect(capacityBack(history)?.at.high).toBe(22_000);
  });

  test('when it had been missing for longer than the objective: it fails', () => {
    const history = told(undefined, wanted(60_000, 1));
    expect(verdicts(history)).toEqual(['fail', 'fail']);
    expect(capacityRestored().judge(history).summary).toContain('and 1 from 40.0 s');
  });

  test('and fewer are there than even that: it fails', () => {
    expect(verdicts(told(undefined, wanted(25_000, 1), worker(26_000, 'worker-0', false)))).toEqual(['fail', 'fail']);
  });

  test('a loss before it is none that was wanted', () => {
    const history = told(22_000, worker(30_000, 'worker-0', false), wanted(42_000, 1));
    expect(capacityBack(history)).toBeUndefined();
    expect(verdicts(history)).toEqual(['unknown', 'unknown']);
  });

  test('before the fault already: that is what there was', () => {
    const fewer = [wanted(10_000, 1), worker(10_500, 'worker-0', false)];
    expect(verdicts(told(22_000, ...fewer))).toEqual(['pass', 'pass']);
  });

  test('a run is not stopped for what nobody wants any more', () => {
    const recovering: Timed = [FAULT + 500, { type: 'phase', name: 'recovery' }];
    expect(overdueRecovery(told(undefined, recovering), 20_000)).toBeDefined();
    expect(overdueRecovery(told(undefined, recovering, wanted(25_000, 1)), 20_000)).toBeUndefined();
  });
});

describe('more are wanted after the fault', () => {
  test.each([
    ['before it came back', 21_000],
    ['after it came back', 40_000],
  ])('%s, and never come: what was there is back', (_, at) => {
    const history = told(22_000, wanted(at, 4), worker(at + 100, 'worker-9', false));
    expect(verdicts(history)).toEqual(['pass', 'pass']);
    expect(capacityBack(history)?.at.high).toBe(22_000);
  });

  test('and what was there does not come back: it fails', () => {
    expect(verdicts(told(undefined, wanted(21_000, 4)))).toEqual(['fail', 'fail']);
  });

  test('one that was asked for before the fault and was not ready by then is no part of it', () => {
    expect(verdicts(told(22_000, wanted(19_000, 3)))).toEqual(['pass', 'pass']);
  });

  test('one that was ready by then is', () => {
    const grown = [wanted(10_000, 3), worker(12_000, 'worker-2', true), worker(30_000, 'worker-2', false)];
    expect(verdicts(told(22_000, ...grown))).toEqual(['fail', 'fail']);
  });
});
