import { expect, test } from 'vitest';
import type { EventBody } from '../core/events.ts';
import { History } from '../core/history.ts';
import { backAfterCut } from './through-tool.ts';
import { allInstancesReady } from './platform.ts';
import { recovered } from './sync.ts';

/* How it could lie: wait for what nobody wants any more; give up on what is only growing, or lost. */

type Timed = readonly [t: number, body: EventBody];
const worker = (t: number, instance: string, ready: boolean): Timed => [
  t,
  { type: 'component', component: 'worker', instance, state: 'running', ready, restarts: 0 },
];
const wanted = (t: number, desired: number, maximum = desired): Timed => [
  t,
  { type: 'autoscaler', component: 'worker', current: 2, desired, minimum: Math.min(desired, 1), maximum },
];
const FAULT: readonly Timed[] = [
  [20_000, { type: 'fault.injected', fault: 'partition', targets: [], start: 20_000, end: 20_000 }],
  [
    20_100,
    { type: 'fault.evidence', fault: 'partition', kind: 'cut-off', holds: true, text: '', start: 20_000, end: 20_100 },
  ],
];

/** Two workers were there at first; what happens before the fault at 20 s, and after it. */
function told(...events: readonly Timed[]): History {
  const ready: Timed = [
    1000,
    { type: 'platform.ready', platform: 'cluster', profile: 'airbyte-v2', details: {}, expected: { worker: 2 } },
  ];
  const all = [ready, worker(1100, 'worker-0', true), worker(1200, 'worker-1', true), ...FAULT, ...events].toSorted(
    ([a], [b]) => a - b,
  );
  return new History(
    1,
    all.map(([t, body], i) => ({ ...body, i, t, trial: 1 })),
  );
}

const back = backAfterCut({ within: '60s' });
const capacity = recovered({ milestone: 'full-capacity', within: '60s' });
const everything = allInstancesReady({ within: '60s' });

test('a scale-up of before the fault that somebody undoes after it is not waited for', () => {
  const grown = [wanted(5000, 3), worker(6000, 'worker-2', true), worker(21_000, 'worker-1', false)];
  const history = told(
    ...grown,
    wanted(25_000, 2),
    worker(26_000, 'worker-2', false),
    worker(30_000, 'worker-1', true),
  );
  expect(everything.isOver(history, 31_000)).toBe(true);
  for (const wait of [back, capacity]) {
    expect(wait.isOver(history, 31_000)).not.toBe(true);
    expect(wait.isHopeless?.(history)).toBe('not wanted any more: worker 2/3');
  }
});

test.each([
  ['nothing is scaled', []],
  ['fewer are there than even that', [wanted(25_000, 1), worker(26_000, 'worker-0', false)]],
  ['more are wanted', [wanted(25_000, 4)]],
  ['as many are wanted again', [wanted(25_000, 1), wanted(28_000, 2)]],
] as const)('what is lost is waited for: %s', (_, events) => {
  const history = told(worker(21_000, 'worker-1', false), ...events);
  for (const wait of [back, capacity]) expect(wait.isHopeless?.(history)).toBe(false);
});

test('what is scaled to nothing is not waited for', () => {
  const history = told(wanted(25_000, 0), worker(26_000, 'worker-0', false), worker(26_000, 'worker-1', false));
  expect(everything.isOver(history, 31_000)).toBe(true);
  expect(back.isHopeless?.(history)).toContain('not wanted any more');
});

test('what an autoscaler had added is not waited for when it is switched off; what was there is', () => {
  const off = [wanted(5000, 5, 9), wanted(25_000, 0, 9)];
  expect(everything.isOver(told(...off), 31_000)).toBe(true);
  expect(everything.isOver(told(...off, worker(26_000, 'worker-1', false)), 31_000)).toContain('worker 1/2');
});
