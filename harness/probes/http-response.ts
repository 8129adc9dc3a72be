import { asksForBasic } from '../core/http-basic.ts';

/** `incomplete`: more bytes are needed. */
export type ParseState = 'incomplete' | 'complete' | 'malformed';

const HEAD_LIMIT_BYTES = 64 * 1024;
const HEAD_END = Buffer.from('\r\n\r\n');
const NOTHING = Buffer.alloc(0);

/**
 * Reads one HTTP/1.x answer to a GET (RFC 9112): bodies by length, chunked, or until the connection closes. It keeps
 * no body; it only looks whether `needle` is in it. Bytes handed in are not kept, so the buffer may be reused.
 */
export class HttpResponseParser {
  status = 0;
  /** True when the answer asks for HTTP Basic. */
  wantsBasic = false;
  /** True when the connection may carry another request. */
  isReusable = false;
  readonly #needle: Buffer | undefined;
  #hasNeedle: boolean;
  /** The last bytes of the body so far, in which the needle may have begun. */
  #tail: Buffer = NOTHING;
  #head: Buffer = NOTHING;
  #body: 'unknown' | 'length' | 'chunked' | 'until-close' = 'unknown';
  #chunkPart: 'size' | 'data' | 'data-end' | 'trailer' = 'size';
  #line = '';
  #remaining = 0;

  constructor(needle: Buffer | undefined) {
    this.#needle = needle;
    this.#hasNeedle = needle === undefined;
  }

  /** True when the body contained the needle, or none was asked for. */
  get hasNeedle(): boolean {
    return this.#hasNeedle;
  }

  push(bytes: Buffer): ParseState {
    return this.#body === 'unknown' ? this.#readHead(bytes) : this.#readBody(bytes);
  }

  /** The connection was closed by the other side. */
  finish(): ParseState {
    return this.#body === 'until-close' ? 'complete' : 'incomplete';
  }

  #readHead(bytes: Buffer): ParseState {
    const all = this.#head.length === 0 ? bytes : Buffer.concat([this.#head, bytes]);
    const end = all.indexOf(HEAD_END);
    if (end < 0) {
      this.#head = Buffer.from(all);
      return all.length > HEAD_LIMIT_BYTES ? 'malformed' : 'incomplete';
    }
    if (!this.#parseHead(all.toString('latin1', 0, end + 2))) return 'malformed';
    this.#head = NOTHING;
    const rest = all.subarray(end + HEAD_END.length);
    // 1xx answers are followed by the real one.
    if (this.status < 200 && this.status !== 101) return rest.length === 0 ? 'incomplete' : this.#readHead(rest);
    return this.#readBody(rest);
  }

  #parseHead(head: string): boolean {
    const statusLine = /^HTTP\/1\.([01]) (\d{3})(?: [^\r\n]*)?\r\n/.exec(head);
    if (statusLine === null) return false;
    this.status = Number(statusLine[2]);
    const connection = /\r\nconnection:([^\r]*)/i.exec(head)?.[1]?.toLowerCase() ?? '';
    this.isReusable = statusLine[1] === '1' ? !connection.includes('close') : connection.includes('keep-alive');
    if (this.status < 200) return true;
    if (this.status === 401) this.wantsBasic = asksForBasic(challengesIn(head));
    const length = /\r\ncontent-length:[ \t]*(\d+)[ \t]*\r/i.exec(head)?.[1];
    if (this.status === 204 || this.status === 304) this.#body = 'length';
    else if (/\r\ntransfer-encoding:[^\r]*\bchunked[ \t]*\r/i.test(head)) this.#body = 'chunked';
    else if (length === undefined) this.#body = 'until-close';
    else {
      this.#body = 'length';
      this.#remaining = Number(length);
    }
    if (this.#body === 'until-close') this.isReusable = false;
    return true;
  }

  #readBody(bytes: Buffer): ParseState {
    switch (this.#body) {
      case 'length': {
        this.#search(bytes.subarray(0, this.#remaining));
        // Bytes after the answer belong to no request of ours: do not trust the connection again.
        if (bytes.length > this.#remaining) this.isReusable = false;
        this.#remaining = Math.max(0, this.#remaining - bytes.length);
        return this.#remaining === 0 ? 'complete' : 'incomplete';
      }
      case 'until-close':
        this.#search(bytes);
        return 'incomplete';
      case 'chunked':
        return this.#readChunks(bytes);
      case 'unknown':
        return 'malformed';
      default:
        return this.#body satisfies never;
    }
  }

  #readChunks(bytes: Buffer): ParseState {
    let at = 0;
    while (at < bytes.length) {
      if (this.#chunkPart === 'data') {
        const part = bytes.subarray(at, at + this.#remaining);
        this.#search(part);
        at += part.length;
        this.#remaining -= part.length;
        if (this.#remaining === 0) this.#chunkPart = 'data-end';
        continue;
      }
      const lineFeed = bytes.indexOf(10, at);
      this.#line += bytes.toString('latin1', at, lineFeed < 0 ? bytes.length : lineFeed);
      if (this.#line.length > HEAD_LIMIT_BYTES) return 'malformed';
      if (lineFeed < 0) return 'incomplete';
      at = lineFeed + 1;
      const line = this.#line.endsWith('\r') ? this.#line.slice(0, -1) : this.#line;
      this.#line = '';
      const state = this.#readChunkLine(line);
      if (state === 'complete' && at < bytes.length) this.isReusable = false;
      if (state !== 'incomplete') return state;
    }
    return 'incomplete';
  }

  #readChunkLine(line: string): ParseState {
    switch (this.#chunkPart) {
      case 'size': {
        const size = /^[0-9a-f]+(?=[ \t]*(?:;|$))/i.exec(line)?.[0];
        if (size === undefined || size.length > 12) return 'malformed';
        this.#remaining = Number.parseInt(size, 16);
        this.#chunkPart = this.#remaining === 0 ? 'trailer' : 'data';
        return 'incomplete';
      }
      case 'data-end':
        this.#chunkPart = 'size';
        return line === '' ? 'incomplete' : 'malformed';
      case 'trailer':
        return line === '' ? 'complete' : 'incomplete';
      case 'data':
        return 'malformed';
      default:
        return this.#chunkPart satisfies never;
    }
  }

  #search(bytes: Buffer): void {
    if (this.#needle === undefined || this.#hasNeedle) return;
    const window = this.#tail.length === 0 ? bytes : Buffer.concat([this.#tail, bytes]);
    this.#hasNeedle = window.includes(this.#needle);
    this.#tail = Buffer.from(window.subarray(Math.max(0, window.length - this.#needle.length + 1)));
  }
}

/** Every challenge of a head, which may be spread over several headers. */
function challengesIn(head: string): string {
  return [...head.matchAll(/\r\nwww-authenticate:([^\r]*)/gi)].map(([, challenge = '']) => challenge).join(',');
}
