import { createServer, type Server } from 'node:http';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { callWebhook } from './webhook.ts';

let server: Server;
let bodies: string[] = [];
let base = '';

beforeEach(async () => {
  bodies = [];
  server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      bodies.push(body);
      if (request.url === '/silent') return;
      response.statusCode = request.url === '/full' ? 507 : 204;
      response.end();
    });
  });
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  base = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => void server.close(resolve));
});

const call = (url: string, timeoutMs = 20_000): Promise<string> =>
  callWebhook({ url, body: { text: 'hello' }, timeoutMs });

test('posts JSON', async () => {
  expect(await call(`${base}/ok`)).toBe('answered with 204');
  expect(bodies).toEqual(['{"text":"hello"}']);
});

test('one that refuses, is silent or is not there is an error that does not hold its address', async () => {
  await expect(call(`${base}/full`)).rejects.toThrow('It answered with 507.');
  await expect(call(`${base}/silent`, 200)).rejects.toThrow('no answer in time');
  await expect(call('http://127.0.0.1:1/T0KEN')).rejects.toThrow(/^It did not answer: [^/]*$/);
  await expect(call('not an address T0KEN')).rejects.toThrow('What is there is no http address.');
  await expect(call('ftp://host/T0KEN')).rejects.toThrow('What is there is no http address.');
});
