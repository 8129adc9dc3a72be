import { expect, test } from 'vitest';
import type { BodyOf, EventBody, RunEvent } from '../core/events.ts';
import { History } from '../core/history.ts';
import { followSchedules } from './follow-schedules.ts';

/* How it could lie: end before what is due has come or its time is over; take a look that failed for one that found nothing; wait where nothing is due. */

type Snapshot = BodyOf<'snapshot'>;
const EPOCH = 1_800_000_000_000;
/** The server's clock, of a time of the run. */
const at = (ms: number): number => EPOCH + ms;

const snapshot = (moment: Snapshot['moment'], more: Partial<Snapshot> = {}): Snapshot => {
  return {
    type: 'snapshot',
    moment,
    items: [],
    jobs: [],
    gaps: [],
    start: 1000,
    end: 1000,
    serverEpochMs: at(1000),
    ...more,
  };
};
const DUE = { connectionId: 'c1', name: 'Orders', fromEpochMs: at(60_000), byEpochMs: at(240_000) };
const JOB: Snapshot['jobs'][number] = {
  jobId: '2',
  connectionId: 'c1',
  status: 'running',
  trigger: 'unknown',
  attempts: 1,
  createdAtEpochSeconds: at(61_000) / 1000,
};

/** Each look takes a minute of the run's clock; the server tells the time `toldMs` before its end. */
async function follow(
  due: Snapshot['due'],
  looks: readonly Partial<Snapshot>[],
  recovered: Partial<Snapshot> = {},
  toldMs = 0,
): Promise<{ followed: Snapshot | undefined; looked: number }> {
  const history = new History(1);
  let now = 1000;
  let looked = 0;
  const append = (body: EventBody): RunEvent => {
    const event = { ...body, i: history.endMs, t: now, trial: 1 };
    history.add(event);
    return event;
  };
  append(snapshot('last'));
  append(snapshot('recovered', { due, lostEpochMs: at(0), ...recovered }));
  const watch = followSchedules(async () => {
    now += 60_000;
    const look = looks[Math.min(looked, looks.length - 1)];
    looked += 1;
    return snapshot('followed', { ...look, start: now, end: now, serverEpochMs: at(now - toldMs) });
  }, 0);
  const clock = { originNs: 0n, now: () => now, wall: () => new Date(0) };
  await watch.run({
    history,
    clock,
    record: { append, onEvent: () => () => undefined },
    signal: new AbortController().signal,
  });
  return { followed: history.latest('snapshot', ({ moment }) => moment === 'followed'), looked };
}

test('it ends as soon as what was due has come', async () => {
  const { followed, looked } = await follow([DUE], [{}, {}, { jobs: [JOB] }]);
  expect([looked, followed?.jobs.length]).toEqual([3, 1]);
});

test('what does not come is waited for until its time is over', async () => {
  const { followed, looked } = await follow([DUE], [{}]);
  expect([looked, followed?.serverEpochMs]).toEqual([4, at(241_000)]);
});

test('its time is over by what the server tells, as it is judged: a look just after it may be one of just before it', async () => {
  const { followed, looked } = await follow([DUE], [{}], {}, 1500);
  expect([looked, followed?.serverEpochMs]).toEqual([5, at(299_500)]);
});

test('a look that could not read all is not the last, unless none can', async () => {
  const bad = { gaps: ['jobs: answered 500'] };
  expect(await follow([DUE], [bad, bad, bad, bad, {}])).toMatchObject({ looked: 5, followed: { gaps: [] } });
  expect(await follow([DUE], [bad])).toMatchObject({ looked: 5, followed: bad });
});

test('where nothing is due nothing is waited for', async () => {
  expect(await follow([{ connectionId: 'c1', name: 'Nightly', why: 'later' }], [{}])).toEqual({
    looked: 0,
    followed: undefined,
  });
});

const CONNECTION = { kind: 'connection', id: 'c1', name: 'Orders' } as const;

test.each([
  ['the connection was switched off', { items: [{ ...CONNECTION, digest: 'off' }] }],
  ['it is not there any more', { items: [] }],
  [
    'another job runs when it is due',
    { items: [{ ...CONNECTION, digest: 'on' }], jobs: [{ ...JOB, createdAtEpochSeconds: at(30_000) / 1000 }] },
  ],
] as const)('what cannot come any more is not waited for: %s', async (_, { items, ...look }) => {
  const seen = { items: [...items], ...('jobs' in look ? { jobs: [...look.jobs] } : {}) };
  const { looked } = await follow([DUE], [{ items: [{ ...CONNECTION, digest: 'on' }] }, seen], {
    items: [{ ...CONNECTION, digest: 'on' }],
  });
  expect(looked).toBe(2);
});

test('its time is over by what the server tells, as it is judged: a look just after it may be one of just before it', async () => {
  const { followed, looked } = await follow([DUE], [{}], {}, 1500);
  expect([looked, followed?.serverEpochMs]).toEqual([5, at(299_500)]);
});

test('a look that could not read all does not show that a connection is gone', async () => {
  const { looked } = await follow([DUE], [{ gaps: ['connections: answered 500'] }], {
    items: [{ ...CONNECTION, digest: 'on' }],
  });
  expect(looked).toBe(5);
});

test('what had come by the look after the recovery is not looked at again', async () => {
  expect(await follow([DUE], [{}], { jobs: [JOB], serverEpochMs: at(70_000), end: 70_000 })).toMatchObject({
    looked: 0,
  });
});

test('each slot is waited for that is due in the time that was asked for', async () => {
  const cron = { expression: '0 0/2 * * * ?', timeZone: 'UTC' };
  const due = { ...DUE, fromEpochMs: at(-5000), byEpochMs: at(180_000), cron };
  const over = (jobId: string, ms: number): Snapshot['jobs'][number] => ({
    ...JOB,
    jobId,
    status: 'succeeded',
    createdAtEpochSeconds: at(ms) / 1000,
    updatedAtEpochSeconds: at(ms + 5000) / 1000,
  });
  const jobs = [over('2', 0), over('3', 120_000), over('4', 240_000)];
  const looks = [{ jobs: jobs.slice(0, 1) }, { jobs: jobs.slice(0, 2) }, { jobs: jobs.slice(0, 2) }, { jobs }];
  expect(await follow([due], looks, { dueUntilEpochMs: at(300_000) })).toMatchObject({ looked: 4 });
});
