import { describe, expect, test } from 'vitest';
import type { BodyOf, EventBody } from '../core/events.ts';
import { History } from '../core/history.ts';
import { claimedLoss, openSyncs } from './claimed-loss.ts';
import { claimedSchedules } from './claimed-schedules.ts';

/*
 * How it could lie: pass where something is gone, or where not all was read; fail for what the objective allows, or what is only not seen; take another job of
 * the same number for the one that was lost.
 */

type Snapshot = BodyOf<'snapshot'>;
type Job = Snapshot['jobs'][number];

const FAULT_AT = 60_000;
const SERVER_AT_FAULT = 1_800_000_000_000;
/** Seconds of the server's clock, so long before the fault. */
const ago = (seconds: number): number => SERVER_AT_FAULT / 1000 - seconds;
const job = (id: number, status: Job['status'], since: number, more: Partial<Job> = {}): Job => ({
  jobId: String(id),
  connectionId: 'c1',
  status,
  trigger: 'unknown',
  attempts: 1,
  createdAtEpochSeconds: ago(since),
  updatedAtEpochSeconds: ago(since - 1),
  ...more,
});
const connection = (id: string): Snapshot['items'][number] => ({
  kind: 'connection',
  id,
  name: id,
  digest: 'active',
  schedule: 'basic',
});
const JOBS = [job(1, 'succeeded', 7200), job(2, 'failed', 3600), job(3, 'running', 30)];

function look(moment: Snapshot['moment'], change: Partial<Snapshot> = {}): EventBody {
  const [start, end] = moment === 'last' ? [FAULT_AT - 2000, FAULT_AT - 1000] : [FAULT_AT + 50_000, FAULT_AT + 51_000];
  const clock = moment === 'last' ? { serverEpochMs: SERVER_AT_FAULT - 1000 } : {};
  return {
    type: 'snapshot',
    moment,
    items: [connection('c1'), connection('c2')],
    jobs: JOBS,
    gaps: [],
    overdue: [],
    ...clock,
    ...change,
    start,
    end,
  };
}
const FAULT: EventBody = {
  type: 'fault.injected',
  fault: 'take-site-away',
  nth: 1,
  targets: [],
  start: FAULT_AT,
  end: FAULT_AT + 10,
};

function started(objective: { lostWrites?: number; recoveryPointSeconds?: number }): EventBody {
  return {
    type: 'run.started',
    schemaVersion: 1,
    runId: 'r',
    wallStart: '',
    scenario: { id: 'cluster_failure', title: '', proves: '' },
    objective: { id: 'cluster_failure', recoverySeconds: 3600, lostWrites: 0, source: '', ...objective },
    retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 1, factor: 1, maxSeconds: 1 },
    seed: 1,
    trials: 1,
    command: '',
    recoveryEnds: { milestone: 'site-back', because: '' },
    milestones: { path: [], beside: [] },
    parameters: {},
    environment: {},
  };
}

function historyOf(
  after: Partial<Snapshot>,
  {
    before = {},
    objective = { recoveryPointSeconds: 15 },
  }: { before?: Partial<Snapshot>; objective?: Parameters<typeof started>[0] } = {},
): History {
  const history = new History(1);
  const events = [started(objective), look('last', before), FAULT, look('recovered', after)];
  for (const [i, body] of events.entries()) history.add({ ...body, i, t: i, trial: 1 });
  return history;
}
const judge = (...args: Parameters<typeof historyOf>) => claimedLoss().judge(historyOf(...args));

describe('what was there before', () => {
  test('is there as it was: it passes, and says what is not known', () => {
    const { verdict, summary } = judge({});
    expect([verdict, summary]).toEqual(['pass', expect.stringContaining('No ledger was read')]);
    expect(summary).toContain('30.0 s before the fault');
  });

  test('may go on: a job that was open may be over, and new ones may be there', () => {
    const jobs = [...JOBS.slice(0, 2), job(3, 'failed', 30), job(4, 'succeeded', -40)];
    expect(judge({ jobs }).verdict).toBe('pass');
  });

  test.each([
    ['a job', { jobs: JOBS.slice(1) }, 'job 1 (succeeded)'],
    ['the end of a job', { jobs: [job(1, 'running', 7200), ...JOBS.slice(1)] }, 'the end of job 1'],
    ['another end of a job', { jobs: [job(1, 'failed', 7200), ...JOBS.slice(1)] }, 'the end of job 1'],
    ['a job whose number was given out again', { jobs: [job(1, 'succeeded', -40), ...JOBS.slice(1)] }, 'job 1'],
    ['a connection with old jobs', { items: [connection('c2')] }, 'connection "c1"'],
  ])('is lost and is older than the objective allows: %s', (_, after, words) => {
    const { verdict, summary } = judge(after);
    expect([verdict, summary]).toEqual(['fail', expect.stringContaining(words)]);
  });

  test('is lost and young enough for the objective: what else was lost is not known', () => {
    const after = { jobs: JOBS.slice(0, 2) };
    expect(judge(after, { objective: { recoveryPointSeconds: 60 } }).verdict).toBe('unknown');
    expect(judge(after, { objective: { recoveryPointSeconds: 28 } }).verdict).toBe('fail');
    // One second of Airbyte's whole seconds is in its favour.
    expect(judge(after, { objective: { recoveryPointSeconds: 29 } }).verdict).toBe('unknown');
  });

  test.each([
    ['off', 'inactive, every 1 h'],
    ['without its schedule', 'active, manual'],
    ['with another one', 'active, every 24 h'],
  ])('came back, but %s: that is a loss', (_, digest) => {
    const items = [connection('c1'), { ...connection('c2'), digest }];
    expect(judge({ items }, { objective: {} })).toMatchObject({
      verdict: 'fail',
      summary: expect.stringContaining(`how connection "c2" was set (active; now ${digest})`),
    });
    expect(judge({ items }).verdict).toBe('unknown');
  });

  test('is lost, and no loss is allowed: it fails whatever its age', () => {
    expect(judge({ items: [connection('c1')] }, { objective: {} }).verdict).toBe('fail');
  });

  test.each([
    ['a connection of which nobody knows since when', { items: [connection('c1')] }, { recoveryPointSeconds: 15 }],
    ['a job, where the objective counts writes', { jobs: JOBS.slice(1) }, { lostWrites: 3 }],
  ])('is lost, and nobody can tell whether that is allowed: %s', (_, after, objective) => {
    expect(judge(after, { objective }).verdict).toBe('unknown');
  });
});

test.each([
  ['not all was read before', {}, { gaps: ['jobs: answered 500'] }],
  ['not all was read afterwards', { gaps: ['jobs: answered 500'], jobs: [] }, {}],
  ['there was nothing', { items: [], jobs: [] }, { items: [], jobs: [] }],
])('it is not known where %s', (_, after, before) => {
  expect(judge(after, { before }).verdict).toBe('unknown');
});

test('it is not known where nobody looked again', () => {
  const history = new History(1);
  for (const [i, body] of [started({}), look('last'), FAULT].entries()) history.add({ ...body, i, t: i, trial: 1 });
  for (const check of [claimedLoss(), openSyncs(), claimedSchedules()])
    expect(check.judge(history).verdict).toBe('unknown');
});

test.each([
  ['still open', 'running', 'unknown'],
  ['over', 'failed', 'pass'],
  ['called succeeded, which nobody counted', 'succeeded', 'unknown'],
] as const)('a sync that the site died with is %s', (_, status, verdict) => {
  expect(openSyncs().judge(historyOf({ jobs: [...JOBS.slice(0, 2), job(3, status, 30)] })).verdict).toBe(verdict);
});
