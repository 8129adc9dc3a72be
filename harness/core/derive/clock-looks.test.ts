import { describe, expect, test } from 'vitest';
import { faultHappened } from '../../checks/fault-happened.ts';
import type { EventBody } from '../events.ts';
import { History } from '../history.ts';
import { clockLooks, describeAhead } from './clock-looks.ts';
import { CLAIMED_CLOCK_OFF, CLOCK_OFF } from './fault-time.ts';
import { RIGHT_IN_A_ROW } from './milestones/clock-milestones.ts';
import { findMilestone } from './milestones.ts';

/*
 * How it could lie: take a clock that was off all along for one that was put off; an answer of an instance that was not hit for a clock that is right again; the clock of this
 * machine for the truth; two answers for all of them.
 */

const FAULT_AT = 10_000;
const OFFSET_MS = 600_000;

interface Story {
  /** By how much the server is ahead of this machine anyway. */
  readonly usualMs?: number;
  readonly behind?: boolean;
  /** Of each look after the fault, one a second: what it was off by, beside the usual. */
  readonly off?: readonly number[];
  readonly looksBefore?: number;
  readonly servers?: number;
}

function told({ usualMs = 0, behind = false, off = [], looksBefore = 8, servers = 1 }: Story): History {
  const look = (start: number, aheadMs: number): EventBody => ({
    type: 'clock.told',
    component: 'server',
    ahead: [usualMs + aheadMs - 300, usualMs + aheadMs + 720],
    start,
    end: start + 20,
  });
  const events: EventBody[] = [
    started(behind),
    { type: 'platform.ready', platform: 'cluster', profile: 'airbyte-v2', details: {}, expected: { server: servers } },
    ...Array.from({ length: looksBefore }, (_, nth) => look(1000 + nth * 1000, 0)),
    { type: 'fault.injected', fault: 'skew-clock', targets: [], start: FAULT_AT, end: FAULT_AT + 50 },
    ...off.map((aheadMs, nth) => look(FAULT_AT + 500 + nth * 1000, aheadMs)),
  ];
  return new History(
    1,
    events.map((body, i) => ({ ...body, i, t: i, trial: 1 })),
  );
}

function started(behind: boolean): EventBody {
  return {
    type: 'run.started',
    schemaVersion: 1,
    runId: 'r',
    wallStart: '2026-11-29T00:00:00Z',
    scenario: { id: 'clock_skew', title: '', proves: '' },
    objective: { id: 'clock_skew', recoverySeconds: 60, lostWrites: 0, source: 'a test' },
    retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 1, factor: 1, maxSeconds: 1 },
    seed: 1,
    trials: 1,
    command: '',
    recoveryEnds: { milestone: 'clock-right', because: '', from: 'fault-healed' },
    milestones: { path: ['injected', 'clock-right'], beside: [] },
    parameters: { offsetSeconds: OFFSET_MS / 1000, behind },
    environment: {},
  };
}

const RIGHT = Array.from({ length: RIGHT_IN_A_ROW }, () => 0);
const isOf = (story: Story): readonly string[] | undefined =>
  clockLooks(told(story))
    ?.looks.slice(8)
    .map(({ is }) => is);

describe('a look', () => {
  test('is held against what the clock was before, not against this machine', () => {
    expect(isOf({ usualMs: 45_000, off: [OFFSET_MS, 0, OFFSET_MS / 2] })).toEqual(['off', 'right', 'other']);
    expect(isOf({ usualMs: OFFSET_MS, off: [0, OFFSET_MS] })).toEqual(['right', 'off']);
  });
  test('that is off the other way is not what was meant', () => {
    expect(isOf({ behind: true, off: [OFFSET_MS, -OFFSET_MS] })).toEqual(['other', 'off']);
  });
  test('says nothing where too little is known of before', () => {
    expect(clockLooks(told({ looksBefore: 2, off: [OFFSET_MS] }))).toBeUndefined();
  });
  test('tells by how much, in words', () => {
    expect([describeAhead(OFFSET_MS), describeAhead(-60_000)]).toEqual(['10 min 00 s ahead of', '1 min 00 s behind']);
  });
});

describe('the clock is right again', () => {
  const right = (off: readonly number[]) => findMilestone(told({ off }), 'clock-right');

  test('between the last answer that was wrong and the first of those that were all right', () => {
    expect(right([OFFSET_MS, 0, OFFSET_MS, ...RIGHT])?.at).toEqual({ low: 12_500, best: 13_010, high: 13_520 });
  });
  test('not while one of several instances is still wrong now and then, nor after a few answers', () => {
    expect(right([OFFSET_MS, ...RIGHT.slice(1)])).toBeUndefined();
    expect(right([OFFSET_MS, ...RIGHT, OFFSET_MS, 0, 0])).toBeUndefined();
  });
  test('the more servers answer in their turns, the more answers have to be right', () => {
    const many = (amount: number) =>
      findMilestone(told({ servers: 5, off: [OFFSET_MS, ...Array.from({ length: amount }, () => 0)] }), 'clock-right');
    expect([many(49), many(50)?.at.low]).toEqual([undefined, 10_500]);
  });
  test('not where it is off by something else', () => {
    expect(right([OFFSET_MS, ...RIGHT.map(() => 200_000)])).toBeUndefined();
  });
  test('nor where it never was wrong', () => {
    expect(right(RIGHT)).toBeUndefined();
  });
});

test('the word of the tool alone is no evidence', () => {
  const claim = {
    type: 'fault.evidence',
    fault: 'skew-clock',
    kind: CLAIMED_CLOCK_OFF,
    holds: true,
    text: 'it says so',
    start: 10_100,
    end: 10_200,
  } as const;
  const seen = { ...claim, kind: CLOCK_OFF, text: 'it is' } as const;
  const judge = (...evidence: readonly EventBody[]) => {
    const history = told({});
    for (const [nth, body] of evidence.entries()) history.add({ ...body, i: 100 + nth, t: 100, trial: 1 });
    return faultHappened({ requires: [CLAIMED_CLOCK_OFF, CLOCK_OFF] }).judge(history).verdict;
  };
  expect([judge(claim), judge(claim, seen), judge(seen)]).toEqual(['unknown', 'pass', 'unknown']);
});
