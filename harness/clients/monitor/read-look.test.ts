import { describe, expect, test } from 'vitest';
import type { AirbyteLook } from '../../core/airbyte-look.ts';
import { monitorApi } from './monitor-api.ts';
import { readLook, type LookOptions } from './read-look.ts';
import { fakeAirbyte, type FakeAirbyte, type FakeAirbyteOptions, type Generation } from './testing/fake-airbyte.ts';
import { fakeConnection, fakeJob, WORKSPACE } from './testing/fake-content.ts';

const NOW = Math.floor(Date.now() / 1000);
const HOUR = 3600;
const DAY = 24 * HOUR;

const CONTENT = {
  workspaces: [WORKSPACE],
  connections: [fakeConnection('c1', { latestSyncJobCreatedAt: NOW - HOUR })],
  sources: [{ sourceId: 's1', name: 'Shop' }],
  destinations: [{ destinationId: 'd1', name: 'Warehouse' }],
} satisfies FakeAirbyteOptions;

async function lookAt(server: FakeAirbyte, options: Partial<LookOptions> = {}): Promise<AirbyteLook> {
  const signal = AbortSignal.timeout(28_000);
  const api = monitorApi({ url: server.url, credentials: { kind: 'none' }, timeoutMs: 5000, signal });
  const seen = await readLook(api, {
    windowMs: DAY * 1000,
    healthTimeoutMs: 3000,
    timeoutMs: 5000,
    signal,
    ...options,
  });
  api.close();
  return seen;
}

async function look(content: FakeAirbyteOptions, options: Partial<LookOptions> = {}): Promise<AirbyteLook> {
  await using server = await fakeAirbyte({ ...CONTENT, ...content });
  return await lookAt(server, options);
}

function idsOf({ jobs }: AirbyteLook): number[] {
  return jobs.items.map(({ id }) => id).toSorted((a, b) => a - b);
}

describe.each(['new', 'middle', 'oldest'] as Generation[])('an Airbyte of the generation "%s"', (generation) => {
  test('shows real names, schedules, and the jobs of the window with what is open', async () => {
    const jobs = [
      fakeJob(1, { createdAt: NOW - 3 * DAY }),
      fakeJob(2, { createdAt: NOW - 2 * DAY, status: 'running' }),
      fakeJob(3, { createdAt: NOW - 26 * HOUR, updatedAt: NOW - HOUR, status: 'failed' }),
      fakeJob(4, { createdAt: NOW - 2 * HOUR, isWrapped: generation === 'middle' }),
    ];
    const seen = await look({ generation, jobs });
    expect(seen.connections).toMatchObject({
      items: [
        { name: 'Connection c1', sourceName: 'Shop', destinationName: 'Warehouse', schedule: { everyMs: HOUR * 1000 } },
      ],
      gaps: [],
    });
    expect(idsOf(seen)).toEqual([2, 3, 4]);
    expect(seen.jobs.gaps).toEqual([]);
    expect(seen.jobs.items.find(({ id }) => id === 3)).toMatchObject({
      createdAt: (NOW - 26 * HOUR) * 1000,
      attempts: [{ failures: [{ origin: 'source', type: 'system_error', message: 'the source went away' }] }],
    });
    expect(seen.workspaces.items).toMatchObject([{ failureNotice: 'set' }]);
  });
});

test('workspaces beyond the first page of the public API are read, each with whom it tells of failures', async () => {
  const workspaces = Array.from({ length: 130 }, (_, index) => ({ ...WORKSPACE, workspaceId: `w${index}` }));
  const seen = await look({ workspaces, connections: [] });
  expect(seen.workspaces.items).toHaveLength(130);
  expect(new Set(seen.workspaces.items.map(({ failureNotice }) => failureNotice))).toEqual(new Set(['set']));
  expect(seen.workspaces.gaps).toEqual([]);
});

test('a call that was taken away may be forbidden and not missing', async () => {
  const seen = await look({ trouble: (path) => (path === '/workspaces/list' ? 403 : undefined) });
  expect(seen.workspaces).toMatchObject({ items: [{ workspaceId: 'w1' }], gaps: [] });
});

test('workspaces that no call gives are a gap', async () => {
  const seen = await look({ trouble: (path) => (path.includes('/workspaces') ? 404 : undefined) });
  expect(seen.workspaces.items).toEqual([]);
  expect(seen.workspaces.gaps[0]?.sentence).toContain('GET /public/v1/workspaces answered 404');
});

test.each(['middle', 'new'] as const)('an Airbyte without jobs has none: %s', async (generation) => {
  expect((await look({ generation, jobs: [] })).jobs).toEqual({ items: [], gaps: [] });
});

test('a list whose pages are cut by attempts is read to its end, each job whole', async () => {
  const jobs = Array.from({ length: 700 }, (_, index) =>
    fakeJob(index, { createdAt: NOW - 20 * HOUR + index, attempts: 3 }),
  );
  const seen = await look({ jobs, isPagedByAttempt: true });
  expect(seen.jobs.items).toHaveLength(700);
  expect(seen.jobs.gaps).toEqual([]);
  const last = seen.jobs.items.map(({ attempts }) => attempts.map(({ status }) => status).join(' '));
  expect(new Set(last)).toEqual(new Set(['failed failed succeeded']));
});

test('a list of connections that comes in pages is read to its end', async () => {
  const connections = Array.from({ length: 1203 }, (_, index) => fakeConnection(`c${index}`, { status: 'inactive' }));
  const seen = await look({ connections });
  expect(seen.connections.items).toHaveLength(1203);
  expect(seen.connections.gaps).toEqual([]);
  expect(seen.requests).toBeLessThan(12);
});

test('many pages of jobs are all read, in few requests', async () => {
  const jobs = Array.from({ length: 2100 }, (_, index) => fakeJob(index, { createdAt: NOW - 20 * HOUR + index }));
  const seen = await look({ jobs });
  expect(seen.jobs.items).toHaveLength(2100);
  expect(seen.requests).toBeLessThan(14);
});

test('a server that gives fewer at a time than it was asked for is read to the end all the same', async () => {
  const jobs = Array.from({ length: 730 }, (_, index) => fakeJob(index, { createdAt: NOW - 20 * HOUR + index }));
  const seen = await look({ jobs, largestPage: 100 });
  expect(seen.jobs.items).toHaveLength(730);
  expect(seen.jobs.gaps).toEqual([]);
});

describe('what was not read is a gap', () => {
  const jobs = Array.from({ length: 2100 }, (_, index) => fakeJob(index, { createdAt: NOW - 20 * HOUR + index }));
  const offsetOf = (body: unknown): unknown => JSON.stringify(body).match(/"rowOffset":(\d+)/)?.[1];

  test('a page that fails twice', async () => {
    const trouble = (path: string, body: unknown) =>
      path === '/jobs/list' && offsetOf(body) === '1000' ? 503 : undefined;
    const seen = await look({ jobs, trouble });
    expect(seen.jobs.gaps[0]?.sentence).toContain('jobs from number 1001 of about 2100 on');
    expect(seen.jobs.gaps[0]?.sentence).toContain('answered 503');
    expect(seen.jobs.items.length).toBeGreaterThan(1000);
  });

  test('but not one that fails once', async () => {
    let failed = 0;
    const trouble = (path: string, body: unknown) =>
      path === '/jobs/list' && offsetOf(body) === '1000' && failed++ === 0 ? 503 : undefined;
    const seen = await look({ jobs, trouble });
    expect(seen.jobs).toMatchObject({ gaps: [] });
    expect(seen.jobs.items).toHaveLength(2100);
  });

  test('a server that stops answering is not asked for page after page', async () => {
    const trouble = (path: string, body: unknown) =>
      path === '/jobs/list' && offsetOf(body) !== '0' ? 'hang' : undefined;
    await using server = await fakeAirbyte({ ...CONTENT, jobs, trouble });
    const seen = await lookAt(server);
    expect(seen.jobs.gaps[0]?.sentence).toContain('no answer within 5 s');
    expect(server.calls.length).toBeLessThan(20);
  });

  test('one job in a shape that is not understood does not hide the others', async () => {
    const odd = { ...fakeJob(9, { createdAt: NOW - HOUR }), json: '{"job":{"id":"nine"}}' };
    const seen = await look({ jobs: [fakeJob(1, { createdAt: NOW - 2 * HOUR }), odd] });
    expect(idsOf(seen)).toEqual([1]);
    expect(seen.jobs.gaps).toMatchObject([{ sentence: '1 jobs are listed in a shape that is not understood' }]);
  });

  test('names of sources that are not given', async () => {
    const seen = await look({ generation: 'oldest', trouble: (path) => (path === '/sources/list' ? 403 : undefined) });
    expect(seen.connections.items).toMatchObject([{ name: 'Connection c1', sourceName: undefined }]);
    expect(seen.connections.gaps[0]?.sentence).toContain('these credentials may not do that');
  });
});

test('a connection that was kept open and is closed when it is used again is no silence', async () => {
  let dropped = 0;
  const trouble = (path: string) => (path === '/jobs/list' && dropped++ === 0 ? 'drop' : undefined);
  const seen = await look({ jobs: [fakeJob(1, { createdAt: NOW - HOUR })], trouble });
  expect(seen.jobs).toMatchObject({ items: [{ id: 1 }], gaps: [] });
});

describe('health', () => {
  test.each([
    ['the body says no, with status 200', { isAvailable: false }, 'unhealthy'],
    ['a status that is no success', { trouble: (path: string) => (path === '/health' ? 503 : undefined) }, 'unhealthy'],
    [
      'no answer in its own time',
      { trouble: (path: string) => (path === '/health' ? 'hang' : undefined) },
      'unreachable',
    ],
    [
      'a connection that is cut',
      { trouble: (path: string) => (path === '/health' ? 'drop' : undefined) },
      'unreachable',
    ],
    ['a body that says yes', {}, 'healthy'],
  ] as const)('%s', async (_what, content, state) => {
    const seen = await look(content);
    expect(seen.health.state).toBe(state);
    expect(seen.hasAnswered).toBe(true);
  });

  test('nothing at all: it is said once, and not waited for again and again', async () => {
    const server = await fakeAirbyte(CONTENT);
    await server[Symbol.asyncDispose]();
    const seen = await lookAt(server);
    expect(seen).toMatchObject({ hasAnswered: false, health: { state: 'unreachable' } });
    expect(seen.requests).toBe(3);
  });
});

test('the clock of the server counts, and how far the own one is off is told', async () => {
  const seen = await look({}, { wallNow: () => Date.now() + 600_000 });
  expect(Math.round((seen.clockAheadMs ?? 0) / 60_000)).toBe(10);
  expect(Math.abs(seen.at - Date.now())).toBeLessThan(5000);
});

test('a scheduled connection without a job in the window is asked for its last job, and for when it was made', async () => {
  const connections = [
    fakeConnection('c1', { createdAt: NOW - 9 * DAY }),
    fakeConnection('c2', { createdAt: NOW - 9 * DAY }),
  ];
  const jobs = [fakeJob(1, { createdAt: NOW - 8 * DAY })];
  const seen = await look({ connections, jobs });
  expect(seen.connections.items).toMatchObject([
    { latestJobAt: (NOW - 8 * DAY) * 1000, createdAt: (NOW - 9 * DAY) * 1000 },
    { latestJobAt: undefined, createdAt: (NOW - 9 * DAY) * 1000 },
  ]);
});

test('a workspace that is named is the only one that is looked at', async () => {
  const jobs = [
    fakeJob(1, { createdAt: NOW - HOUR }),
    fakeJob(2, { createdAt: NOW - HOUR, connectionId: 'elsewhere' }),
  ];
  expect(idsOf(await look({ jobs }))).toEqual([1, 2]);
  expect(idsOf(await look({ jobs }, { workspaceId: 'w1' }))).toEqual([1]);
});
