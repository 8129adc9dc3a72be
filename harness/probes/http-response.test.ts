import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpResponseParser, type ParseState } from './http-response.ts';

function parse(text: string, needle?: string): { parser: HttpResponseParser; state: ParseState } {
  const parser = new HttpResponseParser(needle === undefined ? undefined : Buffer.from(needle));
  return { parser, state: parser.push(Buffer.from(text, 'latin1')) };
}

const CHUNKED =
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;ext=1\r\navai\r\n5\r\nlable\r\n0\r\nX-Trailer: 1\r\n\r\n';

describe('an answer', () => {
  test('with a length is complete at its last byte and leaves the connection usable', () => {
    const { parser, state } = parse('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok');
    expect(state).toBe('complete');
    expect(parser).toMatchObject({ status: 200, isReusable: true, hasNeedle: true });
  });

  test('in chunks is complete after its trailer, and the text looked for may lie across chunks', () => {
    const { parser, state } = parse(CHUNKED, 'available');
    expect(state).toBe('complete');
    expect(parser).toMatchObject({ isReusable: true, hasNeedle: true });
  });

  test('without a length ends with the connection, which is not used again', () => {
    const { parser, state } = parse('HTTP/1.1 200 OK\r\n\r\nsome', 'some');
    expect(state).toBe('incomplete');
    expect(parser.finish()).toBe('complete');
    expect(parser).toMatchObject({ isReusable: false, hasNeedle: true });
  });

  test('that was cut off is not complete', () => {
    const { parser, state } = parse('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok');
    expect(state).toBe('incomplete');
    expect(parser.finish()).toBe('incomplete');
  });

  test('without a body is complete with its head', () => {
    expect(parse('HTTP/1.1 204 No Content\r\n\r\n').state).toBe('complete');
  });

  test('after an interim one is the one that counts', () => {
    const { parser, state } = parse(
      'HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n',
    );
    expect(state).toBe('complete');
    expect(parser.status).toBe(503);
  });

  test('that asks for the connection to be closed, or has bytes behind it, leaves it unusable', () => {
    expect(parse('HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n').parser.isReusable).toBe(false);
    expect(parse('HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n').parser.isReusable).toBe(false);
    expect(parse('HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabc').parser.isReusable).toBe(false);
    expect(parse(`${CHUNKED}HTTP`).parser.isReusable).toBe(false);
  });

  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.2\r\n\r\n'],
    ['a chunk size that is no number', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a chunk longer than announced', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n'],
    ['a head without end', `HTTP/1.1 200 OK\r\nX: ${'y'.repeat(70_000)}`],
  ])('with %s is malformed', (_name, text) => {
    expect(parse(text).state).toBe('malformed');
  });
});

test('an answer is read the same however the network cuts it', () => {
  const length = 'HTTP/1.1 200 OK\r\nDate: now\r\nContent-Length: 18\r\n\r\n{"available":true}';
  const cuts = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(fc.constantFrom(length, CHUNKED), cuts, (text, sizes) => {
      const parser = new HttpResponseParser(Buffer.from('available'));
      const buffer = Buffer.alloc(64);
      let state: ParseState = 'incomplete';
      for (let at = 0, nth = 0; at < text.length; nth += 1) {
        expect(state).toBe('incomplete');
        const piece = text.slice(at, at + (sizes[nth % sizes.length] ?? 1));
        at += piece.length;
        // The buffer is the same each time, as it is in use.
        state = parser.push(buffer.subarray(0, buffer.write(piece, 'latin1')));
      }
      expect(state).toBe('complete');
      expect(parser).toMatchObject({ status: 200, isReusable: true, hasNeedle: true });
    }),
  );
});
