import { connect, isIP, type Socket } from 'node:net';
import { HttpResponseParser, type ParseState } from './http-response.ts';
import { lookupOnce } from './name-lookup.ts';
import { failureNote, isOwnShortage, type OnOutcome, type ProbeOutcome } from './probe-client.ts';

/** Opens a socket to one place; `onBytes` is given views of a buffer that is used again after it returns. */
export type OpenSocket = (onBytes: (bytes: Buffer) => void) => Socket;

/** What is known of the answer beside the outcome, for a client to whom more than good or bad matters. */
export interface HttpAnswer {
  /** Undefined when no whole answer came. */
  readonly status?: number;
  /** True when nothing listened, so that the request was never sent. */
  readonly isRefused?: boolean;
}

type OnAnswer = (outcome: Parameters<OnOutcome>[0], answer: HttpAnswer) => void;

interface Exchange {
  readonly parser: HttpResponseParser;
  readonly onAnswer: OnAnswer;
}

/** One connection, one request at a time. What failed, hung or was closed is never used again. */
export class HttpConnection {
  readonly #socket: Socket;
  readonly #onReusable: (connection: HttpConnection) => void;
  #exchange: Exchange | undefined;
  #isGone = false;

  /** `onReusable` is told after an answer that leaves the connection fit for another request. */
  constructor(openSocket: OpenSocket, onReusable: (connection: HttpConnection) => void) {
    this.#onReusable = onReusable;
    this.#socket = openSocket((bytes) => this.#read(bytes));
    this.#socket.on('end', () => this.#closedByPeer());
    this.#socket.on('close', () => this.#closedByPeer());
    this.#socket.on('error', (error) => {
      const note = failureNote(error);
      this.#end(isOwnShortage(error) ? undefined : { ok: false, note }, { isRefused: note === 'ECONNREFUSED' });
    });
  }

  /** True when it can carry no more requests. */
  get isGone(): boolean {
    return this.#isGone;
  }

  send(request: Buffer, needle: Buffer | undefined, onAnswer: OnAnswer): void {
    this.#exchange = { parser: new HttpResponseParser(needle), onAnswer };
    this.#socket.write(request);
  }

  /** Closes it; a request under way is not reported. */
  drop(): void {
    this.#isGone = true;
    this.#exchange = undefined;
    this.#socket.destroy();
  }

  #read(bytes: Buffer): void {
    const state = this.#exchange?.parser.push(bytes);
    if (state === undefined) this.drop(); // nobody asked
    else if (state !== 'incomplete') this.#complete(state);
  }

  #closedByPeer(): void {
    const state = this.#exchange?.parser.finish();
    if (state === 'complete') this.#complete(state);
    else this.#end({ ok: false, note: 'connection closed without an answer' });
  }

  #complete(state: ParseState): void {
    const exchange = this.#exchange;
    if (exchange === undefined) return;
    this.#exchange = undefined;
    if (state === 'complete' && exchange.parser.isReusable) this.#onReusable(this);
    else this.drop();
    exchange.onAnswer(judge(exchange.parser, state), state === 'complete' ? { status: exchange.parser.status } : {});
  }

  #end(outcome: ProbeOutcome | undefined, answer: HttpAnswer = {}): void {
    const exchange = this.#exchange;
    this.drop();
    exchange?.onAnswer(outcome, answer);
  }
}

/** A status outside 2xx is a sample, not an exception. */
function judge(parser: HttpResponseParser, state: ParseState): ProbeOutcome {
  if (state !== 'complete') return { ok: false, note: 'malformed answer' };
  if (parser.status < 200 || parser.status > 299) {
    const what = parser.wantsBasic ? ', asks for HTTP Basic: username and password' : '';
    return { ok: false, note: `${parser.status}${what}` };
  }
  return parser.hasNeedle ? { ok: true } : { ok: false, note: `${parser.status} without the expected body` };
}

/** One buffer for all connections of the thread: the parser has read it before the next read can fill it. */
const sharedBuffer = Buffer.allocUnsafe(64 * 1024);

/** How to reach the host of a URL. TLS is loaded only for https. */
export async function socketOpener(url: URL): Promise<OpenSocket> {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const isSecure = url.protocol === 'https:';
  const port = url.port === '' ? (isSecure ? 443 : 80) : Number(url.port);
  if (isSecure) {
    const tls = await import('node:tls');
    const name = isIP(host) === 0 ? { servername: host } : {};
    return (onBytes) =>
      tls.connect({ host, port, lookup: lookupOnce, ALPNProtocols: ['http/1.1'], ...name }).on('data', onBytes);
  }
  return (onBytes) => {
    const callback = (length: number): boolean => {
      onBytes(sharedBuffer.subarray(0, length));
      return true;
    };
    return connect({ host, port, noDelay: true, lookup: lookupOnce, onread: { buffer: sharedBuffer, callback } });
  };
}
