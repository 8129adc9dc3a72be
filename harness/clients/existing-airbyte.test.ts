import { expect, test } from 'vitest';
import { openAirbyteWorkspace } from './airbyte-workspace.ts';
import { openExistingAirbyte } from './existing-airbyte.ts';
import { fakeAirbyte, type FakeAirbyteOptions } from './monitor/testing/fake-airbyte.ts';
import { fakeJob } from './monitor/testing/fake-content.ts';

/* How it could lie: name the syncs of the first page only, and let a lost one of another page pass. */

const NOW = Math.floor(Date.now() / 1000);
const running = (count: number) =>
  Array.from({ length: count }, (_, index) => fakeJob(index, { createdAt: NOW - count + index, status: 'running' }));

async function openIds(options: FakeAirbyteOptions): Promise<number[]> {
  await using server = await fakeAirbyte(options);
  const signal = AbortSignal.timeout(28_000);
  const airbyte = openExistingAirbyte({ url: server.url, credentials: { kind: 'none' }, timeoutMs: 25_000, signal });
  try {
    return (await airbyte.openSyncs()).map(({ job }) => job.id).toSorted((a, b) => a - b);
  } finally {
    airbyte.close();
  }
}

test.each([
  ['several pages', {}],
  ['pages that are smaller than was asked for', { largestPage: 17 }],
])('all syncs that run are named: %s', async (_, how) => {
  const jobs = [...running(253), fakeJob(999, { createdAt: NOW - 1, status: 'succeeded' })];
  expect(await openIds({ jobs, ...how })).toEqual(Array.from({ length: 253 }, (__, index) => index));
});

test('pages that are cut by attempts are read to the end', async () => {
  const jobs = Array.from({ length: 90 }, (_, index) =>
    fakeJob(index, { createdAt: NOW - 90 + index, status: 'running', attempts: 3 }),
  );
  const all = Array.from({ length: 90 }, (_, index) => index);
  expect(await openIds({ jobs, isPagedByAttempt: true })).toEqual(all);
});

test('one that ends while they are read hides no other', async () => {
  const jobs = running(250);
  const trouble = (path: string, ___: unknown, nth: number): undefined => {
    if (path === '/jobs/list' && nth === 2) jobs.splice(-3, 3);
  };
  expect(await openIds({ jobs, trouble })).toEqual(Array.from({ length: 250 }, (__, index) => index));
});

test('a list without an end is not called read', async () => {
  await expect(openIds({ jobs: running(2001) })).rejects.toThrow(/listed 2000 jobs, and there may be more/);
});

test('nor is one whose pages are all the first', async () => {
  const firstPage = JSON.stringify({
    jobs: running(100).map(({ json }): unknown => JSON.parse(json)),
  });
  const more = (path: string): string | undefined => (path === '/jobs/list' ? firstPage : undefined);
  await expect(openIds({ more })).rejects.toThrow(/listed 100 jobs, and there may be more/);
});

test.each([
  ['a queued one, from 2.1 on', { status: 'queued' }],
  ['a refresh, which moves data too', { status: 'running', type: 'refresh' }],
])('named is %s', async (_, shape) => {
  expect(await openIds({ jobs: [fakeJob(4, { createdAt: NOW, ...shape })] })).toEqual([4]);
});

test('a version that lists jobs by connection alone is not believed when it lists none', async () => {
  await expect(openIds({ generation: 'middle', jobs: running(3) })).rejects.toThrow(/by connection alone/);
});

test('one that lists those of all connections is', async () => {
  expect(await openIds({ jobs: [] })).toEqual([]);
});

test('the open syncs of one connection are told from all of its pages', async () => {
  const over = Array.from({ length: 40 }, (_, index) =>
    fakeJob(100 + index, { createdAt: NOW - 40 + index, status: 'succeeded' }),
  );
  await using server = await fakeAirbyte({ jobs: [fakeJob(1, { createdAt: NOW - 900, status: 'running' }), ...over] });
  const signal = AbortSignal.timeout(28_000);
  const at = { url: server.url, credentials: { kind: 'none' }, timeoutMs: 5000, signal } as const;
  const workspace = openAirbyteWorkspace({ ...at, workspaceId: 'w' });
  const [job] = over;
  expect(await workspace.openSyncs(job?.connectionId ?? '')).toEqual([1]);
  workspace.close();
});
