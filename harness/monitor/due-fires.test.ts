import { expect, test } from 'vitest';
import { dueFires, type DueOptions } from './due-fires.ts';
import { connection, HOUR, job, look, MINUTE, NOW, openJob } from './testing/build-look.ts';

/* How it could lie: ask for a job that Airbyte would not make, so that a good recovery fails; take a job of after the loss for the one before it. */

const LOST = NOW - 20 * MINUTE;
const BACK = NOW - MINUTE;
const GRACE = 3 * MINUTE;
const options = (change: Partial<DueOptions> = {}): DueOptions => ({
  lostAt: LOST,
  backAt: BACK,
  until: NOW + 30 * MINUTE,
  except: new Map(),
  ...change,
});
const CRON = { kind: 'cron', expression: '0 0/15 * * * ?', timeZone: 'UTC' } as const;

test('an interval that was over before the site was back is due at once, and may have been made since the loss', () => {
  const [due] = dueFires(look({ jobs: [job(1, { createdAt: NOW - 2 * HOUR })] }), options());
  expect(due).toEqual({ connectionId: 'c1', name: 'Orders', from: LOST - 1000, by: BACK + GRACE });
});

test('an interval that is over later is due then', () => {
  const [due] = dueFires(look({ jobs: [job(1, { createdAt: NOW - 40 * MINUTE })] }), options());
  expect(due).toMatchObject({ from: NOW + 20 * MINUTE - 5000, by: NOW + 20 * MINUTE + GRACE });
});

test('a job that was made after the loss does not hide what was due', () => {
  const jobs = [job(1, { createdAt: NOW - 2 * HOUR }), job(2, { createdAt: NOW - MINUTE / 2 })];
  expect(dueFires(look({ jobs }), options())[0]).toMatchObject({ by: BACK + GRACE });
});

test('cron: the next fire after the site is back; those of the outage may be passed over', () => {
  const [due] = dueFires(look({ connections: [connection({ schedule: CRON })] }), options());
  expect(due).toMatchObject({ from: NOW - 5000, by: NOW + GRACE });
});

/** In flight when something was lost, and over by now: it ran for 17 minutes of the 20 since. */
const LONG = [job(1, { createdAt: LOST - MINUTE, updatedAt: LOST + 17 * MINUTE, attempts: [] })];
const UP = options({ backAt: LOST });

test('cron: a fire that came while the sync in flight still ran is passed over', () => {
  const [due] = dueFires(look({ connections: [connection({ schedule: CRON })], jobs: LONG }), UP);
  expect(due).toMatchObject({ from: NOW - 5000, by: NOW + GRACE });
});

test('cron: a fire at the very moment at which the sync in flight ended is passed over', () => {
  const jobs = [job(1, { createdAt: LOST - MINUTE, updatedAt: NOW - 15 * MINUTE, attempts: [] })];
  const [due] = dueFires(look({ connections: [connection({ schedule: CRON })], jobs }), UP);
  expect(due).toMatchObject({ by: NOW + GRACE });
});

test('an interval that was over while the sync in flight still ran is due when that ends', () => {
  const schedule = { kind: 'basic', everyMs: 5 * MINUTE, text: 'every 5 min' } as const;
  const [due] = dueFires(look({ connections: [connection({ schedule })], jobs: LONG }), UP);
  expect(due).toMatchObject({ by: LOST + 17 * MINUTE + GRACE });
});

test.each([
  ['an open job holds it back', look({ jobs: [openJob(7, NOW - HOUR, [])] }), {}, 'job 7 is open'],
  ['a later fire', look({ jobs: [job(1, { createdAt: NOW - 25 * MINUTE })] }), {}, 'does not fire in this time'],
  [
    'a later fire of cron',
    look({ connections: [connection({ schedule: { ...CRON, expression: '0 0 9 * * ?' } })] }),
    {},
    'does not fire',
  ],
  ['nobody knows when it ran', look({ jobs: [] }), {}, 'when it ran last is not known'],
  [
    'a schedule that is not understood',
    look({ connections: [connection({ schedule: { kind: 'unknown', detail: '' } })] }),
    {},
    'not understood',
  ],
  ['it was overdue before', look(), { except: new Map([['c1', 'it was overdue before the fault']]) }, 'overdue before'],
] as const)('none can be asked for: %s', (_, seen, change, words) => {
  expect(dueFires(seen, options(change))[0]).toMatchObject({ why: expect.stringContaining(words) });
});

test('what is manual or off prescribes nothing', () => {
  const connections = [connection({ schedule: { kind: 'manual' } }), connection({ status: 'inactive' })];
  expect(dueFires(look({ connections }), options())).toEqual([]);
});
