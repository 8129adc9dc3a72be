import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { ratesBetween, type ClusterReading } from './cluster-rates.ts';
import { countRequestsTo } from './own-requests.ts';
import { readServerMetrics } from './server-metrics.ts';

const METRICS = `
# HELP apiserver_request_total [STABLE] Counter of apiserver requests broken out for each verb.
# TYPE apiserver_request_total counter
apiserver_request_total{code="200",resource="pods",subresource="a } b",verb="LIST",version="v1"} 40
apiserver_request_total{code="201",resource="events",subresource="",verb="POST",version="v1"} 1.2e+03
apiserver_request_total_created{code="200"} 999
# TYPE apiserver_longrunning_requests gauge
apiserver_longrunning_requests{resource="pods",verb="WATCH"} 10
apiserver_longrunning_requests{resource="nodes",verb="WATCH"} 4 1763922000000
apiserver_current_inflight_requests{request_kind="readOnly"} 7
`;

test('the figures of an API server are added up, and others are left out', () => {
  expect(readServerMetrics(METRICS)).toEqual({ answered: 1240, open: 14 });
});

test('a figure that is missing or not understood is an error, not nothing', () => {
  expect(() => readServerMetrics('')).toThrow('does not tell of apiserver_request_total');
  expect(() => readServerMetrics('apiserver_request_total{verb="GET"} 3\n')).toThrow('apiserver_longrunning_requests');
  expect(() => readServerMetrics(METRICS.replace(' 40\n', ' many\n'))).toThrow('not understood');
});

function reading(cpu: Readonly<Record<string, readonly [clock: number, cpu: number]>>, answered = 0): ClusterReading {
  const nodes = Object.entries(cpu).map(
    ([name, [clockSeconds, cpuSeconds]]) => [name, { clockSeconds, cpuSeconds }] as const,
  );
  return { nodes: new Map(nodes), requests: { answered, open: 14 }, requestsAtMs: answered * 100 };
}

test('each node is measured by its own clock, and all are added up', () => {
  const before = reading({ a: [100, 7], b: [100, 3] }, 10);
  const after = reading({ a: [110, 12], b: [120, 8] }, 30);
  expect(ratesBetween(before, after)).toEqual({ cores: 0.75, requestsPerSecond: 10, openRequests: 14 });
});

test('a window in which a node or the API server was restarted is an error', () => {
  const before = reading({ a: [100, 7] }, 10);
  expect(() => ratesBetween(before, reading({ a: [110, 1] }, 30))).toThrow('a began anew');
  expect(() => ratesBetween(before, reading({ a: [110, 8], b: [110, 1] }, 30))).toThrow('b did not run all the time');
  expect(() => ratesBetween(before, { ...reading({ a: [110, 8] }, 3), requestsAtMs: 9000 })).toThrow('the API server');
});

test('requests to one server are counted, also those that fail, and those to another are not', async () => {
  const server = createServer((request, response) => {
    if (request.url === '/gone') request.destroy();
    else response.end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what a server that listens on a port has
  const { port } = server.address() as AddressInfo;
  const [wanted, other] = [`http://127.0.0.1:${port}`, `http://localhost:${port}`];
  const count = countRequestsTo(`${wanted}/`);
  await fetch(`${wanted}/a?watch=true`);
  await fetch(`${other}/b`);
  await expect(fetch(`${wanted}/gone`)).rejects.toThrow('fetch failed');
  expect(count.sent()).toBe(2);
  count[Symbol.dispose]();
  await fetch(`${wanted}/c`);
  expect(count.sent()).toBe(2);
  server.closeAllConnections();
  server.close();
});
