import { describe, expect, test } from 'vitest';
import type { EventBody } from '../events.ts';
import { History } from '../history.ts';
import { findMilestone } from './milestones.ts';

type Timed = readonly [number, EventBody];
const CONNECTION = 'c';
const FAULT = 10_000;

function historyOf(more: readonly Timed[]): History {
  const base: readonly Timed[] = [
    [1, { type: 'connection', connectionId: CONNECTION, name: 's', role: 'subject', schedule: 'every 1 min' }],
    [2, { type: 'source.rows', connectionId: CONNECTION, rows: [[1, 100]], start: 1, end: 2 }],
    [FAULT, { type: 'fault.injected', fault: 'destroy-site', targets: [], start: FAULT, end: FAULT + 100 }],
    [
      FAULT + 110,
      {
        type: 'fault.evidence',
        fault: 'destroy-site',
        kind: 'process-gone',
        holds: true,
        text: '',
        start: FAULT,
        end: FAULT + 110,
      },
    ],
    [
      FAULT + 200,
      { type: 'source.rows', connectionId: CONNECTION, rows: [[101, 150]], start: FAULT + 190, end: FAULT + 200 },
    ],
    [25_000, step('deploy', 20_000, true)],
  ];
  const events = [...base, ...more].toSorted(([a], [b]) => a - b);
  return new History(
    1,
    events.map(([t, body], i) => ({ i, t, trial: 1, ...body })),
  );
}

function step(id: string, start: number, ok: boolean): EventBody {
  return { type: 'runbook.step', runbook: 'r', step: id, title: id, ok, details: '', start, end: start + 5000 };
}

function job(
  t: number,
  jobId: string,
  status: 'running' | 'succeeded',
  trigger: 'schedule' | 'manual' = 'schedule',
): Timed {
  // The look before it was the last good one before the site died.
  return [
    t,
    {
      type: 'job',
      jobId,
      connectionId: CONNECTION,
      status,
      trigger,
      attempts: [],
      previousStart: t === 30_000 ? 9000 : t - 200,
      start: t - 5,
      end: t,
    },
  ];
}

function look(t: number, maxSeq: number): Timed {
  return [
    t,
    { type: 'delivery', connectionId: CONNECTION, rows: maxSeq, maxSeq, previousStart: t - 155, start: t - 5, end: t },
  ];
}

const firstSync = (history: History) => findMilestone(history, 'first-sync-succeeded')?.at;

describe('the first sync that succeeds on the new site', () => {
  test('counts when it succeeded and its records are there, though nobody could look for it while there was no site', () => {
    const history = historyOf([job(30_000, '9', 'running'), look(33_000, 150), job(34_000, '9', 'succeeded')]);
    expect(firstSync(history)).toEqual({ low: 33_800, best: 33_900, high: 34_000 });
  });

  test('does not count before its records are there, those of the outage included', () => {
    const claimed = [job(30_000, '9', 'running'), look(33_000, 100), job(34_000, '9', 'succeeded')];
    expect(firstSync(historyOf(claimed))).toBeUndefined();
    expect(firstSync(historyOf([...claimed, look(36_000, 150)]))?.high).toBe(36_000);
  });

  test('is not one that the dead site had started, nor one that somebody started by hand', () => {
    const old = [job(5000, '1', 'running'), look(33_000, 150), job(34_000, '1', 'succeeded')];
    expect(firstSync(historyOf(old))).toBeUndefined();
    const byHand = [job(30_000, '9', 'running', 'manual'), look(33_000, 150), job(34_000, '9', 'succeeded', 'manual')];
    expect(firstSync(historyOf(byHand))).toBeUndefined();
  });
});

test('a step of the runbook is a moment when it was done, and none when it failed', () => {
  expect(findMilestone(historyOf([]), 'stack-redeployed')?.at).toEqual({ low: 20_000, best: 25_000, high: 25_000 });
  expect(findMilestone(historyOf([[40_000, step('jobs', 35_000, false)]]), 'jobs-reconciled')).toBeUndefined();
});
