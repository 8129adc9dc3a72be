import { describe, expect, test } from 'vitest';
import type { GameDayBody } from './events.ts';
import { nextOf, readProgress, type Next } from './progress.ts';
import { CLOSING, OPENING, recordOf, sampleSummary, scenarioStep, wholeDay } from './testing/sample-day.ts';

function next(bodies: readonly GameDayBody[]): string {
  const events = recordOf(bodies);
  const progress = readProgress(events);
  if (progress === undefined) return 'no day';
  return inWords(nextOf(events, progress));
}

function inWords(one: Next): string {
  if (one.do === 'tell') return `tell ${one.occasion}`;
  return 'step' in one ? `${one.do} ${one.step.id}` : one.do;
}

test('at every instant of a day its record says what comes next, and nothing is done twice or left out', () => {
  const bodies = wholeDay();
  const steps = bodies.map((_, index) => next(bodies.slice(0, index + 1)));
  expect(steps.filter((step, index) => step !== steps[index - 1])).toEqual([
    'brief',
    'decide',
    'tell before',
    'begin worker_failure',
    'take-up worker_failure',
    'conclude worker_failure',
    'begin call',
    'take-up call',
    'conclude call',
    'begin server_failure',
    'take-up server_failure',
    'conclude server_failure',
    'put-away',
    'debrief',
    'tell after',
    'end',
    'nothing',
  ]);
});

describe('what interrupts a day', () => {
  test('a break or a crash changes nothing of what comes next', () => {
    const bodies = [...OPENING(), ...scenarioStep('worker_failure', sampleSummary()).slice(0, 2)];
    const again = { type: 'session.began', pid: 2, startTicks: 2, attended: true, tornBytes: 0 } as const;
    expect(next([...bodies, { type: 'paused' }])).toBe(next(bodies));
    expect(next([...bodies, { type: 'paused' }, again])).toBe('take-up worker_failure');
    expect(next([...bodies, again])).toBe('take-up worker_failure');
  });

  test('a second attempt that has begun is open, whatever became of the first', () => {
    const second = scenarioStep('worker_failure', sampleSummary(), 2);
    const bodies = [...OPENING(), ...scenarioStep('worker_failure', null), ...second.slice(0, 2)];
    expect(next(bodies)).toBe('take-up worker_failure');
    expect(next([...bodies, ...second.slice(3)])).toBe('conclude worker_failure');
  });

  test('after an abort no further step begins, but a run that is under way is seen to its end', () => {
    const abort = { type: 'aborted', by: 'person', criterion: null, reason: 'enough' } as const;
    expect(next([...OPENING(), abort])).toBe('tell abort');
    const told = { type: 'notified', who: 'Operations', occasion: 'abort', delivered: false, detail: 'dead' } as const;
    expect(next([...OPENING(), abort, told])).toBe('put-away');
    const running = scenarioStep('worker_failure', sampleSummary()).slice(0, 3);
    expect(next([...OPENING(), ...running, abort, told])).toBe('take-up worker_failure');
  });

  test('a stack that others brought up is left to them', () => {
    const others = wholeDay().map((body) => (body.type === 'stack' ? { ...body, isOurs: false } : body));
    expect(next(others.slice(0, -CLOSING.length))).toBe('debrief');
  });
});
