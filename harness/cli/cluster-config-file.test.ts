import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readClusterConfig, renderConfigSchema } from './cluster-config-file.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-config-'));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

const GOOD = `version: 1
cluster:
  context: staging
  server: https://127.0.0.1:6443
  kubeSystemUid: 0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11
namespace: airbyte
release: airbyte
profile: airbyte-v2
`;

async function read(text: string): Promise<unknown> {
  const path = join(folder, 'chaos.config.yaml');
  writeFileSync(path, text);
  return readClusterConfig(path);
}

async function complaint(text: string): Promise<string> {
  const failure: unknown = await read(text).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(failure instanceof Error)) throw new Error('it was not refused');
  expect(failure).toMatchObject({ code: 'config', exitCode: 64 });
  return failure.message.replaceAll(`${folder}/`, '');
}

test('what is left out allows nothing', async () => {
  expect(await read(GOOD)).toMatchObject({ allow: { scenarios: [], components: [], maxShare: 0.5 }, freezes: [] });
});

test('credentials are named by where they are', async () => {
  const text = `${GOOD}credentials:
  api:
    clientId: {secret: {name: airbyte-auth-secrets, key: instance-admin-client-id}}
    clientSecret: {env: AIRBYTE_CLIENT_SECRET}
`;
  expect(await read(text)).toMatchObject({ credentials: { api: { clientSecret: { env: 'AIRBYTE_CLIENT_SECRET' } } } });
});

test('one that is written out is refused at its place, and not repeated', async () => {
  const text = `${GOOD}credentials:\n  api:\n    token: hunter2-canary\n`;
  const said = await complaint(text);
  expect(said).toContain(
    'chaos.config.yaml:11:12: credentials.api.token: is written out here: name where it is, by env, file or secret.',
  );
  expect(said).not.toContain('hunter2');
});

test('HTTP Basic is named by where it is, and a username that has a colon is refused where it can be seen', async () => {
  const text = `${GOOD}credentials:
  api:
    username: {env: CHAOS_TEST_USERNAME}
    password: {secret: {name: airbyte-basic-auth, key: password}}
`;
  expect(await read(text)).toMatchObject({ credentials: { api: { username: { env: 'CHAOS_TEST_USERNAME' } } } });
  vi.stubEnv('CHAOS_TEST_USERNAME', 'hunter2:canary');
  const said = await complaint(text);
  expect(said).toContain(
    'chaos.config.yaml:11:15: credentials.api.username: what is there has a colon, which ends a username in HTTP Basic.',
  );
  expect(said).not.toContain('hunter2');
  writeFileSync(join(folder, 'name'), 'hunter2:canary');
  expect(await complaint(text.replace('{env: CHAOS_TEST_USERNAME}', `{file: ${join(folder, 'name')}}`))).toContain(
    'has a colon',
  );
  vi.stubEnv('CHAOS_TEST_USERNAME', 'operator');
  expect(await read(text)).toBeDefined();
});

const OWN = `traffic:
  own:
    workspace: 0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11
    source: {definition: Sample Data, connectionConfiguration: {count: 1000}}
    destination:
      definition: a7bcc9d8-13b3-4e49-b80d-d020b90045e3
      connectionConfiguration: {tunnel: {tunnel_method: NO_TUNNEL}, credentials: [{api_key: {env: CONNECTOR_KEY}}]}
`;

test('a connection of the run’s own names its connectors, and their secrets by where they are', async () => {
  expect(await read(`${GOOD}${OWN}`)).toMatchObject({ traffic: { own: { source: { definition: 'Sample Data' } } } });
});

test('a secret of a connector that is written out is refused at its place, and not repeated', async () => {
  const said = await complaint(`${GOOD}${OWN.replace('{env: CONNECTOR_KEY}', 'hunter2-canary')}`);
  expect(said).toMatch(
    /:15:\d+: traffic\.own\.destination\.connectionConfiguration\.credentials\.0\.api_key: is written out here/,
  );
  expect(said).not.toContain('hunter2');
});

test.each([
  [
    'a connection of its own and one that is there',
    'connection: 0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11',
    'takes either connection',
  ],
  ['a connection of its own, and whether it is started', 'startSync: true', 'takes startSync with connection alone'],
])('%s is refused', async (_what, line, expected) => {
  expect(await complaint(`${GOOD}${OWN.replace('traffic:', `traffic:\n  ${line}`)}`)).toContain(expected);
});

test('traffic that names no connection is refused', async () => {
  expect(await complaint(`${GOOD}traffic: {startSync: true}\n`)).toContain('takes either connection');
});

const LOAD = 'load: {ratePerSecond: 20, runners: 2, url: "http://airbyte-server:8001"}\n';

test('load is only what is asked for, by credentials that pods can have', async () => {
  expect(await read(GOOD)).not.toHaveProperty('load');
  const token = 'credentials: {api: {token: {secret: {name: api, key: token}}}}\n';
  expect(await read(`${GOOD}${token}${LOAD}`)).toMatchObject({ load: { ratePerSecond: 20, runners: 2 } });
  const basic = token.replace('token:', 'username: {secret: {name: api, key: name}}, password:');
  expect(await read(`${GOOD}${basic}${LOAD}`)).toMatchObject({ load: { runners: 2 } });
  expect(await read(`${GOOD}endpoints: {api: "https://airbyte.example"}\nload: {ratePerSecond: 20}\n`)).toMatchObject({
    load: { runners: 1 },
  });
});

test.each([
  [
    'a token that is only here',
    `credentials: {api: {token: {env: TOKEN}}}\n${LOAD}`,
    'credentials.api.token: is needed by pods too',
  ],
  [
    'a password that is only here',
    `credentials: {api: {username: {secret: {name: api, key: name}}, password: {env: PASSWORD}}}\n${LOAD}`,
    'credentials.api.password: is needed by pods too',
  ],
  [
    'an API that is only here',
    'endpoints: {api: "http://127.0.0.1:8001"}\nload: {ratePerSecond: 20}\n',
    'load.url: is missing',
  ],
  ['an API that is not named', 'load: {ratePerSecond: 20}\n', 'load.url: is missing'],
  ['more runners than requests', LOAD.replace('20', '1'), 'at least one request a second for each runner'],
  ['no rate', 'load: {runners: 2}\n', 'load.ratePerSecond: '],
])('load with %s is refused', async (_what, text, expected) => {
  expect(await complaint(`${GOOD}${text}`)).toContain(expected);
});

test.each([
  ['namespace: kube-system', 'namespace: airbyte', /:6:12: namespace: belongs to the cluster itself/],
  ['kubeSystemUid: x', /kubeSystemUid: .*/, /:5:18: cluster\.kubeSystemUid: is no UID/],
  ['profile: airbyte-v3', 'profile: airbyte-v2', /:8:10: profile: /],
  ['relase: airbyte', 'release: airbyte', /:7:1: the file: there is no key "relase" here/],
  ['', '  context: staging\n', /:3:3: cluster\.context: /],
])('%j is refused at its line and column', async (wrong, right, expected) => {
  expect(await complaint(GOOD.replace(right, wrong))).toMatch(expected);
});

test.each([
  ['a share of more than all', 'allow: {maxShare: 1.5}', 'allow.maxShare: must be at most 1: all of them'],
  ['a share of nothing', 'allow: {maxShare: 0}', 'allow.maxShare: must be more than 0'],
  [
    'half a client',
    'credentials: {api: {clientId: {env: A}}}',
    ':9:31: credentials.api.clientId: stands alone: write clientSecret beside it, as clientSecret: {secret: ',
  ],
  [
    'a password without its username',
    'credentials: {api: {password: {env: A}}}',
    ':9:31: credentials.api.password: stands alone: write username beside it, as username: {secret: ',
  ],
  [
    'a token and a username',
    'credentials: {api: {username: {env: A}, token: {env: A}, password: {env: A}}}',
    'credentials.api.username: does not go with token: leave token, or clientId and clientSecret, or username and password',
  ],
  [
    'parts of two ways',
    'credentials: {api: {clientId: {env: A}, password: {env: A}}}',
    ':9:51: credentials.api.password: does not go with clientId: leave ',
  ],
  ['no credentials', 'credentials: {api: {}}', ':9:20: credentials.api: names nothing: takes token, or clientId'],
  [
    'a password that is written out',
    'credentials: {api: {username: {env: A}, password: hunter2}}',
    'credentials.api.password: is written out here',
  ],
  ['two places', 'credentials: {api: {token: {env: A, file: b}}}', 'takes one of env, file and secret'],
  ['no place', 'credentials: {api: {token: {}}}', 'takes one of env, file and secret'],
  ['a freeze without a time', 'freezes: [{reason: x}]', 'takes either from and until, or days'],
  [
    'a freeze with both',
    'freezes: [{reason: x, days: [monday], from: "2026-12-24T00:00:00Z", until: "2026-12-25T00:00:00Z"}]',
    'takes either from and until, or days',
  ],
  ['a freeze of half a span', 'freezes: [{reason: x, from: "2026-12-24T00:00:00Z"}]', 'takes either from and until'],
  [
    'a freeze that ends first',
    'freezes: [{reason: x, from: "2026-12-24T00:00:00Z", until: "2026-12-23T00:00:00Z"}]',
    'ends before it begins',
  ],
  ['a zone that is none', 'freezes: [{reason: x, days: [monday], timeZone: Mars/Base}]', 'is no time zone'],
  ['an hour that is none', 'freezes: [{reason: x, days: [monday], between: ["25:00", "6:00"]}]', 'is no time of day'],
])('%s is refused', async (_what, line, expected) => {
  expect(await complaint(`${GOOD}${line}\n`)).toContain(expected);
});

test('a scenario that there is not is told with the nearest one', async () => {
  const said = await complaint(`${GOOD}allow:\n  scenarios: [worker_failure, workr_failure]\n`);
  expect(said).toMatch(
    /:10:31: allow\.scenarios\.1: there is no scenario "workr_failure"\. Did you mean "worker_failure"\?/,
  );
});

test('every mistake is told at once', async () => {
  const said = await complaint(GOOD.replace('version: 1', 'version: 2').replace('staging', '""'));
  expect(said).toMatch(/:1:10: version: /);
  expect(said).toMatch(/:3:12: cluster\.context: must not be empty/);
});

test('what the documentation shows can be written', async () => {
  const document = readFileSync(fileURLToPath(new URL('../../docs/existing-airbyte.md', import.meta.url)), 'utf8');
  const blocks = [...document.matchAll(/```yaml\n([^]*?)```/g)].map(([, text = '']) => text);
  expect(blocks.length).toBeGreaterThan(2);
  const credentials = `credentials:
  api:
    clientId: {secret: {name: airbyte-auth-secrets, key: instance-admin-client-id}}
    clientSecret: {secret: {name: airbyte-auth-secrets, key: instance-admin-client-secret}}
endpoints: {api: 'http://127.0.0.1:8001/api/v1'}
`;
  for (const block of blocks) expect(await read(`${GOOD}${credentials}${block}`)).toBeDefined();
});

test('a file that is no YAML is told where', async () => {
  expect(await complaint('version: 1\n  cluster: [')).toMatch(/:2:/);
});

test('a file that is not there is told by its name', async () => {
  await expect(readClusterConfig(join(folder, 'nothing.yaml'))).rejects.toThrow(
    'nothing.yaml: the file cannot be read',
  );
});

const published = fileURLToPath(new URL('../../docs/chaos.config.schema.json', import.meta.url));

test('the published JSON Schema is up to date (vitest -u writes it)', async () => {
  await expect(renderConfigSchema()).toMatchFileSnapshot(published);
});

test('the published schema lets an editor complete what may be written', () => {
  const schema: unknown = JSON.parse(readFileSync(published, 'utf8'));
  expect(schema).toMatchObject({
    required: ['version', 'cluster', 'namespace', 'release', 'profile'],
    properties: { allow: { properties: { maxShare: { default: 0.5 } } } },
    additionalProperties: false,
  });
});
