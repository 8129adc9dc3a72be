import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { watchObjects } from './object-watch.ts';
import { watchPods, type PodWatch } from './pod-watch.ts';
import { startToyApiServer, type ToyApiServer } from './testing/toy-api-server.ts';

const SOON = { interval: 10, timeout: 20_000 } as const;

let server: ToyApiServer;
let watch: PodWatch | undefined;
let heard: string[];
beforeEach(async () => {
  server = await startToyApiServer();
  heard = [];
});
afterEach(async () => {
  watch?.stop();
  await server.close();
});

/** Follows the server, which has the pods `stays` and `goes`. */
async function follow(): Promise<PodWatch> {
  server.put('stays');
  server.put('goes');
  watch = await watchPods(server.api);
  watch.onChange(({ metadata }, isGone) => heard.push(`${metadata?.name}${isGone ? ' gone' : ''}`));
  await pWaitFor(() => server.openWatches() === 1, SOON);
  return watch;
}

/** What changes while nobody is told. */
function changeUnseen(): void {
  server.remove('goes');
  server.put('comes');
  server.put('passes');
  server.remove('passes');
}

/** One more change is heard as the last one, so that whatever was told twice has been told by then. */
async function expectHeard(...expected: readonly string[]): Promise<void> {
  await pWaitFor(() => server.openWatches() === 1, SOON);
  server.put('last');
  await pWaitFor(() => heard.includes('last'), SOON);
  expect(heard).toEqual([...expected, 'last']);
  const names = watch?.all().map(({ metadata }) => metadata?.name);
  expect(names?.toSorted()).toEqual(['comes', 'last', 'stays']);
}

function troubles(): string[] {
  const told: string[] = [];
  server.api.trouble.onChange(({ isOver, text }) => told.push(`${isOver ? 'over: ' : ''}${text}`));
  return told;
}

const refusals = (status: number) => server.requests.filter(({ refused }) => refused === status);
const lists = () => server.requests.filter(({ what }) => what === 'GET /api/v1/pods').length;

test('what changes is told as it changes', async () => {
  await follow();
  server.remove('goes');
  server.put('comes');
  server.put('stays');
  await expectHeard('goes gone', 'comes', 'stays');
  expect(lists()).toBe(1);
});

test('after a time of 500 what came and what went is told once', async () => {
  await follow();
  server.refuse({ status: 500 });
  server.breakWatches();
  changeUnseen();
  await pWaitFor(() => refusals(500).length >= 3, SOON);
  expect(heard).toEqual([]);
  server.refuse();
  await expectHeard('goes gone', 'comes');
});

test('a server that is too busy is asked again when it wishes to be, and not before', async () => {
  await follow();
  server.refuse({ status: 429, headers: { 'retry-after': '2' } });
  server.breakWatches();
  changeUnseen();
  await pWaitFor(() => refusals(429).length >= 3, SOON);
  server.refuse();
  await expectHeard('goes gone', 'comes');
  const gaps = refusals(429).map(({ atMs }, index, all) => (all[index + 1]?.atMs ?? Infinity) - atMs);
  expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1990); // a timer may be a little early
});

test('where only the watch is refused the list is told, and the watch tried again', async () => {
  await follow();
  server.refuse({ status: 503 }, (what) => what.startsWith('WATCH'));
  server.breakWatches();
  changeUnseen();
  await pWaitFor(() => heard.includes('comes'), SOON);
  server.refuse();
  await expectHeard('goes gone', 'comes');
});

test('a watch that breaks off in the middle of a line is made anew', async () => {
  await follow();
  server.breakWatches();
  changeUnseen();
  await expectHeard('goes gone', 'comes');
});

test('a watch that ends in good order goes on where it ended, with all that happened', async () => {
  await follow();
  server.put('early');
  server.remove('early');
  await pWaitFor(() => heard.includes('early gone'), SOON);
  heard.length = 0;
  server.endWatches();
  changeUnseen();
  await expectHeard('goes gone', 'comes', 'passes', 'passes gone');
  expect(lists()).toBe(1);
});

test('a server that ends every watch at once is not asked without a pause', async () => {
  await follow();
  const before = server.requests.length;
  const startedAt = performance.now();
  await pWaitFor(
    () => {
      server.endWatches();
      return server.requests.length >= before + 6;
    },
    { interval: 5, timeout: 20_000 },
  );
  expect(performance.now() - startedAt).toBeGreaterThan(800);
});

test('a server that was away and comes back is followed again', async () => {
  await follow();
  await server.goAway();
  changeUnseen();
  await server.comeBack();
  await expectHeard('goes gone', 'comes');
});

test('a watch that is too far behind is begun again with the list', async () => {
  await follow();
  changeUnseen();
  await pWaitFor(() => heard.includes('passes gone'), SOON);
  heard.length = 0;
  server.forgetChanges();
  await expectHeard();
  expect(lists()).toBe(2);
});

test('what was missed because it was forgotten is told from the list', async () => {
  await follow();
  server.refuse({ status: 500 });
  server.breakWatches();
  changeUnseen();
  server.forgetChanges();
  await pWaitFor(() => refusals(500).length > 0, SOON);
  server.refuse();
  await expectHeard('goes gone', 'comes');
});

test('the first list waits for a server that refuses it', async () => {
  server.put('stays');
  server.put('comes');
  server.refuse({ status: 500 });
  const opening = watchPods(server.api);
  await pWaitFor(() => refusals(500).length >= 2, SOON);
  server.refuse();
  watch = await opening;
  expect(watch.all().map(({ metadata }) => metadata?.name)).toEqual(['stays', 'comes']);
});

test('a watch that was stopped lets go of the server, and that is no trouble', async () => {
  const followed = await follow();
  const told = troubles();
  followed.stop();
  await pWaitFor(() => server.openWatches() === 0, SOON);
  server.api.trouble.close();
  expect(told).toEqual([]);
});

test('a time of trouble is told when it begins and when it is over, with what was answered', async () => {
  await follow();
  const told = troubles();
  server.refuse({ status: 500 });
  server.breakWatches();
  await pWaitFor(() => refusals(500).length >= 3, SOON);
  expect(told).toEqual([expect.stringMatching(/^The API server of toy cannot be asked \(.+\); it is tried again\.$/)]);
  await server.goAway();
  await server.comeBack();
  server.refuse();
  await pWaitFor(() => told.length === 2, SOON);
  const tries =
    /^over: The API server of toy can be asked again after .+ \(failed tries: (\d+); .*500 Internal Server Error.*\)\.$/;
  expect(Number(tries.exec(told[1] ?? '')?.[1])).toBeGreaterThanOrEqual(4);
});

test('two watches of one server that is away have one trouble', async () => {
  await follow();
  const other = await watchPods(server.api);
  const told = troubles();
  await server.goAway();
  await pWaitFor(() => told.length === 1, SOON);
  await server.comeBack();
  await pWaitFor(() => told.length === 2, SOON);
  expect(server.openWatches()).toBe(2);
  expect(told[1]).toContain('ECONNREFUSED');
  other.stop();
});

test('a watch that ends in good order is no trouble', async () => {
  await follow();
  const told = troubles();
  server.endWatches();
  await pWaitFor(() => server.openWatches() === 1, SOON);
  server.api.trouble.close();
  expect(told).toEqual([]);
});

test('one that is too far behind is no trouble either: its list is made anew', async () => {
  await follow();
  const told = troubles();
  server.forgetChanges();
  await pWaitFor(() => lists() === 2 && server.openWatches() === 1, SOON);
  server.refuse({ status: 500 });
  server.breakWatches();
  await pWaitFor(() => told.length > 0, SOON);
  expect(told[0]).not.toContain('410');
});

test('whoever shows what was heard last is told when that may not hold, and when it does again', async () => {
  const told: boolean[] = [];
  const list = () => server.api.core.listPodForAllNamespaces();
  const following = await watchObjects(server.api, { path: '/api/v1/pods', list });
  following.onFollowing((is) => told.push(is));
  watch = following;
  await pWaitFor(() => server.openWatches() === 1, SOON);
  expect(told).toEqual([]);
  server.refuse({ status: 500 });
  server.breakWatches();
  await pWaitFor(() => refusals(500).length >= 3, SOON);
  expect(told).toEqual([false]);
  server.refuse();
  await pWaitFor(() => told.length > 1, SOON);
  expect(told).toEqual([false, true]);
});
