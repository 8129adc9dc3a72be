import { request as requestHttp, Agent as HttpAgent, type IncomingMessage } from 'node:http';
import { describeError } from '../../core/errors.ts';
import { asksForBasic } from '../../core/http-basic.ts';

/** More than any page of the API has; what is larger is not Airbyte's, or would take the memory of the monitor. */
const LARGEST_BODY = 64 * 2 ** 20;

/** What came of one request. `silent`: there was no whole answer. `body` is undefined when it is not JSON. */
export type Exchange =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly body: unknown;
      /** The server's clock, in milliseconds since 1970, where it tells it. */
      readonly date: number | undefined;
      readonly ms: number;
      /** Whether the answer asks for HTTP Basic. */
      readonly wantsBasic: boolean;
    }
  | { readonly kind: 'silent'; readonly detail: string; readonly ms: number };

export interface Line {
  send(options: SendOptions): Promise<Exchange>;
  close(): void;
}

export interface SendOptions {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** It makes something: without an answer it is not sent again, since it may have been done. */
  readonly isOnce?: boolean;
}

/** Connections to one server that are kept open between requests. Redirects are not followed: credentials go nowhere else. */
export function openLine(base: URL, connections: number): Line {
  const transport = openTransport(base, connections);
  return {
    close: () => void transport.then(({ agent }) => agent.destroy()),
    async send({ method, url, headers, body, timeoutMs, signal, isOnce = false }) {
      const startedAt = performance.now();
      const ms = (): number => performance.now() - startedAt;
      const expired = AbortSignal.timeout(timeoutMs);
      const payload = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
      try {
        const asked = { url, method, headers, payload, signal: AbortSignal.any([signal, expired]) };
        const message = await ask(await transport, asked, isOnce);
        const text = await textOf(message);
        const date = Date.parse(message.headers.date ?? '');
        return {
          kind: 'answer',
          status: message.statusCode ?? 0,
          body: parseJson(text),
          date: Number.isNaN(date) ? undefined : date,
          ms: ms(),
          wantsBasic: asksForBasic(message.headers['www-authenticate']),
        };
      } catch (error) {
        const detail = expired.aborted ? `no answer within ${timeoutMs / 1000} s` : describeError(error);
        return { kind: 'silent', detail, ms: ms() };
      }
    },
  };
}

interface Asked {
  readonly url: URL;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly payload: Buffer | undefined;
  readonly signal: AbortSignal;
}

/**
 * Sends a request and waits for the head of its answer. A server may close a connection that was kept open in the very moment in which it is used again:
 * that says nothing of the server, and the request is sent again, unless `isLast`.
 */
async function ask(transport: Transport, asked: Asked, isLast: boolean): Promise<IncomingMessage> {
  const { url, method, headers, payload, signal } = asked;
  const sizes = payload === undefined ? {} : { 'content-type': 'application/json', 'content-length': payload.length };
  const options = {
    method,
    agent: transport.agent,
    headers: { accept: 'application/json', ...sizes, ...headers },
    signal,
  };
  let wasKept = false;
  try {
    return await new Promise<IncomingMessage>((resolve, reject) => {
      const sent = transport.request(url, options, resolve);
      sent.on('error', (error) => {
        wasKept = sent.reusedSocket;
        reject(error);
      });
      sent.end(payload);
    });
  } catch (error) {
    if (!wasKept || isLast || signal.aborted) throw error;
    return ask(transport, asked, true);
  }
}

interface Transport {
  readonly agent: HttpAgent;
  readonly request: typeof requestHttp;
}

async function openTransport({ protocol }: URL, maxSockets: number): Promise<Transport> {
  const options = { keepAlive: true, maxSockets };
  if (protocol !== 'https:') return { agent: new HttpAgent(options), request: requestHttp };
  // TLS takes 8 MB, which a server without it need not cost.
  const https = await import('node:https');
  return { agent: new https.Agent(options), request: https.request };
}

async function textOf(message: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes: Buffer = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    size += bytes.length;
    if (size > LARGEST_BODY) throw new Error(`the answer is larger than ${LARGEST_BODY / 2 ** 20} MiB`);
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
