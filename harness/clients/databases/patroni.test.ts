import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { DatabaseTopology } from '../../core/database-cluster.ts';
import type { Instance, RunningStack } from '../../core/platform.ts';
import { connectPatroni } from './patroni.ts';

/** What a cluster of three nodes and one member of etcd answer; a test changes some of it. */
interface Answers {
  keys: Record<string, unknown>;
  nodes: Record<string, Record<string, unknown> | 'hangs'>;
  requests: string[];
}

const NODES = ['patroni-0', 'patroni-1', 'patroni-2'];
const REPLICA = { state: 'running', role: 'replica', replication_state: 'streaming', timeline: 1 };
const GOOD: Omit<Answers, 'requests'> = {
  keys: {
    leader: 'patroni-0',
    sync: JSON.stringify({ leader: 'patroni-0', sync_standby: 'patroni-1' }),
    config: JSON.stringify({ ttl: 20, loop_wait: 1, synchronous_mode: true }),
  },
  nodes: {
    'patroni-0': { state: 'running', role: 'primary', timeline: 1 },
    'patroni-1': REPLICA,
    'patroni-2': REPLICA,
  },
};

let answers: Answers;
let servers: Server[] = [];
beforeEach(() => {
  answers = { ...structuredClone(GOOD), requests: [] };
});
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(answer: (path: string, body: string) => unknown): Promise<number> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (bytes) => (body += String(bytes)));
    request.on('end', () => {
      const reply = answer(request.url ?? '', body);
      if (reply !== 'hangs') response.end(typeof reply === 'string' ? reply : JSON.stringify(reply));
    });
  });
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

function instance(component: string, name: string, port: number): Instance {
  const url = `http://127.0.0.1:${port}`;
  return {
    name,
    component,
    state: 'running',
    ready: true,
    restarts: 0,
    url,
    host: '127.0.0.1',
    ports: { http: port },
    isExpected: true,
  };
}

async function cluster(): Promise<Pick<RunningStack, 'instances'>> {
  const nodes = NODES.map(async (name) =>
    instance(
      'patroni',
      name,
      await serve((path, body) => {
        if (path !== '/health') answers.requests.push(`${name} ${path} ${body}`);
        const status = answers.nodes[name];
        return path === '/health' && status !== 'hangs' ? { ...status, patroni: { scope: 'main' } } : (status ?? '');
      }),
    ),
  );
  const store = await serve(() => ({
    kvs: Object.entries(answers.keys).map(([key, value]) => ({
      key: Buffer.from(`/service/main/${key}`).toString('base64'),
      value: Buffer.from(String(value)).toString('base64'),
    })),
  }));
  return stackOf([...(await Promise.all(nodes)), instance('etcd', 'etcd-0', store)]);
}

function stackOf(instances: readonly Instance[]): Pick<RunningStack, 'instances'> {
  return { instances: async () => Promise.resolve(instances) };
}

const signal = AbortSignal.timeout(60_000);

describe('the topology', () => {
  test('names the leader, the synchronous standby and the timings', async () => {
    const topology = await topologyNow();
    expect(topology).toMatchObject({ leader: 'patroni-0', isRedundant: true, settings: { ttl: '20', loop_wait: '1' } });
    expect(topology.members.map(({ role, isSynchronous }) => [role, isSynchronous])).toEqual([
      ['primary', undefined],
      ['replica', true],
      ['replica', false],
    ]);
  });

  const cases: [string, (to: Answers) => void, string][] = [
    ['nobody holds the leader key', (to) => delete to.keys['leader'], 'nobody holds the leader key'],
    [
      'the /sync key is that of an earlier leader',
      (to) => (to.keys['sync'] = '{"leader":"patroni-2","sync_standby":"patroni-1"}'),
      'the /sync key names no synchronous standby',
    ],
    [
      'the /sync key names nobody',
      (to) => (to.keys['sync'] = '{"leader":"patroni-0","sync_standby":null}'),
      'the /sync key names no synchronous standby',
    ],
    [
      'the PostgreSQL of the leader is gone, which Patroni still calls the primary',
      (to) => (to.nodes['patroni-0'] = { state: 'crashed', role: 'primary' }),
      'patroni-0 holds the leader key and is not a primary',
    ],
    [
      'the standby in the key does not stream',
      (to) => (to.nodes['patroni-1'] = { state: 'running', role: 'replica' }),
      'the synchronous standby patroni-1 is not streaming',
    ],
    ['Patroni is paused', (to) => (to.keys['config'] = '{"synchronous_mode":true,"pause":true}'), 'Patroni is paused'],
    ['synchronous mode is off', (to) => (to.keys['config'] = '{"ttl":20}'), 'synchronous mode is off'],
  ];
  test.each(cases)('is not redundant when %s', async (_because, change, lacks) => {
    change(answers);
    expect(await topologyNow()).toMatchObject({ isRedundant: false, lacks });
  });

  test('says which standby must not be promoted', async () => {
    answers.keys['members/patroni-2'] = JSON.stringify({ tags: { nofailover: true } });
    const { members } = await topologyNow();
    expect(members.map(({ mayBePromoted }) => mayBePromoted)).toEqual([undefined, undefined, false]);
  });

  test('is unknown while a node is late, and shows it as silent when it stays so', async () => {
    const patroni = await connectPatroni(await cluster());
    answers.nodes['patroni-2'] = 'hangs';
    await expect(patroni.topology(signal)).rejects.toThrow('patroni-2 did not answer in time');
    const late = await untilKnown(() => patroni.topology(signal));
    expect(late.members[2]).toMatchObject({ role: 'unknown', state: 'silent' });
  });

  test('is nothing when the look was broken off: a node is not down because nobody waits for it', async () => {
    const patroni = await connectPatroni(await cluster());
    answers.nodes['patroni-2'] = 'hangs';
    const over = new AbortController();
    const look = patroni.topology(over.signal);
    over.abort();
    await expect(look).rejects.toThrow('aborted');
  });

  test('needs a store that answers', async () => {
    const instances = (await (await cluster()).instances()).filter(({ component }) => component !== 'etcd');
    await expect((await connectPatroni(stackOf(instances))).topology(signal)).rejects.toThrow(
      'No member of etcd answered',
    );
  });
});

test('a planned change is asked of the leader by name', async () => {
  answers.nodes['patroni-0'] = { state: 'running', role: 'primary' };
  const patroni = await connectPatroni(await cluster());
  await patroni.requestFailover(signal);
  expect(answers.requests).toEqual(['patroni-0 /switchover {"leader":"patroni-0"}']);
});

test('a switchover waits for a store that cannot be read for a moment; a look does not', async () => {
  let refusals = 3;
  const read = async (): Promise<ReadonlyMap<string, string>> => {
    refusals -= 1;
    if (refusals >= 0) throw new Error('the API server is being started');
    return Promise.resolve(new Map([['leader', 'patroni-1']]));
  };
  const databaseStore = { read, leaseSeconds: async () => Promise.resolve(undefined) };
  const patroni = await connectPatroni({ ...(await cluster()), databaseStore });
  await expect(patroni.topology(signal)).rejects.toThrow('is being started');
  await patroni.requestFailover(signal);
  expect(refusals).toBe(-1);
  expect(answers.requests).toEqual(['patroni-0 /switchover {"leader":"patroni-1"}']);
});

test('a change of the configuration gives back what undoes it', async () => {
  const patroni = await connectPatroni(await cluster());
  expect(await patroni.configure({ loop_wait: 10, retry_timeout: 10 }, signal)).toEqual({
    loop_wait: 1,
    retry_timeout: null,
  });
  expect(answers.requests).toEqual(['patroni-0 /config {"loop_wait":10,"retry_timeout":10}']);
});

test('what Patroni wrote down is told from a time on', async () => {
  answers.keys['history'] = JSON.stringify([
    [1, 100, 'no recovery target specified', '2026-01-01T00:00:00+00:00', 'patroni-1'],
    [2, 200, 'no recovery target specified', '2026-01-02T00:00:00+00:00', 'patroni-0'],
  ]);
  const patroni = await connectPatroni(await cluster());
  expect(await patroni.eventsSince('2026-01-01T12:00:00Z', signal)).toEqual([
    {
      id: 'timeline 2',
      wall: '2026-01-02T00:00:00+00:00',
      text: 'timeline 2 ended (no recovery target specified); patroni-0 took over',
    },
  ]);
});

test('a stack without Patroni is refused', async () => {
  await expect(connectPatroni(stackOf([]))).rejects.toThrow('No node of Patroni says');
});

/** Patiently: on a busy machine a node may be late once. */
async function topologyNow(): Promise<DatabaseTopology> {
  const patroni = await connectPatroni(await cluster());
  return untilKnown(() => patroni.topology(signal));
}

async function untilKnown<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask();
    } catch {
      // not yet
    }
  }
}
