import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from 'vitest';
import { connectAirbyteApi, type AirbyteApi } from './airbyte-api.ts';

/* How it could lie: take a connection for removed where only a proxy, or nobody, has answered. */

let server: Server | undefined;
afterEach(() => server?.close());

async function apiThatAnswers(status: number, body: string): Promise<AirbyteApi> {
  const listening = createServer((_, response) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(body),
  );
  server = listening;
  await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
  const address = listening.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return connectAirbyteApi({ server: { host: '127.0.0.1', port }, signal: AbortSignal.timeout(20_000) });
}

const UNKNOWN_ID = JSON.stringify({
  message: 'Could not find connection 1.',
  exceptionClassName: 'io.airbyte.commons.server.errors.IdNotFoundKnownException',
});
const removals = ['deleteConnection', 'deleteSource', 'deleteDestination'] as const;

test.each(removals)('%s: what a database that came back older does not know is gone', async (remove) => {
  const api = await apiThatAnswers(404, UNKNOWN_ID);
  await expect(api[remove]('1')).resolves.toBeUndefined();
});

test.each([
  ['a proxy that knows no such path', 404, '{"message":"Not Found"}'],
  ['a server in trouble', 500, UNKNOWN_ID],
] as const)('%s has removed nothing', async (_who, status, body) => {
  const api = await apiThatAnswers(status, body);
  for (const remove of removals) await expect(api[remove]('1')).rejects.toThrow(`answered ${status}`);
});
