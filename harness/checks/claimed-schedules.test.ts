import { describe, expect, test } from 'vitest';
import type { BodyOf } from '../core/events.ts';
import { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { claimedSchedules, schedulesKept } from './claimed-schedules.ts';

/*
 * How it could lie: pass because nothing was due, because nobody looked long enough, or because a job of another connection, of before the loss or of a person came;
 * fail because a job was not read.
 */

type Snapshot = BodyOf<'snapshot'>;
const LOST = 1_800_000_000_000;
const DUE = { connectionId: 'c1', name: 'Orders', fromEpochMs: LOST + 60_000, byEpochMs: LOST + 240_000 };
const LATER = { connectionId: 'c2', name: 'Nightly', why: 'it does not fire in this time' };

const item = (id: string, schedule: 'basic' | 'manual' = 'basic'): Snapshot['items'][number] => ({
  kind: 'connection',
  id,
  name: id,
  digest: 'active',
  schedule,
});
/** A job that was made so many seconds after the loss. */
const job = (jobId: string, afterSeconds: number, connectionId = 'c1'): Snapshot['jobs'][number] => ({
  jobId,
  connectionId,
  status: 'running',
  trigger: 'unknown',
  attempts: 1,
  createdAtEpochSeconds: LOST / 1000 + afterSeconds,
});
const OLD = job('1', -3000);

function judge({
  due = [DUE],
  jobs = [],
  untilSeconds = 300,
  items = [item('c1'), item('c2')],
  gaps = [],
  isFollowed = true,
  isTold = true,
  gapsOfRecovered = [],
  check = claimedSchedules(),
}: {
  due?: Snapshot['due'];
  jobs?: Snapshot['jobs'];
  untilSeconds?: number;
  items?: Snapshot['items'];
  gaps?: string[];
  isFollowed?: boolean;
  isTold?: boolean;
  gapsOfRecovered?: string[];
  check?: Check;
}) {
  const look = (moment: Snapshot['moment'], more: Partial<Snapshot>): Snapshot => {
    return { type: 'snapshot', moment, items, jobs: [OLD], gaps: [], overdue: [], start: 0, end: 1, ...more };
  };
  const told = isTold ? { due, lostEpochMs: LOST, serverEpochMs: LOST + 30_000 } : {};
  const history = new History(1);
  const looks = [
    look('last', { serverEpochMs: LOST - 1000 }),
    look('recovered', { ...told, gaps: gapsOfRecovered }),
    ...(isFollowed
      ? [look('followed', { jobs: [OLD, ...jobs], gaps, serverEpochMs: LOST + untilSeconds * 1000 })]
      : []),
  ];
  for (const [i, body] of looks.entries()) history.add({ ...body, i, t: i, trial: 1 });
  return check.judge(history);
}

describe('a job that a schedule prescribes after the recovery', () => {
  test('came: it passes, names the job, and says what was not put to the test', () => {
    const { verdict, summary, evidence } = judge({ due: [DUE, LATER], jobs: [job('2', 61)] });
    expect([verdict, evidence]).toEqual(['pass', [0, 1, 2]]);
    expect(summary).toContain('"Orders" (job 2)');
    expect(summary).toContain('Not put to the test: "Nightly" (it does not fire in this time)');
  });

  test.each([
    ['no job', []],
    ['a job of another connection', [job('2', 61, 'c2')]],
    ['a job of before the loss, seen late', [job('2', -4000)]],
    ['a job that came too late', [job('2', 241)]],
  ])('did not come: %s', (_, jobs) => {
    const { verdict, summary } = judge({ jobs });
    expect([verdict, summary]).toEqual(['fail', expect.stringContaining('"Orders"')]);
  });

  test('may not have been read: it is not known', () => {
    expect(judge({ gaps: ['jobs: answered 500'] }).verdict).toBe('unknown');
  });

  test.each([
    ['none was due', { due: [LATER] }, 'does not fire in this time'],
    ['its time was not over when the looking ended', { untilSeconds: 200 }, 'its time was not over'],
    ['somebody started one before', { jobs: [job('2', 40)] }, 'put it off'],
    ['nobody looked again', { isFollowed: false }, 'its time was not over'],
    ['the server tells no time', { isTold: false }, 'tells no time'],
  ] as const)('was not put to the test, which is no pass: %s', (_, change, words) => {
    const { verdict, summary } = judge({
      ...change,
      due: 'due' in change ? [...change.due] : [DUE],
      jobs: 'jobs' in change ? [...change.jobs] : [],
    });
    expect([verdict, summary]).toEqual(['unknown', expect.stringContaining(words)]);
    expect(summary).toContain('put to the test');
  });
});

test('where no connection has a schedule none could be lost; where they could not be read, that is not known', () => {
  const items = [item('c1', 'manual')];
  expect(judge({ items, due: [], isFollowed: false }).verdict).toBe('pass');
  expect(judge({ items, due: [], isFollowed: false, gapsOfRecovered: ['connections: answered 500'] }).verdict).toBe(
    'unknown',
  );
});

describe('what became due while a pod was away', () => {
  const check = schedulesKept({ isRequired: false });

  test('is missed when no job came in its time, whoever asked for it', () => {
    expect(judge({ check })).toMatchObject({ verdict: 'fail', summary: expect.stringContaining('"Orders"') });
    expect(judge({ check, jobs: [job('2', 61)] }).verdict).toBe('pass');
  });

  /** Every five minutes, the first five minutes after the loss. */
  const EACH = {
    ...DUE,
    fromEpochMs: LOST + 295_000,
    byEpochMs: LOST + 480_000,
    cron: { expression: '0 0/5 * * * ?', timeZone: 'UTC' },
  };
  const over = (jobId: string, atSeconds: number, forSeconds: number): Snapshot['jobs'][number] => ({
    ...job(jobId, atSeconds),
    status: 'succeeded',
    updatedAtEpochSeconds: LOST / 1000 + atSeconds + forSeconds,
  });

  test('is missed also where it came once: each slot since the fault has to have its job', () => {
    const { verdict, summary } = judge({ check, due: [EACH], jobs: [over('2', 301, 60)], untilSeconds: 3190 });
    expect(verdict).toBe('fail');
    expect(summary).toContain('"Orders" (9 of 10 jobs, the first was due at 08:10:00 UTC)');
  });

  test('but not where a sync of the same connection still ran, and that is said', () => {
    const jobs = [over('2', 301, 700), over('3', 1200, 60)];
    const { verdict, summary } = judge({ check, due: [EACH], jobs, untilSeconds: 1490 });
    expect([verdict, summary]).toEqual(['pass', expect.stringContaining('"Orders" (jobs 2, 3)')]);
    expect(summary).toContain('Not asked for, as another job of the same connection took its place: 2 of "Orders".');
  });

  test('where nothing was due nothing was missed, and that is said; whoever asked for it has no pass', () => {
    const words = 'No schedule was put to the test';
    expect(judge({ check, due: [LATER] })).toMatchObject({ verdict: 'pass', summary: expect.stringContaining(words) });
    const required = schedulesKept({ isRequired: true });
    expect(judge({ check: required, due: [LATER] }).verdict).toBe('unknown');
  });

  test.each([
    [
      'one of two was not followed to its end',
      { jobs: [job('2', 61)], due: [DUE, { ...DUE, connectionId: 'c2', name: 'Nightly' }] },
    ],
    ['nobody looked again', { isFollowed: false }],
    ['the server tells no time', { isTold: false }],
  ])('is not known: %s', (_, change) => {
    expect(judge({ check, untilSeconds: 200, ...change }).verdict).toBe('unknown');
  });
});
