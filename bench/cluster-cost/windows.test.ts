import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { expect, test } from 'vitest';
import type { Platform, RunningStack } from '../../harness/core/platform.ts';
import { fakePostgres } from '../../harness/probes/testing/fake-postgres.ts';
import { httpAnswer, listenHttp } from '../../harness/probes/testing/loopback.ts';
import { ATTACHED } from './attachments.ts';
import type { ClusterMeter } from './cluster-meter.ts';
import { countRequestsTo } from './own-requests.ts';
import { measureAttached, measureAway } from './windows.ts';

interface FakeCluster extends AsyncDisposable {
  readonly platform: Pick<Platform, 'findRunning'>;
  readonly server: string;
  /** Statements that were sent to its database, but for the writes. */
  readonly statements: readonly string[];
  readonly releases: () => number;
}

/** A stack of real sockets whose platform asks an "API server" once when it is opened; with `machines` false its machines tell of nothing. */
async function fakeCluster({ machines = true } = {}): Promise<FakeCluster> {
  await using opened = new AsyncDisposableStack();
  const http = opened.use(await listenHttp((socket) => socket.write(httpAnswer(200, '{"available":true}'))));
  const api = opened.use(await listenHttp((socket) => socket.write(httpAnswer(200, ''))));
  const statements: string[] = [];
  const database = opened.use(
    await fakePostgres({
      onInsert: (reply) => reply.acknowledge(),
      onQuery: (text) => void statements.push(text),
    }),
  );
  const server = `http://127.0.0.1:${api.port}`;
  let releases = 0;
  const watch =
    <T>(first: T) =>
    async (onChange: (seen: T) => void, signal: AbortSignal): Promise<void> => {
      if (first !== undefined) onChange(first);
      await once(signal, 'abort');
    };
  const instance = { name: 'server-1', component: 'server', state: 'running', ready: true, restarts: 0 };
  const scaler = { component: 'worker', current: 3, desired: 3, minimum: 3, maximum: 10 };
  const machine = machines ? { name: 'node-1', role: 'worker', isUp: true } : undefined;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- only what is attached to
  const stack = {
    id: 's',
    credentials: { user: 'airbyte', password: 'airbyte' },
    endpoint: (service: string) => ({ host: '127.0.0.1', port: (service === 'database' ? database : http).port }),
    watch: watch({ ...instance, host: '127.0.0.1', ports: {}, isExpected: true }),
    machines: { watch: watch(machine) },
    autoscalers: { watch: watch(scaler) },
    release: () => (releases += 1),
  } as unknown as RunningStack;
  const findRunning = async (): Promise<RunningStack> => {
    await (await fetch(`${server}/api/v1/pods`)).text();
    return stack;
  };
  const sockets = opened.move();
  return {
    platform: { findRunning },
    server,
    statements,
    releases: () => releases,
    [Symbol.asyncDispose]: () => sockets.disposeAsync(),
  };
}

/** Half a core and 40 requests a second by its own accounts. */
function fakeMeter(server: string): ClusterMeter {
  let seconds = 0;
  const read = async (): ReturnType<ClusterMeter['begin']> => {
    seconds += 2;
    return {
      nodes: new Map([['node-1', { clockSeconds: seconds, cpuSeconds: seconds / 2 }]]),
      requests: { answered: seconds * 40, open: 200 },
      requestsAtMs: seconds * 1000,
    };
  };
  return { server, begin: read, end: read, [Symbol.dispose]: () => undefined };
}

function optionsFor({ platform, server }: FakeCluster, requests: ReturnType<typeof countRequestsTo>) {
  const { signal } = new AbortController();
  return { platform, meter: fakeMeter(server), requests, settleMs: 300, windowMs: 500, seed: 1, signal };
}

test('away, nothing is asked; attached, a run’s watches and probes are, and all of it is put away', async () => {
  await using cluster = await fakeCluster();
  using requests = countRequestsTo(cluster.server);
  const options = optionsFor(cluster, requests);
  const folders = (): string[] => readdirSync(tmpdir()).filter((name) => name.startsWith('chaos-bench-'));
  const foldersBefore = folders();

  const away = await measureAway(options);
  expect(away).toMatchObject({ cores: 0.5, requestsPerSecond: 40, openRequests: 200, samplesPerSecond: 0 });
  expect(away).toMatchObject({ ownRequestsPerSecond: 0, requestsToAttach: 0 });
  expect(cluster.releases()).toBe(0);

  const attached = await measureAttached(options, ATTACHED, 7);
  expect(attached).toMatchObject({ cores: 0.5, requestsPerSecond: 40, ownRequestsPerSecond: 0, requestsToAttach: 1 });
  expect(attached.samplesPerSecond).toBeGreaterThan(0);
  expect(cluster.releases()).toBe(1);
  expect(cluster.statements.some((text) => text.includes('chaos_ledger_7'))).toBe(true);
  expect(cluster.statements.at(-1)).toContain('FROM pg_tables'); // what it wrote is looked for to be dropped
  expect(folders()).toEqual(foldersBefore);
});

test('a harness that hears nothing is not attached, and its window is an error', async () => {
  await using cluster = await fakeCluster({ machines: false });
  using requests = countRequestsTo(cluster.server);
  await expect(measureAttached(optionsFor(cluster, requests), ATTACHED, 1)).rejects.toThrow(
    'nothing was heard of: machine',
  );
  expect(cluster.releases()).toBe(1);
});

test('a harness whose requests are not counted is an error, not one that costs nothing', async () => {
  await using cluster = await fakeCluster();
  using requests = countRequestsTo('http://127.0.0.1:1');
  await expect(measureAttached(optionsFor(cluster, requests), ATTACHED, 1)).rejects.toThrow('were not counted');
});
