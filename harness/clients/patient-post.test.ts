import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { expect, test } from 'vitest';
import { postPatiently } from './patient-post.ts';

async function withServer(listener: RequestListener, work: (url: string) => Promise<void>): Promise<void> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const address = server.address();
    await work(`http://127.0.0.1:${address === null || typeof address === 'string' ? 0 : address.port}/`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const never = new AbortController().signal;

test('every status is an answer, with its text as it was', async () => {
  const refusal = '{"error": {"message": "no"}}';
  await withServer(
    (request, response) => {
      request.resume();
      response.writeHead(503).end(refusal);
    },
    async (url) => {
      expect(await postPatiently({ url, body: { a: 1 }, timeoutMs: 5000, signal: never })).toEqual({
        status: 503,
        text: refusal,
      });
    },
  );
});

test('no answer in time is an error, and so is an interruption', async () => {
  await withServer(
    () => undefined,
    async (url) => {
      const silent = { url, body: {}, signal: never };
      await expect(postPatiently({ ...silent, timeoutMs: 50 })).rejects.toThrow(/timeout of 50ms/);
      const signal = AbortSignal.timeout(50);
      await expect(postPatiently({ ...silent, timeoutMs: 60_000, signal })).rejects.toThrow(/cancel/i);
    },
  );
});
