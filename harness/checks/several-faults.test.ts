import { expect, test } from 'vitest';
import type { EventBody, RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import { acknowledgedWrites } from './acknowledged-writes.ts';
import { faultHappened } from './fault-happened.ts';
import { GOOD, tell } from './testing/build-history.ts';

const check = faultHappened({ requires: ['process-gone'] });

/** A second fault two seconds after the first, with or without an effect. */
function withSecondFault(effect: { readonly kind: string; readonly holds: boolean } | undefined): History {
  const at = GOOD.faultAt + 2000;
  const target = { component: 'temporal', instance: 'temporal-0', why: 'the only one' };
  const more: EventBody[] = [{ type: 'fault.injected', fault: 'second', targets: [target], start: at, end: at + 1 }];
  if (effect !== undefined)
    more.push({ type: 'fault.evidence', fault: 'second', ...effect, text: 'x', start: at, end: at + 9 });
  const events = [...tell(), ...more.map((body): RunEvent => ({ i: 0, t: at + 1, trial: 1, ...body }))];
  return new History(
    1,
    events.toSorted((a, b) => a.t - b.t).map((event, i) => ({ ...event, i })),
  );
}

test('passes when each of two faults took effect', () => {
  expect(check.judge(withSecondFault({ kind: 'process-gone', holds: true })).verdict).toBe('pass');
  expect(check.judge(withSecondFault({ kind: 'node-lost', holds: true })).verdict).toBe('pass');
});

test.each([
  ['nothing was looked for', undefined],
  ['its victim survived', { kind: 'process-gone', holds: false }],
  ['what was seen shows no effect', { kind: 'ran-the-sync', holds: true }],
])('is unknown when the second fault shows no effect: %s', (_because, effect) => {
  expect(check.judge(withSecondFault(effect)).verdict).toBe('unknown');
});

test('the effect of one fault is no evidence for another one of the same kind', () => {
  const at = GOOD.faultAt + 2000;
  const target = { component: 'temporal', instance: 'temporal-0', why: 'the only one' };
  const numbered = (events: RunEvent[], nth: number): RunEvent[] =>
    events.map((event) =>
      event.type === 'fault.injected' || event.type === 'fault.evidence' ? { ...event, nth } : event,
    );
  const second: EventBody = {
    type: 'fault.injected',
    fault: 'kill',
    targets: [target],
    start: at,
    end: at + 1,
    nth: 2,
  };
  const effect = { kind: 'process-gone', holds: true, text: 'gone', start: at, end: at + 9 };
  const judge = (nth: number): string => {
    const late: EventBody = { type: 'fault.evidence', fault: 'kill', nth, ...effect };
    const more = [second, late].map((body, n): RunEvent => ({ i: 0, t: at + 10 + n, trial: 1, ...body }));
    const events = [...numbered(tell(), 1), ...more].toSorted((a, b) => a.t - b.t).map((event, i) => ({ ...event, i }));
    return check.judge(new History(1, events)).verdict;
  };
  expect(judge(2)).toBe('pass');
  expect(judge(1)).toBe('unknown');
});

/** Two acknowledged writes are lost, the first of them 1.5 s before the fault. */
function lossAgainst(objective: { readonly lostWrites: number; readonly recoveryPointSeconds?: number }): string {
  const events = tell({ lostWrites: [7, 8] }).map((event) =>
    event.type === 'run.started' ? { ...event, objective: { ...event.objective, ...objective } } : event,
  );
  return acknowledgedWrites().judge(new History(1, events)).verdict;
}

test('lost writes are judged by number, or by how long before the fault the first of them was acknowledged', () => {
  expect(lossAgainst({ lostWrites: 0 })).toBe('fail');
  expect(lossAgainst({ lostWrites: 1 })).toBe('fail');
  expect(lossAgainst({ lostWrites: 2 })).toBe('pass');
  expect(lossAgainst({ lostWrites: 0, recoveryPointSeconds: 1.4 })).toBe('fail');
  expect(lossAgainst({ lostWrites: 0, recoveryPointSeconds: 1.6 })).toBe('pass');
});
