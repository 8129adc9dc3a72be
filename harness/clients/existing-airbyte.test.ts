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
  const airbyte = openExistingAirbyte({ url: server.url, credentials: { kind: 'none' }, timeoutMs: 5000, signal });
  try {
    return (await airbyte.openSyncs()).map(({ job }) => job.id).toSorted((a, b) => a - b);
  } finally {
    airbyte.close();
  }
}

test.each([
  ['several pages', {}],
  ['pages that are smaller than was asked for', { largestPage: 7 }],
])('all syncs that run are named: %s', async (_, how) => {
  const jobs = [...running(53), fakeJob(99, { createdAt: NOW - 1, status: 'succeeded' })];
  expect(await openIds({ jobs, ...how })).toEqual(Array.from({ length: 53 }, (__, index) => index));
});

test('one that ends while they are read hides no other', async () => {
  const jobs = running(50);
  const trouble = (path: string, ___: unknown, nth: number): undefined => {
    if (path === '/jobs/list' && nth === 2) jobs.splice(-3, 3);
  };
  expect(await openIds({ jobs, trouble })).toEqual(Array.from({ length: 50 }, (__, index) => index));
});

test('a list without an end is not called read', async () => {
  await expect(openIds({ jobs: running(2000) })).rejects.toThrow(/listed 1505 jobs, and there may be more/);
});

test('nor is one whose pages are all the first', async () => {
  const firstPage = JSON.stringify({
    jobs: running(20).map(({ json }): unknown => JSON.parse(json)),
  });
  const more = (path: string): string | undefined => (path === '/jobs/list' ? firstPage : undefined);
  await expect(openIds({ more })).rejects.toThrow(/listed 20 jobs, and there may be more/);
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
