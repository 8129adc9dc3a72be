import { expect, test } from 'vitest';
import { JobTable, type AttemptSeconds, type JobSeconds } from './job-table.ts';

function attempt(changes: Partial<AttemptSeconds> = {}): AttemptSeconds {
  return {
    number: 0,
    status: 'succeeded',
    createdAt: 1000,
    updatedAt: 1060,
    endedAt: 1060,
    recordsEmitted: 5,
    recordsCommitted: 5,
    recordsRejected: undefined,
    bytes: 2 ** 40,
    failures: [],
    ...changes,
  };
}

function job(id: number, changes: Partial<JobSeconds> = {}): JobSeconds {
  const common = {
    connectionId: `c${id % 7}`,
    type: 'sync',
    status: 'succeeded',
    createdAt: 1000,
    startedAt: undefined,
  };
  return { id, ...common, updatedAt: 1060, attempts: [attempt()], ...changes };
}

/** What a reader sees of a row, as plain objects. */
function plain(table: JobTable): unknown[] {
  return table.rows().map(({ id, connectionId, type, status, createdAt, startedAt, updatedAt, attempts }) => ({
    id,
    connectionId,
    type,
    status,
    createdAt,
    startedAt,
    updatedAt,
    attempts,
  }));
}

test('everything comes back as it was, in milliseconds, also what is not told', () => {
  const table = new JobTable();
  table.set(job(2 ** 40, { startedAt: 1001 }));
  expect(plain(table)).toEqual([
    {
      id: 2 ** 40,
      connectionId: `c${2 ** 40 % 7}`,
      type: 'sync',
      status: 'succeeded',
      createdAt: 1_000_000,
      startedAt: 1_001_000,
      updatedAt: 1_060_000,
      attempts: [attempt({ createdAt: 1_000_000, updatedAt: 1_060_000, endedAt: 1_060_000 })],
    },
  ]);
});

test('jobs without an attempt, with several, and with failures', () => {
  const failures = [{ origin: 'source', type: undefined, message: 'gone' }];
  const table = new JobTable();
  table.set(job(1, { attempts: [] }));
  table.set(job(2, { attempts: [attempt({ failures }), attempt({ number: 1, endedAt: undefined })] }));
  table.set(job(3, { attempts: [attempt({ failures })] }));
  expect(
    table.rows().map(({ attempts }) => attempts.map((one) => [one.number, one.failures.length, one.endedAt])),
  ).toEqual([
    [],
    [
      [0, 1, 1_060_000],
      [1, 0, undefined],
    ],
    [[0, 1, 1_060_000]],
  ]);
});

test('a job that is read again is replaced, also when it has failures no more', () => {
  const table = new JobTable();
  table.set(
    job(1, {
      status: 'running',
      attempts: [attempt({ failures: [{ origin: undefined, type: undefined, message: 'x' }] })],
    }),
  );
  table.set(job(1));
  expect(table.rows()).toHaveLength(1);
  expect(table.rows()[0]?.status).toBe('succeeded');
  expect(table.rows()[0]?.attempts[0]?.failures).toEqual([]);
});

test('it grows', () => {
  const table = new JobTable();
  for (let id = 0; id < 5000; id += 1) table.set(job(id, { createdAt: id }));
  expect(table.rows().every((row, index) => row.id === index && row.createdAt === index * 1000)).toBe(true);
});
