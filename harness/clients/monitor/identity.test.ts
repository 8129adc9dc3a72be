import { createServer } from 'node:http';
import { describe, expect, test } from 'vitest';
import { basicAuthorization } from '../../core/http-basic.ts';
import type { ApiCredentials } from './api-credentials.ts';
import { asksForBasicAt } from './asks-for-basic.ts';
import { listWorkspaces } from './list-workspaces.ts';
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

describe('HTTP Basic', () => {
  const BASIC = { username: 'canary-user', password: 'pässwort €:canary' };
  const SENT = basicAuthorization(BASIC.username, BASIC.password);
  const of = (server: Pick<FakeAirbyte, 'url'>, credentials: ApiCredentials): MonitorApi =>
    monitorApi({ url: server.url, credentials, timeoutMs: 2000, signal });
  const given = { kind: 'basic', ...BASIC } as const;

  test('is sent with every call: of the config API, of the public API, and of health, which it stands before too', async () => {
    await using server = await fakeAirbyte({ basic: BASIC, workspaces: [WORKSPACE] });
    const api = of(server, given);
    expect(await ask(api)).toMatchObject({ ok: true });
    expect(await listWorkspaces(api)).toMatchObject({ items: [{ workspaceId }], gaps: [] });
    expect(await api.get('/health', healthReply, { isOpen: true })).toMatchObject({ ok: true });
    expect(server.calls.map(({ authorization }) => authorization)).toEqual(server.calls.map(() => SENT));
    expect(server.calls.some(({ path }) => path.startsWith('/api/public/v1'))).toBe(true);
  });

  test.each([
    ['nothing', { kind: 'none' }, 'and nothing was given: name username and password'],
    ['a token', { kind: 'token', token: 'token-canary' }, 'and a token was given: name username and password'],
    [
      'a client',
      { kind: 'client', clientId: 'id-canary', clientSecret: 'canary' },
      'and clientId and clientSecret were given: name username and password',
    ],
    ['another password', { ...given, password: 'wrong-canary' }, 'and refuses this username and password'],
  ] as const)('is named where %s was given instead, in words without any secret', async (_what, credentials, says) => {
    await using server = await fakeAirbyte({ basic: BASIC });
    const answer = await ask(of(server, credentials));
    expect(answer.ok ? '' : answer.detail).toMatch(/answered 401: it asks for HTTP Basic, /);
    expect(answer.ok ? '' : answer.detail).toContain(says);
    expect(JSON.stringify(answer)).not.toMatch(/canary|Basic [A-Za-z0-9+/=]{9}/);
  });

  test('that is not what is wanted is told as that', async () => {
    await using server = await fakeAirbyte({ client: CLIENT });
    const answer = await ask(of(server, given));
    expect(answer.ok ? '' : answer.detail).toContain('wants a token, or clientId and clientSecret, not HTTP Basic');
  });

  test('goes nowhere else: where an answer leads is not asked', async () => {
    const asked: (string | undefined)[] = [];
    const elsewhere = createServer((request, response) => {
      asked.push(request.headers.authorization);
      response.end('{}');
    });
    await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
    const address = elsewhere.address();
    const port = typeof address === 'object' ? address?.port : 0;
    const leading = createServer((_request, response) => {
      response.writeHead(307, { location: `http://localhost:${port}/api/v1/health` }).end();
    });
    await new Promise<void>((resolve) => leading.listen(0, '127.0.0.1', resolve));
    const from = leading.address();
    const url = new URL(`http://127.0.0.1:${typeof from === 'object' ? from?.port : 0}/api/v1`);
    try {
      const api = of({ url }, given);
      expect(await ask(api)).toMatchObject({ ok: false, status: 307 });
      expect(await api.get('/health', healthReply, { isOpen: true })).toMatchObject({ ok: false, status: 307 });
      expect(asked).toEqual([]);
    } finally {
      leading.closeAllConnections();
      leading.close();
      elsewhere.close();
    }
  });

  test('is noticed without any credentials', async () => {
    await using wanting = await fakeAirbyte({ basic: BASIC });
    await using open = await fakeAirbyte({ client: CLIENT });
    expect(await asksForBasicAt(wanting.url, 2000)).toBe(true);
    expect(await asksForBasicAt(open.url, 2000)).toBe(false);
    expect(await asksForBasicAt(new URL('http://127.0.0.1:9/api/v1'), 2000)).toBe(false);
    expect(wanting.calls).toMatchObject([{ path: '/health', authorization: undefined }]);
  });
});
