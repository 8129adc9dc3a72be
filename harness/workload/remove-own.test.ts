import { afterEach, expect, test } from 'vitest';
import { openAirbyteWorkspace, type AirbyteWorkspace } from '../clients/airbyte-workspace.ts';
import { fakeAirbyte, type FakeAirbyte, type FakeAirbyteOptions } from '../clients/monitor/testing/fake-airbyte.ts';
import { DEV_NULL, FAKER, fakeWorkspace, type FakeWorkspace } from '../clients/testing/fake-workspace.ts';
import { ownName } from '../core/own-mark.ts';
import { ownConnection, type OwnConnection } from './own-connection.ts';
import { removeOwn } from './remove-own.ts';

/* How it could lie: be content with another Airbyte, or give up on the right one that is just coming back; be silent on what somebody gave another name. */

const RUN = '2026-11-28T10-00-00Z-worker_failure-0a1b';
const signal = new AbortController().signal;

let there: FakeWorkspace = fakeWorkspace();
let server: FakeAirbyte | undefined;
let workspace: AirbyteWorkspace | undefined;
afterEach(async () => {
  workspace?.close();
  await server?.[Symbol.asyncDispose]();
});

async function open(more: Pick<FakeAirbyteOptions, 'trouble' | 'isAvailable'> = {}): Promise<AirbyteWorkspace> {
  there = fakeWorkspace();
  server = await fakeAirbyte({ more: there.more, ...more });
  workspace = openAirbyteWorkspace({
    url: server.url,
    credentials: { kind: 'none' },
    timeoutMs: 60_000,
    signal,
    workspaceId: there.workspaceId,
  });
  return workspace;
}
async function made(at: AirbyteWorkspace): Promise<OwnConnection> {
  const connection = ownConnection({
    workspace: at,
    runId: RUN,
    source: { definitionId: FAKER, configuration: {} },
    destination: { definitionId: DEV_NULL, configuration: {} },
    streams: undefined,
  });
  await connection.make(() => undefined);
  return connection;
}
const PATIENT = { runId: RUN, settleMs: 0, patienceMs: 600_000, pauseMs: 5, signal };
const unknownWorkspace = (times: number) => (path: string, _body: unknown, nth: number) =>
  path === '/workspaces/get' && nth <= times ? 404 : undefined;

test('another Airbyte, which is well and has no such workspace, is told at once, however long one would wait', async () => {
  const at = await open({ trouble: unknownWorkspace(Infinity) });
  await expect(removeOwn({ workspace: at, ...PATIENT })).rejects.toMatchObject({
    code: 'client',
    message: expect.stringContaining(`has no workspace ${there.workspaceId}: it is another one`),
  });
  expect(server?.calls.map(({ path }) => path)).toEqual(['/workspaces/get', '/health']);
});

test.each([
  [
    '404 of what stands before it, and no health',
    (path: string, _body: unknown, nth: number) =>
      nth <= 3 && ['/workspaces/get', '/health'].includes(path) ? 404 : undefined,
  ],
  [
    'an error',
    (path: string, _body: unknown, nth: number) => (path === '/workspaces/get' && nth <= 3 ? 503 : undefined),
  ],
  [
    'silence',
    (path: string, _body: unknown, nth: number) =>
      path === '/workspaces/get' && nth <= 3 ? ('drop' as const) : undefined,
  ],
])('one that is just coming back is waited for: %s', async (_what, trouble) => {
  const at = await open({ trouble });
  expect(await removeOwn({ workspace: at, ...PATIENT })).toContain('nothing of it is there');
});

test('what somebody renamed stays, and is told by its id: the run remembers it, cleanup says where to look', async () => {
  const at = await open();
  const connection = await made(at);
  const [source, destination] = connection.made();
  const renamed = there.sources.get(source?.id ?? '');
  if (renamed === undefined) throw new Error('there is no source');
  there.sources.set(source?.id ?? '', { ...renamed, name: 'Orders' });
  const remembered = connection.made();
  const said = await removeOwn({ workspace: at, ...PATIENT, made: remembered });
  expect(said).toContain(`removed "${ownName(RUN, 'connection')}"`);
  expect(said).toContain(`its source (${source?.id}) was made and is not there under its name`);
  expect(said).not.toContain(`its destination (${destination?.id})`);
  expect([there.sources.size, there.destinations.size]).toEqual([1, 0]);
});

test('cleanup, which remembers nothing, says of what it found no trace', async () => {
  const at = await open();
  const [source] = (await made(at)).made();
  const renamed = there.sources.get(source?.id ?? '');
  if (renamed === undefined) throw new Error('there is no source');
  there.sources.set(source?.id ?? '', { ...renamed, name: 'Orders' });
  expect(await removeOwn({ workspace: at, ...PATIENT })).toContain('no source of it is there under its name');
});
