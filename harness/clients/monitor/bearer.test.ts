import { expect, test } from 'vitest';
import { monitorApi, type MonitorApi } from './monitor-api.ts';
import { healthReply, workspaceReply } from './monitor-replies.ts';
import { fakeAirbyte, type FakeAirbyte } from './testing/fake-airbyte.ts';
import { WORKSPACE } from './testing/fake-content.ts';

const CLIENT = { id: 'id-canary', secret: 'secret-canary' };
const signal = AbortSignal.timeout(30_000);

function clientOf(server: FakeAirbyte, now?: () => number, secret = CLIENT.secret): MonitorApi {
  return monitorApi({
    url: server.url,
    credentials: { kind: 'client', clientId: CLIENT.id, clientSecret: secret },
    timeoutMs: 2000,
    signal,
    ...(now === undefined ? {} : { now }),
  });
}

const { workspaceId } = WORKSPACE;
const ask = (api: MonitorApi) => api.post('/workspaces/get', { workspaceId }, workspaceReply);
const tokenCalls = (server: FakeAirbyte): number =>
  server.calls.filter(({ path }) => path === '/applications/token').length;

test('a token is got once for many calls at once, and before it ends a new one', async () => {
  await using server = await fakeAirbyte({ client: { ...CLIENT, lifetimeSeconds: 900 }, workspaces: [WORKSPACE] });
  let now = 0;
  const api = clientOf(server, () => now);
  expect(await Promise.all([ask(api), ask(api), ask(api)])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  now = 700_000;
  await ask(api);
  expect(tokenCalls(server)).toBe(1);
  now = 730_000;
  await ask(api);
  expect(tokenCalls(server)).toBe(2);
});

test('without a told lifetime a token is used for less than Airbyte’s 15 minutes', async () => {
  await using server = await fakeAirbyte({ client: CLIENT, workspaces: [WORKSPACE] });
  let now = 0;
  const api = clientOf(server, () => now);
  await ask(api);
  now = 14 * 60_000;
  await ask(api);
  expect(tokenCalls(server)).toBe(2);
});

test('a token that is refused is replaced once, also when many calls are refused', async () => {
  await using server = await fakeAirbyte({ client: CLIENT, workspaces: [WORKSPACE] });
  const api = clientOf(server);
  await ask(api);
  server.revokeTokens();
  expect(await Promise.all([ask(api), ask(api), ask(api)])).toMatchObject([{ ok: true }, { ok: true }, { ok: true }]);
  expect(tokenCalls(server)).toBe(2);
});

test('a server that refuses every token is not asked for ever', async () => {
  await using server = await fakeAirbyte({
    client: CLIENT,
    trouble: (path) => (path === '/workspaces/get' ? 401 : undefined),
  });
  expect(await ask(clientOf(server))).toMatchObject({ ok: false, status: 401 });
  expect(server.calls.length).toBeLessThanOrEqual(4);
});

test('a client that is refused is told without its id, its secret, or what the server said of them', async () => {
  await using server = await fakeAirbyte({ client: CLIENT });
  const answer = await ask(clientOf(server, undefined, 'wrong-canary'));
  expect(answer).toMatchObject({ ok: false });
  expect(JSON.stringify(answer)).not.toContain('canary');
  expect(answer.ok ? '' : answer.detail).toContain('no token');
});

test('health is asked without a token, and needs none', async () => {
  await using server = await fakeAirbyte({
    client: CLIENT,
    trouble: (path) => (path === '/applications/token' ? 'hang' : undefined),
  });
  const answer = await clientOf(server).get('/health', healthReply, { isOpen: true, timeoutMs: 20_000 });
  expect(answer).toMatchObject({ ok: true, value: { available: true } });
  expect(server.calls[0]?.authorization).toBeUndefined();
});

test('a server that leads elsewhere is not followed with the token', async () => {
  await using server = await fakeAirbyte({ trouble: () => 302 });
  const api = monitorApi({
    url: server.url,
    credentials: { kind: 'token', token: 'token-canary' },
    timeoutMs: 1000,
    signal,
  });
  expect(await ask(api)).toMatchObject({ ok: false, status: 302 });
});
