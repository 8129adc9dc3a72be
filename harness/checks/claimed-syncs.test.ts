import { describe, expect, test } from 'vitest';
import type { EventBody } from '../core/events.ts';
import { History } from '../core/history.ts';
import { claimedSyncs, newClaimedSync } from './claimed-syncs.ts';

/*
 * How it could lie: believe a status; call a sync that moved nothing a success because it says so; blame a sync that ended before the fault; call a sync that is
 * still open lost, or never call it hung; be silent where there was nothing to judge.
 */

type Attempt = Extract<EventBody, { type: 'job' }>['attempts'][number];
type Status = Extract<EventBody, { type: 'job' }>['status'];

const job = (at: number, status: Status, attempts: readonly Attempt[], more: object = {}): EventBody => ({
  type: 'job',
  jobId: '7',
  connectionId: 'c1',
  status,
  trigger: 'schedule',
  attempts: [...attempts],
  previousStart: at - 100,
  start: at,
  end: at + 10,
  ...more,
});
const running: Attempt = { number: 0, status: 'running', recordsEmitted: 500, recordsCommitted: 200 };
const done = (emitted: number | undefined, committed: number | undefined): Attempt => ({
  number: 0,
  status: 'succeeded',
  ...(emitted === undefined ? {} : { recordsEmitted: emitted }),
  ...(committed === undefined ? {} : { recordsCommitted: committed }),
});
const FAULT: EventBody = {
  type: 'fault.injected',
  fault: 'delete-instance',
  nth: 1,
  targets: [],
  start: 1000,
  end: 1010,
};

function judge(events: readonly EventBody[], isRequired = true): ReturnType<ReturnType<typeof claimedSyncs>['judge']> {
  return claimedSyncs({ isRequired }).judge(historyOf(events));
}

function historyOf(events: readonly EventBody[]): History {
  const history = new History(1);
  const all: readonly EventBody[] = [...events, { type: 'step', text: 'the end' }];
  for (const [i, body] of all.entries()) {
    const t = 'end' in body && typeof body.end === 'number' ? body.end : 700_000;
    history.add({ ...body, i, t, trial: 1 });
  }
  return history;
}
const before = job(500, 'running', [running]);
const NOT_OVER: EventBody = {
  type: 'wait',
  name: 'the syncs in flight are over',
  satisfied: false,
  afterMs: 600_000,
  timeoutMs: 600_000,
  lastState: 'running',
};

describe('a sync that was in flight', () => {
  test('passes with as many records committed as were read, and says whose count it is', () => {
    const { verdict, summary } = judge([before, FAULT, job(5000, 'succeeded', [done(900, 900)])]);
    expect([verdict, summary]).toEqual(['pass', expect.stringContaining('by Airbyte’s own count')]);
  });

  test('passes where its destination has rejected what is not committed, and says so', () => {
    const rejecting = { ...done(900, 890), recordsRejected: 10 };
    const { verdict, summary } = judge([before, FAULT, job(5000, 'succeeded', [rejecting])]);
    expect([verdict, summary]).toEqual(['pass', expect.stringContaining('10 were rejected by the destination')]);
  });

  test('is a false success with fewer committed than were read and not rejected', () => {
    const rejecting = { ...done(900, 880), recordsRejected: 10 };
    expect(judge([before, FAULT, job(5000, 'succeeded', [rejecting])]).verdict).toBe('fail');
  });

  test('cannot be told with fewer committed than read where rows are left out on purpose', () => {
    const filtered: EventBody = {
      type: 'connection',
      connectionId: 'c1',
      name: 'Orders',
      role: 'subject',
      schedule: 'its own',
      leavesRowsOut: true,
    };
    const { verdict, summary } = judge([filtered, before, FAULT, job(5000, 'succeeded', [done(900, 400)])]);
    expect([verdict, summary]).toEqual(['unknown', expect.stringContaining('leaves rows out')]);
    const lost = judge([filtered, before, FAULT, job(5000, 'succeeded', [done(undefined, undefined)])]);
    expect(lost.verdict).toBe('fail');
  });

  test.each([
    ['no count at all, where there had been one', done(undefined, undefined), /no count/],
    ['fewer committed than read', done(900, 400), /400 of 900/],
    ['nothing committed where its own attempt had read records', done(0, 0), /none/],
  ])('that is called succeeded with %s is a false success', (_what, attempt, says) => {
    const { verdict, summary } = judge([before, FAULT, job(5000, 'succeeded', [attempt])]);
    expect([verdict, summary]).toEqual(['fail', expect.stringMatching(says)]);
  });

  test('that never had a count is not believed', () => {
    const bare: Attempt = { number: 0, status: 'running' };
    const { verdict } = judge([
      job(500, 'running', [bare]),
      FAULT,
      job(5000, 'succeeded', [done(undefined, undefined)]),
    ]);
    expect(verdict).toBe('unknown');
  });

  // A launch that failed is called succeeded, without a record (#85355); so is a sync that had nothing to move.
  test('that moved nothing is not known to be one', () => {
    const idle: Attempt = { number: 0, status: 'running', recordsEmitted: 0, recordsCommitted: 0 };
    expect(judge([job(500, 'running', [idle]), FAULT, job(5000, 'succeeded', [done(0, 0)])])).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('moved no record'),
    });
  });

  const failed: Attempt = { number: 0, status: 'failed', recordsEmitted: 500, recordsCommitted: 300 };
  test.each([
    [
      'its retry read nothing of what was left',
      [failed, { ...done(0, 0), number: 1 }],
      'fail',
      'none of the 200 records',
    ],
    ['its retry read less than was left', [failed, { ...done(150, 150), number: 1 }], 'unknown', '150 records read'],
    ['its last attempt failed', [{ ...failed, recordsCommitted: 500 }], 'fail', 'its last attempt failed'],
    [
      'an attempt of it goes on',
      [running, { ...done(900, 900), number: 1 }],
      'unknown',
      'attempt 1 is still called running',
    ],
  ] as const)('that is called succeeded, and %s, does not pass', (_what, attempts, verdict, says) => {
    const judged = judge([before, FAULT, job(5000, 'succeeded', attempts)]);
    expect([judged.verdict, judged.summary]).toEqual([verdict, expect.stringContaining(says)]);
  });

  test('what an earlier attempt committed counts', () => {
    const first: Attempt = { number: 0, status: 'failed', recordsEmitted: 500, recordsCommitted: 300 };
    const second: Attempt = { number: 1, status: 'succeeded', recordsEmitted: 200, recordsCommitted: 200 };
    expect(judge([before, FAULT, job(5000, 'succeeded', [first, second])]).verdict).toBe('pass');
  });

  test.each([
    ['failed', 'failed', {}],
    ['was cancelled', 'cancelled', {}],
    ['is lost', 'running', { isGone: true }],
  ] as const)('that %s fails', (says, status, more) => {
    const { verdict, summary } = judge([before, FAULT, job(5000, status, [running], more)]);
    expect([verdict, summary]).toEqual(['fail', expect.stringContaining(says)]);
  });

  test('that is still open is not over, and hung when the wait for it is', () => {
    expect(judge([before, FAULT]).verdict).toBe('unknown');
    expect(judge([before, FAULT, NOT_OVER])).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining('hangs'),
    });
  });

  test('nobody calls one hung that could not be asked for when the wait for it was over', () => {
    const read = (at: number, readable: boolean): EventBody => ({
      type: 'jobs.readable',
      connectionId: 'c1',
      readable,
      text: 'POST /jobs/list answered 401.',
      previousStart: at - 1000,
      start: at,
      end: at + 10,
    });
    const { verdict, summary } = judge([before, FAULT, read(300_000, false), NOT_OVER]);
    expect([verdict, summary]).toEqual([
      'unknown',
      expect.stringContaining('nobody could ask: POST /jobs/list answered 401'),
    ]);
    expect(judge([before, FAULT, read(300_000, false), read(400_000, true), NOT_OVER]).verdict).toBe('fail');
    // What is over stays over.
    expect(
      judge([before, FAULT, job(5000, 'failed', [{ ...running, status: 'failed' }]), read(9000, false)]).verdict,
    ).toBe('fail');
  });

  test('one that still moves records when the wait for it is over is long, not hung', () => {
    const moved: Attempt = { number: 0, status: 'running', recordsEmitted: 9000, recordsCommitted: 8000 };
    expect(judge([before, FAULT, job(650_000, 'running', [moved]), NOT_OVER])).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('still moves'),
    });
    expect(judge([before, FAULT, job(300_000, 'running', [moved]), NOT_OVER]).verdict).toBe('fail');
  });

  test('that was interrupted is told before those that nothing happened to', () => {
    const other = (at: number, status: Status, attempts: readonly Attempt[]): EventBody =>
      job(at, status, attempts, { jobId: '9', connectionId: 'c2' });
    const again: Attempt = { number: 1, status: 'succeeded', recordsEmitted: 700, recordsCommitted: 700 };
    const interrupted = other(5000, 'succeeded', [{ ...running, status: 'failed' }, again]);
    const { verdict, summary } = judge([
      before,
      other(500, 'running', [running]),
      FAULT,
      job(4000, 'succeeded', [done(900, 900)]),
      interrupted,
    ]);
    expect([verdict, summary]).toEqual([
      'pass',
      expect.stringMatching(/^Job 9 succeeded after 2.* Job 7 succeeded after 1/),
    ]);
  });

  test('one that ended before the fault is not judged', () => {
    const { verdict, summary } = judge([before, job(800, 'failed', [running]), FAULT]);
    expect([verdict, summary]).toEqual(['unknown', expect.stringContaining('No sync was in flight')]);
  });
});

describe('without a sync in flight', () => {
  test('nothing is concluded where one was to be interrupted', () => {
    expect(judge([FAULT])).toMatchObject({
      verdict: 'unknown',
      summary: expect.stringContaining('No sync was in flight'),
    });
  });
  test('where none has to be, that is said and is no failure', () => {
    expect(judge([FAULT], false)).toMatchObject({
      verdict: 'pass',
      summary: expect.stringContaining('says nothing of syncs'),
    });
  });
  test('without a fault nothing is', () => {
    expect(judge([], false).verdict).toBe('unknown');
  });
});

describe('a sync that was made after the recovery', () => {
  const SUBJECT: EventBody = {
    type: 'connection',
    connectionId: 'c1',
    name: 'Orders',
    role: 'subject',
    schedule: 'its own',
  };
  const judgeNew = (...events: readonly EventBody[]) => newClaimedSync().judge(historyOf([FAULT, SUBJECT, ...events]));
  const after = (id: string, status: Status, attempt: Attempt): EventBody =>
    job(5000, status, [attempt], { jobId: id });

  test('passes by its counts, not by its status', () => {
    expect(judgeNew(after('8', 'succeeded', done(900, 900))).verdict).toBe('pass');
    expect(judgeNew(after('8', 'succeeded', done(900, 400))).verdict).toBe('fail');
    expect(judgeNew(after('8', 'succeeded', done(undefined, undefined))).verdict).toBe('unknown');
    expect(judgeNew(after('8', 'succeeded', done(0, 0))).verdict).toBe('unknown');
  });

  test('does not make good one that failed before it, and is not blamed for one that came later', () => {
    const [bad, good] = [after('8', 'failed', running), after('9', 'succeeded', done(900, 900))];
    expect(judgeNew(bad, good).verdict).toBe('fail');
    expect(judgeNew(good, after('10', 'running', running)).verdict).toBe('pass');
  });

  test('is not known where there was none, or nobody looked', () => {
    expect(judgeNew().verdict).toBe('unknown');
    expect(newClaimedSync().judge(historyOf([FAULT])).verdict).toBe('unknown');
  });
});
