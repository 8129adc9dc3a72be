import type { Clock, Millis } from '../core/clock.ts';
import { basicAuthorization } from '../core/http-basic.ts';
import { HttpConnection, socketOpener } from './http-connection.ts';

/**
 * A connection that was idle for longer is not used again. Servers close idle connections after some seconds, and a
 * request that meets such a close fails although the service is well.
 */
const REUSE_WITHIN_MS = 1000;

/** Keep-alive connections to one place. */
export interface HttpConnections {
  /** One that is idle, or a new one. */
  take(): HttpConnection;
  close(): void;
}

export async function openConnections(url: URL, clock: Clock): Promise<HttpConnections> {
  const openSocket = await socketOpener(url);
  const idle: { readonly connection: HttpConnection; readonly since: Millis }[] = [];
  const keep = (connection: HttpConnection): void => {
    idle.push({ connection, since: clock.now() });
  };
  return {
    take() {
      const oldest = clock.now() - REUSE_WITHIN_MS;
      while (idle[0] !== undefined && idle[0].since < oldest) idle.shift()?.connection.drop();
      for (let last = idle.pop(); last !== undefined; last = idle.pop()) {
        if (!last.connection.isGone) return last.connection;
      }
      return new HttpConnection(openSocket, keep);
    },
    close() {
      for (const { connection } of idle.splice(0)) connection.drop();
    },
  };
}

/** The bytes of a request; its body is JSON. Without `authorization` the user and password of the URL are sent, where it has them. */
export function requestBytes(
  url: URL,
  method: 'GET' | 'POST',
  { body, authorization = ofUrl(url) }: { readonly body?: string; readonly authorization?: string | undefined } = {},
): Buffer {
  const lines = [
    `${method} ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'User-Agent: airbyte-chaos-probe',
    'Accept: */*',
    'Accept-Encoding: identity',
    'Connection: keep-alive',
  ];
  if (authorization !== undefined) lines.push(`Authorization: ${authorization}`);
  if (body !== undefined) lines.push('Content-Type: application/json', `Content-Length: ${Buffer.byteLength(body)}`);
  return Buffer.from(`${lines.join('\r\n')}\r\n\r\n${body ?? ''}`, body === undefined ? 'latin1' : 'utf8');
}

function ofUrl({ username, password }: URL): string | undefined {
  if (username === '' && password === '') return undefined;
  return basicAuthorization(decodeURIComponent(username), decodeURIComponent(password));
}
