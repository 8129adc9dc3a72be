import { afterEach, expect, test } from 'vitest';
import { openAirbyteWorkspace, type AirbyteWorkspace } from '../clients/airbyte-workspace.ts';
import { fakeAirbyte, type FakeAirbyte, type FakeAirbyteOptions } from '../clients/monitor/testing/fake-airbyte.ts';
import {
  DEV_NULL,
  FAKER,
  fakeWorkspace,
  type FakeWorkspace,
  type FakeWorkspaceOptions,
} from '../clients/testing/fake-workspace.ts';
import { ownName } from '../core/own-mark.ts';
import { ownConnection, type OwnConnection, type OwnConnectionOptions } from './own-connection.ts';
import { findDefinition } from './own-definitions.ts';
import { findOwn, removeOwn, type RemoveOwnOptions } from './remove-own.ts';

/*
 * How it could lie: remove what somebody else made, or what Airbyte removes with it; say "removed" of what it could not see (another page, another Airbyte, an
 * answer that came late), of what a server only said it removed, or while a job of it runs; make two where one was asked for; break something on a connection
 * that does not work; write down what it was trusted with.
 */

const RUN = '2026-11-28T10-00-00Z-worker_failure-0a1b';
const OTHER_RUN = '2026-11-27T10-00-00Z-worker_failure-ffff';

let server: FakeAirbyte | undefined;
let workspace: AirbyteWorkspace | undefined;
afterEach(async () => {
  workspace?.close();
  await server?.[Symbol.asyncDispose]();
});

interface Place {
  readonly there: FakeWorkspace;
  readonly workspace: AirbyteWorkspace;
  readonly server: FakeAirbyte;
}

async function place(
  options: FakeWorkspaceOptions = {},
  more: Pick<FakeAirbyteOptions, 'trouble' | 'jobs'> = {},
): Promise<Place> {
  const there = fakeWorkspace(options);
  server = await fakeAirbyte({ more: there.more, ...more });
  workspace = open({ there, server });
  return { there, workspace, server };
}

function open(at: Omit<Place, 'workspace'>, signal = new AbortController().signal): AirbyteWorkspace {
  const { workspaceId } = at.there;
  return openAirbyteWorkspace({
    url: at.server.url,
    credentials: { kind: 'none' },
    timeoutMs: 60_000,
    signal,
    workspaceId,
  });
}

function own({ workspace: there }: Place, options: Partial<OwnConnectionOptions> = {}): OwnConnection {
  return ownConnection({
    workspace: there,
    runId: RUN,
    source: { definitionId: FAKER, configuration: { count: 1000 } },
    destination: { definitionId: DEV_NULL, configuration: {} },
    streams: undefined,
    ...options,
  });
}

const PARTS = ['/sources/create', '/destinations/create', '/connections/create'];
const QUICK = { settleMs: 0, patienceMs: 60_000, pauseMs: 5 };
const remove = (at: Place, options: Partial<RemoveOwnOptions> = {}): Promise<string> =>
  removeOwn({ workspace: at.workspace, runId: RUN, ...QUICK, signal: new AbortController().signal, ...options });
const quiet = (): void => undefined;
const countOf = ({ there }: Place): readonly number[] => [
  there.sources.size,
  there.destinations.size,
  there.connections.size,
];
const callsOf = ({ server: asked }: Place, path: string): number =>
  asked.calls.filter((call) => call.path === path).length;

test('it is made once, under the name of its run, and removed again', async () => {
  const at = await place();
  const connection = own(at, { streams: ['users'] });
  const [first, second] = [await connection.make(quiet), await connection.make(quiet)];
  expect(second).toBe(first);
  expect(countOf(at)).toEqual([1, 1, 1]);
  expect(at.there.connections.get(first)).toMatchObject({
    name: ownName(RUN, 'connection'),
    body: {
      syncCatalog: {
        streams: [{ stream: { name: 'users' }, config: { selected: true, destinationSyncMode: 'append' } }],
      },
    },
  });
  expect(connection.isUnclear()).toBe(false);
  expect(await remove(at)).toContain(`"${ownName(RUN, 'connection')}" (${first})`);
  expect(countOf(at)).toEqual([0, 0, 0]);
  const order = at.server.calls.map(({ path }) => path).filter((path) => path.endsWith('/delete'));
  expect(order).toEqual(['/connections/delete', '/sources/delete', '/destinations/delete']);
});

test.each([
  ['its streams cannot be listed', { streams: undefined }, {}, 'Nothing was broken', 'not-steady'],
  ['its destination does not work', { isCheckWell: false }, {}, 'Nothing was broken', 'not-steady'],
  ['it has not the stream that was named', {}, { streams: ['orders'] }, 'no stream "orders"', 'config'],
  ['it has no stream at all', { streams: [] }, {}, 'no stream at all', 'config'],
])('where %s, that is an error, and what was made goes', async (_what, options, wish, message, code) => {
  const at = await place(options);
  const failure: unknown = await own(at, wish)
    .make(quiet)
    .catch((error: unknown) => error);
  expect(failure).toMatchObject({ code, message: expect.stringContaining(message) });
  // A connector may say in its own words what it was configured with.
  expect(JSON.stringify(failure)).not.toContain('canary');
  await remove(at);
  expect(countOf(at)).toEqual([0, 0, 0]);
});

test.each(PARTS)('%s that is done and not answered is not asked for again, and found by its name', async (path) => {
  const at = await place({}, { trouble: (asked) => (asked === path ? 'mute' : undefined) });
  // The end of the run ends the wait for the answer, as its time-out would.
  const ended = new AbortController();
  const ending = open(at, ended.signal);
  const connection = own({ ...at, workspace: ending });
  const making = connection.make(quiet);
  making.catch(quiet);
  await expect.poll(() => callsOf(at, path), { timeout: 60_000 }).toBe(1);
  await expect.poll(() => countOf(at)[PARTS.indexOf(path)], { timeout: 60_000 }).toBe(1);
  ended.abort();
  await expect(making).rejects.toThrow('is not known');
  expect([connection.isUnclear(), callsOf(at, path)]).toEqual([true, 1]);
  ending.close();
  await remove(at);
  expect(countOf(at)).toEqual([0, 0, 0]);
});

test('what is made after the first look, within the time that is waited, is removed too', async () => {
  let looks = 0;
  const at = await place(
    {},
    {
      trouble: (path) => {
        if (path === '/sources/list' && (looks += 1) === 2)
          at.there.sources.set('late', { name: ownName(RUN, 'source') });
        return undefined;
      },
    },
  );
  await remove(at, { settleMs: 200, pauseMs: 20 });
  expect(looks).toBeGreaterThan(2);
  expect(countOf(at)).toEqual([0, 0, 0]);
});

test('what does not bear the name to the letter stays, also where it looks like it', async () => {
  const at = await place();
  const others = [
    'Shop',
    'chaos-harness',
    `chaos-harness ${RUN}`,
    `my ${ownName(RUN, 'source')}`,
    `${ownName(RUN, 'source')} (copy)`,
    ownName(RUN, 'destination'),
    ownName(OTHER_RUN, 'source'),
    ownName('experiments', 'source'),
  ];
  for (const name of others) at.there.sources.set(name, { name });
  await own(at).make(quiet);
  await remove(at);
  expect([...at.there.sources.values()].map(({ name }) => name)).toEqual(others);
  // Without a run it is those of any run, and nothing else.
  expect((await findOwn(at.workspace)).map(({ runId }) => runId)).toEqual([OTHER_RUN]);
  await remove(at, { runId: undefined });
  expect(at.there.sources.size).toBe(others.length - 1);
});

test('a source that somebody else uses stays, since Airbyte would remove his connection with it', async () => {
  const at = await place();
  await own(at).make(quiet);
  const [sourceId = ''] = at.there.sources.keys();
  at.there.destinations.set('d', { name: 'Warehouse' });
  at.there.connections.set('c', { name: 'Nightly', sourceId, destinationId: 'd' });
  await expect(remove(at)).rejects.toThrow(/used by connection "Nightly" \(c\), which the run did not make/);
  expect([...at.there.connections.values()].map(({ name }) => name)).toEqual(['Nightly']);
  expect(at.there.sources.has(sourceId)).toBe(true);
});

test('what is on a later page is found', async () => {
  const at = await place({ page: 7 });
  for (let nth = 0; nth < 30; nth += 1) at.there.sources.set(`s${nth}`, { name: `Source ${nth}` });
  await own(at).make(quiet);
  await remove(at);
  expect(at.there.sources.size).toBe(30);
});

test('a version without pages is asked no more than it has', async () => {
  const at = await place({ hasPages: false });
  for (let nth = 0; nth < 200; nth += 1) at.there.sources.set(`s${nth}`, { name: `Source ${nth}` });
  expect(await at.workspace.actors('source')).toHaveLength(200);
});

test.each([
  ['a conflict', 409],
  ['an error of the server', 500],
  ['no answer', 'drop'],
] as const)('%s is asked again, and 404 is gone', async (_what, status) => {
  const at = await place(
    {},
    {
      trouble: (path, _body, nth) =>
        path === '/connections/delete' && nth < 3
          ? status
          : path === '/destinations/delete' && at.there.destinations.clear() === undefined
            ? 404
            : undefined,
    },
  );
  await own(at).make(quiet);
  expect(await remove(at)).toContain('removed');
  expect(countOf(at)).toEqual([0, 0, 0]);
});

test('a removal that is refused is told with what is still there, and nothing goes that it stands on', async () => {
  const at = await place({}, { trouble: (path) => (path === '/connections/delete' ? 403 : undefined) });
  await own(at).make(quiet);
  await expect(remove(at)).rejects.toThrow(/"chaos-harness .* connection" .*answered 403.*is used by connection/);
  expect(countOf(at)).toEqual([1, 1, 1]);
});

test('a server that says "removed" and goes on listing it is not believed', async () => {
  const at = await place({}, { trouble: (path) => (path === '/sources/delete' ? 204 : undefined) });
  await own(at).make(quiet);
  await expect(remove(at, { patienceMs: 0 })).rejects.toThrow('still listed');
});

test('a list that cannot be read is not an empty one', async () => {
  const at = await place({}, { trouble: (path) => (path === '/destinations/list' ? 500 : undefined) });
  await expect(remove(at, { patienceMs: 20 })).rejects.toThrow('/destinations/list answered 500');
});

test('its sync is ended before it is removed, and asked so once', async () => {
  let status = 'running';
  const now = Math.floor(Date.now() / 1000);
  const jobs: {
    id: number;
    connectionId: string;
    type: string;
    status: string;
    createdAt: number;
    updatedAt: number;
    json: string;
  }[] = [];
  const at = await place(
    { onCancel: () => '{}' },
    {
      jobs,
      trouble: (path, _body, nth) => {
        // It ends a while after it was asked to.
        if (path === '/jobs/list' && nth === 3) status = 'cancelled';
        const [job] = jobs;
        if (job !== undefined)
          job.json = JSON.stringify({ job: { id: 7, configId: job.connectionId, status, createdAt: now } });
        return path === '/connections/delete' && status === 'running' ? 403 : undefined;
      },
    },
  );
  const connectionId = await own(at).make(quiet);
  jobs.push({ id: 7, connectionId, type: 'sync', status: 'running', createdAt: now, updatedAt: now, json: '' });
  await remove(at);
  expect([callsOf(at, '/jobs/cancel'), ...countOf(at)]).toEqual([1, 0, 0, 0]);
});

test('a connector is meant by its exact name or its id', async () => {
  const twins = [
    { id: FAKER, name: 'Sample Data' },
    { id: '11111111-1111-4111-8111-111111111111', name: 'Postgres' },
    { id: '22222222-2222-4222-8222-222222222222', name: 'Postgres' },
  ];
  const { workspace: there } = await place({ sourceDefinitions: twins });
  expect(await findDefinition(there, 'source', 'Sample Data')).toMatchObject({ id: FAKER });
  expect(await findDefinition(there, 'source', FAKER)).toMatchObject({ name: 'Sample Data' });
  await expect(findDefinition(there, 'source', 'sample data')).rejects.toThrow(`"Sample Data" (${FAKER})`);
  await expect(findDefinition(there, 'source', 'Postgres')).rejects.toThrow(
    'has 2 source connectors "Postgres": 11111111-1111-4111-8111-111111111111, 22222222',
  );
  await expect(findDefinition(there, 'destination', FAKER)).rejects.toThrow('has no destination connector');
});
