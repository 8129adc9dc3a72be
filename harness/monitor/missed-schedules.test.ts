import { describe, expect, test } from 'vitest';
import { remember } from './memory.ts';
import { connection, found, HOUR, hourly, job, look, MINUTE, NOW, openJob } from './testing/build-look.ts';

const missed = found.bind(undefined, 'schedule_missed');
const cron = (expression: string, timeZone = 'UTC') => connection({ schedule: { kind: 'cron', expression, timeZone } });
const without = (jobs: ReturnType<typeof hourly>, from: number, to: number) =>
  jobs.filter((_, index) => index < from || index >= to);

describe('a basic schedule', () => {
  test('that was kept is no finding', () => expect(missed(look())).toEqual([]));

  test('without its last three jobs is overdue, with their number', () => {
    const [finding] = missed(look({ jobs: hourly(24).slice(0, -3) }));
    expect(finding).toMatchObject({ verdict: 'problem', severity: 'critical', connectionName: 'Orders' });
    expect(finding?.summary).toContain('fired 3 times');
    expect(finding?.summary).toContain('2026-11-28 09:30');
  });

  test('that ran again is passed over, less the one job that made up for a fire', () => {
    const [finding] = missed(look({ jobs: without(hourly(24), 10, 13) }));
    expect(finding).toMatchObject({ severity: 'warning' });
    expect(finding?.summary).toContain('passed over 2 times');
  });

  test('that came late and was made up for is no finding', () => {
    expect(missed(look({ jobs: without(hourly(24), 10, 11) }))).toEqual([]);
    const late = hourly(24).map((one, index) =>
      index === 23 ? job(9, { createdAt: one.createdAt + 25 * MINUTE }) : one,
    );
    expect(missed(look({ jobs: late }))).toEqual([]);
  });

  test('is covered by a job that still runs, however long', () => {
    expect(missed(look({ jobs: [openJob(1, NOW - 23.5 * HOUR, [])] }))).toEqual([]);
  });

  test('counts from the end of a job that took longer than the interval', () => {
    const long = job(1, { createdAt: NOW - 23.5 * HOUR, updatedAt: NOW - 50 * MINUTE, attempts: [] });
    const next = job(2, { createdAt: NOW - 49 * MINUTE });
    expect(missed(look({ jobs: [long, next] }))).toEqual([]);
    expect(missed(look({ jobs: [long] }))).toHaveLength(1);
  });

  test('is not judged in the first minutes after it fired', () => {
    const jobs = hourly(24).slice(0, -1);
    expect(missed(look({ jobs, at: NOW - 28 * MINUTE }))).toEqual([]);
    expect(missed(look({ jobs, at: NOW - 26 * MINUTE }))).toHaveLength(1);
  });

  test.each(['inactive', 'locked', 'deprecated'])('of a connection that is %s is not counted', (status) => {
    expect(missed(look({ jobs: [], connections: [connection({ status, latestJobAt: NOW - 100 * HOUR })] }))).toEqual(
      [],
    );
  });

  test('longer than the window counts from the last job before it', () => {
    const weekly = { kind: 'basic', everyMs: 168 * HOUR, text: 'every 1 weeks' } as const;
    const last = (hours: number) => connection({ schedule: weekly, latestJobAt: NOW - hours * HOUR });
    expect(missed(look({ jobs: [], connections: [last(100)] }))).toEqual([]);
    expect(missed(look({ jobs: [], connections: [last(170)] }))).toHaveLength(1);
  });

  test('that never ran is overdue from when the connection was made, and unknown where that is not told', () => {
    const fresh = connection({ createdAt: NOW - MINUTE });
    expect(missed(look({ jobs: [], connections: [fresh] }))).toEqual([]);
    expect(missed(look({ jobs: [], connections: [connection({ createdAt: NOW - HOUR })] }))[0]?.verdict).toBe(
      'problem',
    );
    expect(missed(look({ jobs: [], connections: [connection()] }))[0]?.verdict).toBe('unknown');
  });
});

describe('a cron schedule', () => {
  test('that was kept is no finding', () => {
    expect(missed(look({ connections: [cron('0 30 * * * ?')] }))).toEqual([]);
  });

  test('without its last job is overdue', () => {
    const [finding] = missed(look({ jobs: hourly(24).slice(0, -1), connections: [cron('0 30 * * * ?')] }));
    expect(finding).toMatchObject({
      severity: 'critical',
      known: expect.arrayContaining(['schedule: cron 0 30 * * * ? (UTC)']),
    });
  });

  test('is computed in its time zone', () => {
    const daily = [job(1, { createdAt: NOW - 4 * HOUR })];
    expect(missed(look({ jobs: daily, connections: [cron('0 0 9 * * ?', 'Europe/Berlin')] }))).toEqual([]);
    expect(missed(look({ jobs: daily, connections: [cron('0 0 9 * * ?', 'UTC')] }))).toHaveLength(1);
  });

  test('on weekdays does not fire on a Saturday', () => {
    expect(missed(look({ jobs: [], connections: [cron('0 0 9 ? * MON-THU')] }))).toEqual([]);
    expect(missed(look({ jobs: [], connections: [cron('0 0 9 ? * SAT')] }))).toHaveLength(1);
  });

  test('a job that still runs, or ran across the fire, covers it', () => {
    const at10 = cron('0 0 10 * * ?');
    expect(missed(look({ jobs: [openJob(1, NOW - 5 * HOUR, [])], connections: [at10] }))).toEqual([]);
    const across = job(1, { createdAt: NOW - 3 * HOUR, updatedAt: NOW - HOUR, attempts: [] });
    expect(missed(look({ jobs: [across], connections: [at10] }))).toEqual([]);
    expect(missed(look({ jobs: [{ ...across, updatedAt: NOW - 2.5 * HOUR }], connections: [at10] }))).toHaveLength(1);
  });

  test('one later job makes up for one fire, not for two', () => {
    const twice = cron('0 0 8,9 * * ?');
    const late = job(1, { createdAt: NOW - 2.5 * HOUR });
    const [finding] = missed(look({ jobs: [late], connections: [twice] }));
    expect(finding?.summary).toContain('passed over once');
    expect(missed(look({ jobs: [late, job(2)], connections: [twice] }))).toEqual([]);
  });

  test('that cannot be read is unknown, not fine', () => {
    const odd = connection({ schedule: { kind: 'unknown', detail: '"0 0 0 15W * ?" cannot be computed' } });
    expect(missed(look({ connections: [odd] }))[0]).toMatchObject({ verdict: 'unknown' });
  });
});

test('a manual connection has no fires', () => {
  expect(missed(look({ jobs: [], connections: [connection({ schedule: { kind: 'manual' } })] }))).toEqual([]);
});

test('an absence proves nothing where jobs were not all read; what was seen to run is still fine', () => {
  const gaps = [{ sentence: 'jobs from number 501 on: no answer' }];
  expect(missed(look({ jobs: { items: hourly(24).slice(0, -3), gaps } }))[0]?.verdict).toBe('unknown');
  expect(missed(look({ jobs: { items: hourly(24), gaps } }))).toEqual([]);
  const odd = [{ sentence: '1 jobs are listed in a shape that is not understood' }];
  expect(missed(look({ jobs: { items: hourly(24).slice(0, -3), gaps: odd } }))[0]?.verdict).toBe('unknown');
  const elsewhere = [{ sentence: 'jobs', connectionIds: new Set(['c2']) }];
  expect(missed(look({ jobs: { items: hourly(24).slice(0, -3), gaps: elsewhere } }))[0]?.verdict).toBe('problem');
});

test('a monitor that saw a schedule change, or a connection switched on, counts from there', () => {
  const before = look({ jobs: [], connections: [connection({ status: 'inactive' })], at: NOW - 10 * MINUTE });
  const now = look({ jobs: [], connections: [connection({ latestJobAt: NOW - 9 * HOUR })] });
  const memory = remember(remember(undefined, before), now);
  expect(missed(now)).toHaveLength(1);
  expect(missed(now, { memory })).toEqual([]);
  const later = look({ ...now, at: NOW + HOUR, connections: now.connections });
  expect(missed(later, { memory: remember(memory, later) })).toHaveLength(1);
});
