import pWaitFor from 'p-wait-for';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { docker } from './docker.ts';
import { reachPods, routeServices } from './gateway.ts';
import { removeNetwork } from './network.ts';
import { ensureOutside, findOutside, removeOutside, type OutsideService } from './outside.ts';
import { ask, hold, type HeldConnection } from './testing/ask-gateway.ts';
import { IS_SHORT, ONLY_LONG } from '../../cli/testing/long-test.ts';
import { whyNotHere } from './testing/kind-here.ts';
import { startToyNode, TOY, type ToyNode } from './testing/toy-node.ts';
import { prepareKindTools } from './tools.ts';

const reason = IS_SHORT ? ONLY_LONG : await whyNotHere();
const { signal } = new AbortController();
const network = `airbyte-chaos-test-${process.pid}`;
/** Measured: 1.1 s for one that is gone, 2.4 s for one that is silent. */
const FAIL_OVER_LIMIT_MS = 5000;

describe.skipIf(reason !== undefined)(`the gateway${reason === undefined ? '' : ` (not here: ${reason})`}`, () => {
  let nodes: readonly [ToyNode, ToyNode, ToyNode];
  const find = async (): Promise<OutsideService> => {
    const gateway = (await findOutside(network)).find(({ component }) => component === 'gateway');
    if (gateway === undefined) throw new Error('there is no gateway');
    return gateway;
  };
  const route = async (...to: readonly ToyNode[]): Promise<boolean> =>
    routeServices((await find()).id, { nodes: to, nodePorts: { server: TOY.nodePort } });
  const askServer = async (): Promise<string> => ask((await find()).address, 8001);
  /** Names of those who answer new connections. */
  const answering = async (): Promise<readonly string[]> => {
    const { address } = await find();
    const names = new Set<string>();
    for (let count = 0; count < 12; count += 1) names.add(await ask(address, 8001));
    return [...names].toSorted();
  };
  const holdThrough = async (node: ToyNode): Promise<HeldConnection> => {
    const { address } = await find();
    for (;;) {
      const held = await hold(address, 8001);
      if (held.node === node.name) return held;
      held.socket.destroy();
    }
  };
  /** Resolves when no new connection has failed for a second. Returns how long there were failures, in milliseconds. */
  const awaitFailOver = async (): Promise<number> => {
    const { address } = await find();
    const startedAt = performance.now();
    let lastFailure = startedAt;
    await pWaitFor(
      async () => {
        await ask(address, 8001).catch(() => (lastFailure = performance.now()));
        return performance.now() - lastFailure > 1000;
      },
      { interval: 20, timeout: 30_000 },
    );
    return lastFailure - startedAt;
  };

  beforeAll(async () => {
    const { outsideImages: images } = await prepareKindTools(() => undefined, signal);
    await ensureOutside({ images, signal, onProgress: () => undefined, network });
    const start = (name: string, podAddress: string): Promise<ToyNode> =>
      startToyNode({ name, image: images.reference, network, podAddress });
    nodes = [await start('a', '10.99.1.5'), await start('b', '10.99.2.5'), await start('c', '10.99.3.5')];
  });
  beforeEach(async () => {
    await route(nodes[0], nodes[1]);
    await pWaitFor(async () => (await answering().catch(() => [])).length === 2, { timeout: 20_000 });
  });
  afterAll(async () => {
    await docker(['rm', '--force', ...nodes.map(({ id }) => id)]);
    await removeOutside(network);
    await removeNetwork(network);
  });

  test('leads to all nodes, and does nothing when it is told the same', async () => {
    expect(await answering()).toEqual(['a', 'b']);
    expect(await route(nodes[1], nodes[0])).toBe(false);
  });

  test('a service without a NodePort is closed at once', async () => {
    await expect(ask((await find()).address, 7233)).rejects.toThrow(/closed|ECONNRESET/);
  });

  test('new connections go on through the other node when one is killed, and to both when it is back', async () => {
    await docker(['kill', nodes[0].id]);
    try {
      expect(await awaitFailOver()).toBeLessThan(FAIL_OVER_LIMIT_MS);
      expect(await answering()).toEqual(['b']);
    } finally {
      await docker(['start', nodes[0].id]);
    }
  });

  test('a connection through a node that falls silent is closed, one through another is left alone', async () => {
    const [silent, other] = [await holdThrough(nodes[0]), await holdThrough(nodes[1])];
    const startedAt = performance.now();
    await docker(['pause', nodes[0].id]);
    try {
      await silent.closed;
      expect(performance.now() - startedAt).toBeLessThan(FAIL_OVER_LIMIT_MS);
      expect(await answering()).toEqual(['b']);
      expect(await other.say()).toBe('b');
    } finally {
      await docker(['unpause', nodes[0].id]);
      other.socket.destroy();
    }
  });

  test('is led to another cluster: who was connected to the first is closed, and no one gets there any more', async () => {
    const before = await holdThrough(nodes[0]);
    expect(await route(nodes[2])).toBe(true);
    await before.closed;
    expect(await answering()).toEqual(['c']);
  });

  test('connections to nodes that stay are kept when another goes, also for the health of those', async () => {
    const kept = await holdThrough(nodes[1]);
    await route(nodes[1], nodes[2]);
    expect(await kept.say()).toBe('b');
    await docker(['pause', nodes[1].id]);
    try {
      await kept.closed; // after the change it is still looked after
      expect(await answering()).toEqual(['c']);
    } finally {
      await docker(['unpause', nodes[1].id]);
    }
  });

  test('a pod is reached at its port; a closed port is refused, and one that is not there is not taken for refused', async () => {
    const { id, address } = await find();
    const [{ podAddress, address: nodeAddress }] = nodes;
    const pods = [
      { port: 20_001, podAddress, podPort: TOY.podPort },
      { port: 20_002, podAddress, podPort: TOY.closedPort },
      { port: 29_999, podAddress: '10.99.1.6', podPort: TOY.podPort },
    ];
    const networks = [{ podCidr: '10.99.1.0/24', nodeAddress }];
    await reachPods(id, { pods, networks });
    expect(await (await fetch(`http://${address}:20001/`)).text()).toBe('a');
    await expect(ask(address, 20_002)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    await expect(ask(address, 29_999)).rejects.not.toMatchObject({ code: 'ECONNREFUSED' });
    await docker(['pause', nodes[0].id]);
    try {
      await expect(ask(address, 20_001)).rejects.toThrow('silence');
    } finally {
      await docker(['unpause', nodes[0].id]);
    }
  });

  test('the pods that were named last are the ones that are reached, and the routes to them the only ones', async () => {
    const { id, address } = await find();
    const networks = nodes.map((node) => ({
      podCidr: node.podAddress.replace(/5$/, '0/24'),
      nodeAddress: node.address,
    }));
    const pod = (port: number, { podAddress }: ToyNode) => ({ port, podAddress, podPort: TOY.podPort });
    await reachPods(id, { pods: [pod(20_001, nodes[0]), pod(20_002, nodes[1])], networks });
    expect(await (await fetch(`http://${address}:20002/`)).text()).toBe('b');
    await reachPods(id, { pods: [pod(20_001, nodes[2])], networks: networks.slice(2) });
    expect(await (await fetch(`http://${address}:20001/`, { headers: { connection: 'close' } })).text()).toBe('c');
    await expect(ask(address, 20_002)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const routed = await docker(['exec', id, 'ip', 'route', 'show', 'proto', '77']);
    expect(routed.trim().split('\n')).toEqual([expect.stringMatching(/^10\.99\.3\.0\/24 via /)]);
    await expect(reachPods(id, { pods: [pod(8001, nodes[0])], networks })).rejects.toMatchObject({ code: 'internal' });
    const nonsense = [{ port: 20_003, podAddress: 'nowhere', podPort: 1 }];
    await expect(reachPods(id, { pods: nonsense, networks })).rejects.toMatchObject({ code: 'platform' });
    expect(await (await fetch(`http://${address}:20001/`)).text()).toBe('c');
  });

  test('knows where everything is when it was killed', async () => {
    const before = await find();
    const [, , third] = nodes;
    await route(third);
    const pods = [{ port: 20_001, podAddress: third.podAddress, podPort: TOY.podPort }];
    await reachPods(before.id, { pods, networks: [{ podCidr: '10.99.3.0/24', nodeAddress: third.address }] });
    process.kill(before.pid, 'SIGKILL');
    await pWaitFor(async () => (await find()).restarts > before.restarts, { timeout: 20_000 });
    await pWaitFor(async () => (await askServer().catch(() => '')) === 'c', { timeout: 20_000 });
    expect(await find()).toMatchObject({ address: before.address });
    expect(await (await fetch(`http://${before.address}:20001/`)).text()).toBe('c');
    expect(await route(third)).toBe(false);
  });
});
