import { createServer, type RequestListener } from 'node:http';
import { once } from 'node:events';
import { expect, test } from 'vitest';
import { askTime } from './told-time.ts';

/* How it could lie: keep a connection, and so ask the same instance each time; follow a redirect to another clock; call an answer without a Date one of midnight. */

async function serve(answer: RequestListener) {
  const server = createServer(answer);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const url = new URL(`http://127.0.0.1:${port}/api/v1/health`);
  return {
    url,
    connections: () => connections,
    ask: () => askTime(url, 2000, new AbortController().signal),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('each look has a connection of its own, and any answer tells the time', async () => {
  const told = Date.parse('2026-11-29T12:00:00Z');
  await using server = await serve((_request, response) => {
    response.writeHead(302, { date: new Date(told).toUTCString(), location: 'http://127.0.0.1:1/' }).end();
  });
  const all = [await server.ask(), await server.ask(), await server.ask()];
  expect(all.map((one) => one?.told)).toEqual([told, told, told]);
  expect(server.connections()).toBe(3);
});

test('an answer without a Date tells none', async () => {
  await using server = await serve((_request, response) => {
    response.sendDate = false;
    response.end('{}');
  });
  expect(await server.ask()).toBeUndefined();
});

test('between asking and answer, and to the second that it tells, the clock was what is said', async () => {
  const aheadMs = 90_400;
  await using server = await serve((_request, response) => {
    response.setHeader('date', new Date(Date.now() + aheadMs).toUTCString());
    setTimeout(() => response.end('{}'), 30);
  });
  const { told = 0, askedAt = 0, answeredAt = 0 } = (await server.ask()) ?? {};
  expect(told - answeredAt).toBeLessThanOrEqual(aheadMs);
  expect(told + 1000 - askedAt).toBeGreaterThanOrEqual(aheadMs);
});
