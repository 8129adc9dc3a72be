/**
 * The Cloud SQL client against recorded shapes, over real HTTP: nobody but Google serves this API, so no test here proves what
 * Google's servers do. Shapes: Cloud SQL Admin API v1, REST reference, resources `instances` (DatabaseInstance, and the methods
 * get and failover with InstancesFailoverRequest) and `operations` (Operation, OperationErrors, list), and the discovery document
 * from which `@googleapis/sqladmin` is made; errors: "Cloud SQL Admin API error messages", in the form of all of Google's
 * JSON APIs. All values are made up.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ChaosError } from '../../core/errors.ts';
import { connectCloudSql } from './cloud-sql.ts';
import { serveRecorded, type Asked } from './testing/recorded-server.ts';

const MAIN = new URL('../../cli/main.ts', import.meta.url).pathname;
const signal = new AbortController().signal;
const TOKEN = 'made-up-access-token-of-a-test';
const GET = '/v1/projects/shop/instances/orders';

/** DatabaseInstance, with the fields that matter here and some that do not. */
const INSTANCE = {
  kind: 'sql#instance',
  name: 'orders',
  project: 'shop',
  region: 'europe-west1',
  state: 'RUNNABLE',
  instanceType: 'CLOUD_SQL_INSTANCE',
  databaseVersion: 'POSTGRES_17',
  gceZone: 'europe-west1-b',
  secondaryGceZone: 'europe-west1-c',
  settings: { kind: 'sql#settings', settingsVersion: '37', availabilityType: 'REGIONAL', activationPolicy: 'ALWAYS' },
};

/** Operation, as `instances.failover` returns it. */
const FAILOVER = {
  kind: 'sql#operation',
  name: '5f0c1d5e-0000-4000-8000-000000000001',
  operationType: 'FAILOVER',
  status: 'PENDING',
  user: 'chaos@shop.iam.gserviceaccount.com',
  insertTime: '2026-11-23T06:00:00.100Z',
  targetId: 'orders',
  targetProject: 'shop',
};

beforeEach(() => {
  vi.stubEnv('METADATA_SERVER_DETECTION', 'none');
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', undefined);
  vi.stubEnv('GOOGLE_CLOUD_PROJECT', undefined);
  vi.stubEnv('HOME', '/nonexistent');
});
afterEach(() => vi.unstubAllEnvs());

function json(body: unknown, status = 200) {
  return { status, headers: { 'content-type': 'application/json; charset=UTF-8' }, body: JSON.stringify(body) };
}

function refusal(code: number, status: string, reason: string, message: string) {
  return json({ error: { code, message, status, errors: [{ message, domain: 'global', reason }] } }, code);
}

type Answered = ReturnType<typeof json>;

/** A Cloud SQL with the one instance `orders`; `refuse` answers instead of it where it has an answer. */
async function serveInstance(
  instance: unknown = INSTANCE,
  refuse: (asked: Asked) => Answered | undefined = () => undefined,
) {
  return serveRecorded((asked) => {
    const refused = refuse(asked);
    if (refused !== undefined) return refused;
    if (asked.method === 'GET' && asked.path === GET) return json(instance);
    if (asked.method === 'POST' && asked.path === `${GET}/failover`) return json(FAILOVER);
    return refusal(404, 'NOT_FOUND', 'notFound', `${asked.method} ${asked.path} is not recorded`);
  });
}

function connect(endpoint: string) {
  return connectCloudSql({ project: 'shop', name: 'orders', endpoint, accessToken: TOKEN });
}

async function failureOf(work: Promise<unknown>): Promise<ChaosError> {
  const error: unknown = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  );
  if (error instanceof ChaosError) return error;
  throw new Error(`a ChaosError was expected, not ${inspect(error)}`);
}

function changed(change: object, settings: object = {}): unknown {
  return { ...INSTANCE, ...change, settings: { ...INSTANCE.settings, ...settings } };
}

describe('redundancy', () => {
  test('a regional instance that runs, with a standby in another zone, is redundant', async () => {
    await using server = await serveInstance();
    expect(await (await connect(server.url)).topology(signal)).toEqual({
      members: [
        { name: 'orders (europe-west1-b)', role: 'primary', state: 'RUNNABLE' },
        { name: 'orders (europe-west1-c)', role: 'replica', state: 'standby', isSynchronous: true },
      ],
      leader: 'orders (europe-west1-b)',
      isRedundant: true,
    });
    expect(server.asked[0]?.headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });

  test.each<[string, unknown, RegExp]>([
    [
      'a zonal instance',
      changed({ secondaryGceZone: undefined }, { availabilityType: 'ZONAL' }),
      /ZONAL, not REGIONAL/,
    ],
    ['one under maintenance', changed({ state: 'MAINTENANCE' }), /state is MAINTENANCE/],
    ['one that was stopped, which is RUNNABLE still', changed({}, { activationPolicy: 'NEVER' }), /stopped/],
    ['one without a secondary zone', changed({ secondaryGceZone: undefined }), /no secondary zone/],
    [
      'one with only a legacy failover replica',
      changed({ failoverReplica: { name: 'orders-fr', available: true } }, { availabilityType: 'ZONAL' }),
      /legacy failover replica/,
    ],
    [
      'a read replica',
      changed({ instanceType: 'READ_REPLICA_INSTANCE', masterInstanceName: 'shop:main' }),
      /read replica of shop:main/,
    ],
  ])('%s is not redundant, and the reason is said', async (_what, instance, reason) => {
    await using server = await serveInstance(instance);
    const found = await (await connect(server.url)).topology(signal);
    expect(found.isRedundant).toBe(false);
    expect(found.lacks).toMatch(reason);
  });
});

describe('a failover', () => {
  test('is asked for with the version of the settings that was seen, and answered with an operation', async () => {
    await using server = await serveInstance();
    expect(await (await connect(server.url)).requestFailover(signal)).toBe(
      `instances.failover was accepted; operation ${FAILOVER.name} (FAILOVER) is PENDING`,
    );
    const posted = server.asked.filter(({ method }) => method === 'POST');
    expect(posted).toHaveLength(1);
    expect(JSON.parse(posted[0]?.body ?? '')).toEqual({ failoverContext: { settingsVersion: '37' } });
  });

  test('of a zonal instance is refused before anything but a look', async () => {
    await using server = await serveInstance(changed({}, { availabilityType: 'ZONAL' }));
    const error = await failureOf((await connect(server.url)).requestFailover(signal));
    expect(error.code).toBe('not-steady');
    expect(error.message).toContain('it would only be an outage');
    expect(server.asked.map(({ method }) => method)).toEqual(['GET']);
  });

  test.each([
    [
      'another operation is under way (409)',
      () =>
        refusal(
          409,
          'ABORTED',
          'operationInProgress',
          'Operation failed because another operation was already in progress.',
        ),
      /409 operationInProgress: Operation failed/,
      /Wait until the operation/,
    ],
    [
      'the settings were changed since (412)',
      () => refusal(412, 'FAILED_PRECONDITION', 'staleData', 'The settings version is stale.'),
      /412 staleData/,
      /own tools/,
    ],
    [
      'the API is out of order (503)',
      () => refusal(503, 'UNAVAILABLE', 'backendError', 'The service is currently unavailable.'),
      /503 backendError/,
      /own tools/,
    ],
  ])('that is refused because %s is not asked for again', async (_what, refuse, said, tryThis) => {
    await using server = await serveInstance(INSTANCE, ({ method }) => (method === 'POST' ? refuse() : undefined));
    const error = await failureOf((await connect(server.url)).requestFailover(signal));
    expect(error.code).toBe('client');
    expect(error.message).toMatch(said);
    expect(error.tryThis).toMatch(tryThis);
    expect(server.asked.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });
});

describe('events', () => {
  const failed = { errors: [{ kind: 'sql#operationError', code: 'INTERNAL_ERROR', message: 'made up' }] };
  const newest = [
    { ...FAILOVER, name: 'op-4', insertTime: '2026-11-23T07:00:00Z' },
    { ...FAILOVER, name: 'op-3', status: 'RUNNING', startTime: '2026-11-23T06:30:00.500Z' },
  ];
  const older = [
    {
      ...FAILOVER,
      name: 'op-2',
      status: 'DONE',
      startTime: '2026-11-23T06:00:00.200Z',
      endTime: '2026-11-23T06:01:05Z',
    },
    {
      name: 'op-1',
      operationType: 'BACKUP_VOLUME',
      status: 'DONE',
      error: failed,
      startTime: '2026-11-23T05:59:00Z',
      endTime: '2026-11-23T06:00:00.150Z',
    },
  ];
  const oldest = [
    {
      name: 'op-0',
      operationType: 'CREATE',
      status: 'DONE',
      startTime: '2026-01-01T00:00:00Z',
      endTime: '2026-01-01T00:10:00Z',
    },
  ];

  test('are the beginnings and ends of operations, oldest first; pages that are too old are not asked for', async () => {
    const pages = [
      { kind: 'sql#operationsList', items: newest, nextPageToken: '1' },
      { kind: 'sql#operationsList', items: older, nextPageToken: '2' },
      { kind: 'sql#operationsList', items: oldest, nextPageToken: '3' },
    ];
    await using server = await serveRecorded(({ path }) => {
      const { pathname, searchParams } = new URL(path, 'http://any');
      const page = pages[Number(searchParams.get('pageToken') ?? 0)];
      const isAskedRight = pathname === '/v1/projects/shop/operations' && searchParams.get('instance') === 'orders';
      return page === undefined || !isAskedRight
        ? refusal(400, 'INVALID_ARGUMENT', 'invalid', 'no such page')
        : json(page);
    });
    const events = await (await connect(server.url)).eventsSince('2026-11-23T06:00:00Z', signal);
    expect(events.map(({ id, wall, text }) => `${wall} ${id} ${text}`)).toEqual([
      '2026-11-23T06:00:00.150Z op-1 BACKUP_VOLUME DONE: INTERNAL_ERROR made up',
      '2026-11-23T06:00:00.200Z op-2 FAILOVER started',
      '2026-11-23T06:01:05Z op-2 FAILOVER DONE',
      '2026-11-23T06:30:00.500Z op-3 FAILOVER started',
      '2026-11-23T07:00:00Z op-4 FAILOVER asked for',
    ]);
    expect(server.asked).toHaveLength(3);
    expect(JSON.stringify(events)).not.toContain('gserviceaccount');
  });

  test('of an instance that never had any are none', async () => {
    await using server = await serveRecorded(() => json({ kind: 'sql#operationsList' }));
    expect(await (await connect(server.url)).eventsSince('2026-11-23T06:00:00Z', signal)).toEqual([]);
  });
});

describe('failures', () => {
  test.each([
    [
      '403',
      refusal(403, 'PERMISSION_DENIED', 'notAuthorized', `The client with ${TOKEN} is not authorized.`),
      'client',
      /Allow the identity/,
    ],
    [
      '404',
      refusal(404, 'NOT_FOUND', 'instanceDoesNotExist', 'The Cloud SQL instance does not exist.'),
      'no-target',
      /Check the name/,
    ],
    ['429', refusal(429, 'RESOURCE_EXHAUSTED', 'rateLimitExceeded', 'Quota exceeded.'), 'client', /Wait a minute/],
    [
      '403 for a quota',
      refusal(403, 'PERMISSION_DENIED', 'rateLimitExceeded', 'Quota exceeded.'),
      'client',
      /Wait a minute/,
    ],
    [
      'a page of a proxy',
      { status: 502, headers: { 'content-type': 'text/html' }, body: '<html>' },
      'client',
      /own tools/,
    ],
    ['another shape', json({ name: 'orders' }), 'client', /^$/],
  ])('%s becomes an error with what to try and without the token', async (_what, answer, code, tryThis) => {
    await using server = await serveInstance(INSTANCE, () => answer);
    const error = await failureOf((await connect(server.url)).topology(signal));
    expect(error.code).toBe(code);
    expect(error.tryThis ?? '').toMatch(tryThis);
    expect(inspect(error, { depth: 20, showHidden: true })).not.toContain(TOKEN);
  });

  test('a look that is throttled once is tried again, and succeeds', async () => {
    let refusals = 1;
    await using server = await serveInstance(INSTANCE, () =>
      refusals-- > 0 ? refusal(429, 'RESOURCE_EXHAUSTED', 'rateLimitExceeded', 'Quota exceeded.') : undefined,
    );
    expect((await (await connect(server.url)).topology(signal)).isRedundant).toBe(true);
  });

  test('without any credentials nothing is asked', async () => {
    await using server = await serveInstance();
    const database = await connectCloudSql({ project: 'shop', name: 'orders', endpoint: server.url });
    const error = await failureOf(database.topology(signal));
    expect(error.code).toBe('environment');
    expect(error.tryThis).toContain('gcloud auth application-default login');
    expect(server.asked).toEqual([]);
  });
});

test('application default credentials are found and exchanged: a file of workload identity federation', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'chaos-adc-'));
  await using server = await serveInstance(INSTANCE, ({ path }) =>
    path === '/token'
      ? json({ access_token: 'exchanged-token', issued_token_type: 'x', token_type: 'Bearer', expires_in: 3600 })
      : undefined,
  );
  const subject = join(dir, 'subject');
  const file = join(dir, 'credentials.json');
  writeFileSync(subject, 'subject-token');
  // Form: "External account credentials", AIP-4117.
  const credentials = {
    type: 'external_account',
    audience: '//iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p/providers/q',
    subject_token_type: 'urn:ietf:params:oauth:token-type:jwt',
    token_url: `${server.url}/token`,
    credential_source: { file: subject },
  };
  writeFileSync(file, JSON.stringify(credentials));
  vi.stubEnv('GOOGLE_APPLICATION_CREDENTIALS', file);
  const database = await connectCloudSql({ project: 'shop', name: 'orders', endpoint: server.url });
  expect((await database.topology(signal)).isRedundant).toBe(true);
  expect(server.asked.find(({ path }) => path === GET)?.headers['authorization']).toBe('Bearer exchanged-token');
  rmSync(dir, { recursive: true });
});

describe('npm run chaos -- database', () => {
  async function look(url: string, ...more: string[]) {
    const where = ['--provider', 'cloud-sql', '--instance', 'orders', '--project', 'shop', '--endpoint', url];
    const env = { CLOUDSDK_AUTH_ACCESS_TOKEN: TOKEN };
    return execa(process.execPath, [MAIN, 'database', ...where, ...more], { reject: false, env });
  }

  test('prints what it found, and asks for nothing but looks', async () => {
    const at = new Date(Date.now() - 60_000).toISOString();
    await using server = await serveInstance(INSTANCE, ({ path }) =>
      path.startsWith('/v1/projects/shop/operations?') ? json({ items: [{ ...FAILOVER, insertTime: at }] }) : undefined,
    );
    const { exitCode, stdout } = await look(server.url);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('cloud-sql orders: ✓ redundant');
    expect(stdout).toMatch(/primary +orders \(europe-west1-b\) +RUNNABLE, leader/);
    expect(stdout).toMatch(/replica +orders \(europe-west1-c\) +standby, synchronous/);
    expect(stdout).toContain(`${at}  ${FAILOVER.name}  FAILOVER asked for`);
    expect(server.asked.map(({ method }) => method)).toEqual(['GET', 'GET']);
  });

  test('ends with 1 when it is not redundant, also when the events cannot be had, and says both', async () => {
    await using server = await serveInstance(changed({}, { availabilityType: 'ZONAL' }));
    const { exitCode, stdout } = await look(server.url, '--json');
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      provider: 'cloud-sql',
      instance: 'orders',
      isRedundant: false,
      topology: { isRedundant: false, lacks: expect.stringContaining('ZONAL') },
      eventsError: expect.stringContaining('operations.list failed: 404'),
    });
  });

  test('ends with 2 when that is not known, and never shows the token', async () => {
    await using server = await serveInstance(INSTANCE, () =>
      refusal(403, 'PERMISSION_DENIED', 'notAuthorized', `The client with ${TOKEN} is not authorized.`),
    );
    const { exitCode, stdout, stderr } = await look(server.url, '--json');
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({
      isRedundant: null,
      error: expect.stringContaining('403 notAuthorized'),
    });
    expect(stderr).toContain('→ Allow the identity');
    expect(stdout + stderr).not.toContain(TOKEN);
  });
});
