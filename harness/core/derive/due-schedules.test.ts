import { expect, test } from 'vitest';
import { dueStates, type DueState } from './due-schedules.ts';
import type { Snapshot } from './snapshots.ts';

/* How it could lie: ask for the first job only; call missing what Airbyte passes over while a sync runs; wait for a job that cannot come any more. */

const MINUTE = 60_000;
/** A Saturday at noon, UTC: the fault. */
const NOON = Date.UTC(2026, 10, 28, 12);
/** Every five minutes, from 12:05 on. */
const CRON = {
  connectionId: 'c1',
  name: 'Orders',
  fromEpochMs: NOON + 5 * MINUTE - 5000,
  byEpochMs: NOON + 8 * MINUTE,
  cron: { expression: '0 0/5 * * * ?', timeZone: 'UTC' },
};
const BASIC = {
  connectionId: 'c1',
  name: 'Orders',
  fromEpochMs: NOON + 10 * MINUTE - 5000,
  byEpochMs: NOON + 13 * MINUTE,
  everyMs: 10 * MINUTE,
};

type Job = Snapshot['jobs'][number];
/** Made so many minutes after noon, and over after so many more. */
function job(jobId: string, after: number, minutes = 1, change: Partial<Job> = {}): Job {
  const createdAtEpochSeconds = (NOON + after * MINUTE) / 1000;
  return {
    jobId,
    connectionId: 'c1',
    status: 'succeeded',
    trigger: 'unknown',
    attempts: 1,
    createdAtEpochSeconds,
    startedAtEpochSeconds: createdAtEpochSeconds,
    updatedAtEpochSeconds: createdAtEpochSeconds + minutes * 60,
    ...change,
  };
}
const running = (jobId: string, after: number): Job => job(jobId, after, 0, { status: 'running' });
const item = (digest: string): Snapshot['items'][number] => ({ kind: 'connection', id: 'c1', name: 'Orders', digest });

interface Seen {
  readonly due?: NonNullable<Snapshot['due']>[number];
  readonly jobs?: readonly Job[];
  /** Of the look that is judged, of the look after the recovery, and until when all is asked for, in minutes after noon. */
  readonly at: number;
  readonly recoveredAt?: number;
  readonly until?: number;
  readonly digest?: string;
}

function stateOf({ due = CRON, jobs = [], at, recoveredAt = at, until = recoveredAt, digest = 'on' }: Seen): DueState {
  const look = { type: 'snapshot', i: 0, t: 0, trial: 1, start: 0, end: 0, jobs: [], gaps: [] } as const;
  const items = [item('on')];
  const recovered: Snapshot = {
    ...look,
    moment: 'recovered',
    items,
    jobs: [],
    gaps: [],
    due: [due],
    lostEpochMs: NOON,
    serverEpochMs: NOON + recoveredAt * MINUTE,
    dueUntilEpochMs: NOON + until * MINUTE,
  };
  const last: Snapshot = { ...look, moment: 'last', items, jobs: [], gaps: [] };
  const [state] = dueStates(recovered, last, {
    jobs: [...jobs],
    items: [item(digest)],
    gaps: [],
    atMs: NOON + at * MINUTE,
  });
  if (state === undefined) throw new Error('nothing was due');
  return state;
}

const clock = ({ missed }: DueState): string[] => missed.map((at) => new Date(at).toISOString().slice(11, 16));
const made = (state: DueState): string[] => state.made.map(({ jobId }) => jobId);

test('nine missed slots of a cron schedule are seen after one that came', () => {
  const state = stateOf({ jobs: [job('2', 5), job('3', 55)], at: 59 });
  expect([state.state, made(state)]).toEqual(['missed', ['2', '3']]);
  expect(clock(state)).toEqual(['12:10', '12:15', '12:20', '12:25', '12:30', '12:35', '12:40', '12:45', '12:50']);
});

test('each slot that has its job is kept, as late as three minutes', () => {
  const state = stateOf({ jobs: [job('2', 5), job('3', 12.9), job('4', 15)], at: 19 });
  expect([state.state, made(state), state.missed]).toEqual(['made', ['2', '3', '4'], []]);
});

test('a slot that comes while a sync still runs is passed over, and told as such', () => {
  const state = stateOf({ jobs: [job('2', 5, 12), job('3', 20)], at: 24 });
  expect([state.state, made(state), state.passedOver]).toEqual(['made', ['2', '3'], 2]);
  expect(stateOf({ jobs: [running('2', 5)], at: 24 })).toMatchObject({ state: 'made', passedOver: 3 });
});

test('a slot within a minute of a start is passed over, by when it started', () => {
  const due = { ...CRON, cron: { expression: '0 0/1 * * * ?', timeZone: 'UTC' } };
  const late = { startedAtEpochSeconds: (NOON + 6.5 * MINUTE) / 1000 };
  const jobs = [job('2', 5, 1.6, late), job('3', 8, 0.2), job('4', 10, 0.2)];
  expect(stateOf({ due, jobs, at: 11.5 })).toMatchObject({ state: 'made', missed: [] });
});

test('one job does not stand for a later slot too', () => {
  const due = {
    ...CRON,
    cron: { expression: '0 0/2 * * * ?', timeZone: 'UTC' },
    fromEpochMs: NOON + 2 * MINUTE - 5000,
  };
  expect(clock(stateOf({ due, jobs: [job('2', 2, 0.2)], at: 9.5 }))).toEqual(['12:04', '12:06']);
});

test('a sync that was over before the slot does not excuse it', () => {
  expect(stateOf({ jobs: [job('2', 2)], at: 9 })).toMatchObject({ state: 'missed', made: [] });
});

test('a slot whose time is not over is awaited where it was due by then, and only there', () => {
  expect(stateOf({ jobs: [job('2', 5)], at: 11 })).toMatchObject({ state: 'awaited' });
  expect(stateOf({ jobs: [job('2', 5)], at: 11, recoveredAt: 9 })).toMatchObject({ state: 'made' });
  expect(stateOf({ jobs: [job('2', 5)], at: 6, until: 12 })).toMatchObject({ state: 'awaited' });
});

test.each([
  ['a sync runs through it', { jobs: [job('2', 5), running('3', 9)], at: 11 }],
  ['the connection was switched off', { jobs: [job('2', 5)], at: 11, recoveredAt: 10.5, digest: 'off' }],
] as const)('what cannot come any more is not awaited: %s', (_, seen) => {
  expect(stateOf(seen)).toMatchObject({ state: 'made', missed: [] });
});

test('what was switched off before its job came is not asked for', () => {
  expect(stateOf({ at: 11, recoveredAt: 6, digest: 'off' })).toMatchObject({
    state: 'not-due',
    why: expect.stringContaining('switched off'),
  });
  // Its time was over when it was still on.
  expect(stateOf({ at: 11, recoveredAt: 9, digest: 'off' }).state).toBe('missed');
});

test('each interval counts from the job before it', () => {
  const whole = stateOf({ due: BASIC, jobs: [job('2', 10), job('3', 20), job('4', 30.5)], at: 40 });
  expect([whole.state, made(whole)]).toEqual(['made', ['2', '3', '4']]);
  const state = stateOf({ due: BASIC, jobs: [job('2', 10), job('3', 60)], at: 62 });
  expect([state.state, made(state), clock(state)]).toEqual(['missed', ['2'], ['12:20', '12:30', '12:40', '12:50']]);
  expect(clock(stateOf({ due: BASIC, jobs: [job('2', 10)], at: 44 }))).toEqual(['12:20', '12:30', '12:40']);
});

test('an interval that is over while a sync still runs is due when that ends', () => {
  expect(stateOf({ due: BASIC, jobs: [job('2', 10, 25), job('3', 35.5)], at: 44 })).toMatchObject({ state: 'made' });
  expect(stateOf({ due: BASIC, jobs: [job('2', 10, 25)], at: 39 })).toMatchObject({ state: 'missed' });
  expect(stateOf({ due: BASIC, jobs: [running('2', 10)], at: 60 })).toMatchObject({ state: 'made', missed: [] });
});

test('an interval that a job in between puts off counts from that job', () => {
  const jobs = [job('2', 10), job('3', 15), job('4', 25)];
  expect(stateOf({ due: BASIC, jobs, at: 30 })).toMatchObject({ state: 'made', passedOver: 1 });
});

test('while a sync runs its next interval is awaited as long as it was to be watched', () => {
  expect(stateOf({ due: BASIC, jobs: [running('2', 10)], at: 12, until: 30 }).state).toBe('awaited');
  expect(stateOf({ due: BASIC, jobs: [running('2', 10)], at: 31, until: 30 }).state).toBe('made');
});

test('a record that does not tell the schedule is asked for the first job alone', () => {
  const { connectionId, name, fromEpochMs, byEpochMs } = CRON;
  const due = { connectionId, name, fromEpochMs, byEpochMs };
  expect(stateOf({ due, jobs: [job('2', 5)], at: 59 })).toMatchObject({ state: 'made', missed: [] });
});
