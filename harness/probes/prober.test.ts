import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { HttpProbe, Sample } from '../core/probe.ts';
import { closedPort, httpAnswer, listen, listenHttp, type Loopback } from './testing/loopback.ts';
import { watch } from './testing/watch.ts';

function httpProbe(port: number, more: Partial<HttpProbe> = {}): HttpProbe {
  return { kind: 'http', name: 'api', url: `http://127.0.0.1:${port}/health`, everyMs: 10, timeoutMs: 5000, ...more };
}

function served(server: Loopback): Promise<unknown> {
  return once(server.server, 'connection');
}

/** The samples in the order in which they were intended. */
function inOrder(samples: readonly Sample[]): Sample[] {
  return samples.toSorted((a, b) => a.intended - b.intended);
}

describe('the schedule', () => {
  test('is an arithmetic series that nothing pushes back, and no sample starts before its place', async () => {
    await using server = await listenHttp((socket) => socket.write(httpAnswer(200, 'ok')));
    await using watching = await watch([httpProbe(server.port)]);
    await watching.until((samples) => samples.length >= 20);
    const samples = inOrder(watching.samples);
    const first = samples[0]?.intended ?? 0;
    for (const { intended, start, end, ok } of samples) {
      const places = (intended - first) / 10;
      expect(places).toBeCloseTo(Math.round(places), 6);
      expect(start).toBeGreaterThanOrEqual(intended);
      expect(end).toBeGreaterThanOrEqual(start);
      expect(ok).toBe(true);
    }
  });

  test('goes on while a sample hangs, on other connections, and the hung one is given up', async () => {
    const askedOn: Socket[] = [];
    await using server = await listenHttp((socket, nth) => {
      askedOn.push(socket);
      if (nth !== 3) socket.write(httpAnswer(200, 'ok'));
    });
    await using watching = await watch([httpProbe(server.port, { timeoutMs: 3000 })]);
    await watching.until((samples) => samples.some(({ ok }) => !ok));
    const hung = watching.samples.filter(({ ok }) => !ok);
    expect(hung).toMatchObject([{ hung: true, note: 'timeout after 3000 ms' }]);
    const meanwhile = watching.samples.filter(
      ({ ok, start, end }) => ok && start > (hung[0]?.start ?? 0) && end < (hung[0]?.end ?? 0),
    );
    expect(meanwhile.length).toBeGreaterThan(5);
    await watching.until((samples) => samples.length > 60);
    expect(askedOn.slice(4)).not.toContain(askedOn[3]);
    // Not a new connection each time either.
    expect(server.sockets.length).toBeLessThan(askedOn.length / 2);
  });

  test('of many probes with one period is spread over the period', async () => {
    await using server = await listen(() => {});
    const specs = Array.from({ length: 40 }, (_, index) => ({
      kind: 'tcp' as const,
      name: `probe-${index}`,
      host: '127.0.0.1',
      port: server.port,
      everyMs: 100,
      timeoutMs: 5000,
    }));
    await using watching = await watch(specs);
    await watching.until((samples) => new Set(samples.map(({ probe }) => probe)).size === 40);
    const phases = specs.map(({ name }) => (watching.samples.find(({ probe }) => probe === name)?.intended ?? 0) % 100);
    const perTenth = Array.from(
      { length: 10 },
      (_, tenth) => phases.filter((at) => Math.floor(at / 10) === tenth).length,
    );
    expect(Math.max(...perTenth)).toBeLessThanOrEqual(6);
  });
});

describe('an HTTP probe', () => {
  const cases: readonly [string, string, Partial<HttpProbe>, Partial<Sample>][] = [
    ['a good answer', httpAnswer(200, '{"available":true}'), { bodyIncludes: '"available":true' }, { ok: true }],
    ['another status', httpAnswer(503, 'no'), {}, { ok: false, note: '503' }],
    ['a redirection', httpAnswer(302, ''), {}, { ok: false, note: '302' }],
    [
      'another body',
      httpAnswer(200, '{"available":false}'),
      { bodyIncludes: '"available":true' },
      { ok: false, note: '200 without the expected body' },
    ],
    ['another protocol', '220 mail.example ESMTP\r\n\r\n', {}, { ok: false, note: 'malformed answer' }],
  ];
  test.each(cases)('takes %s for what it is', async (_name, answer, more, expected) => {
    await using server = await listenHttp((socket) => socket.write(answer));
    await using watching = await watch([httpProbe(server.port, more)]);
    await watching.until((samples) => samples.length > 0);
    expect(watching.samples[0]).toMatchObject(expected);
    expect(watching.samples[0]).not.toHaveProperty('hung');
  });

  test('that is asked for HTTP Basic says so, and is good once it sends it', async () => {
    const wanted = 'Basic dGVzdDoxMjPCow==';
    const refusal =
      'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Bearer\r\nwww-authenticate: Basic realm="x"\r\nContent-Length: 0\r\n\r\n';
    await using server = await listenHttp((socket, _nth, head) =>
      socket.write(head.includes(`\r\nAuthorization: ${wanted}\r\n`) ? httpAnswer(200, 'ok') : refusal),
    );
    const specs = [
      httpProbe(server.port),
      httpProbe(server.port, { name: 'told', authorization: wanted }),
      httpProbe(server.port, { name: 'in the URL', url: `http://test:123%C2%A3@127.0.0.1:${server.port}/` }),
    ];
    await using watching = await watch(specs);
    await watching.until((samples) => new Set(samples.map(({ probe }) => probe)).size === 3);
    const of = (name: string) => watching.samples.find(({ probe }) => probe === name);
    expect(of('api')).toMatchObject({ ok: false, note: '401, asks for HTTP Basic: username and password' });
    expect([of('told')?.ok, of('in the URL')?.ok]).toEqual([true, true]);
  });

  test('takes an answer that ends with the connection for good', async () => {
    await using server = await listenHttp((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\nfine'));
    await using watching = await watch([httpProbe(server.port, { bodyIncludes: 'fine' })]);
    await watching.until((samples) => samples.length >= 3);
    expect(watching.samples.every(({ ok }) => ok)).toBe(true);
  });

  test('takes a connection that closes without an answer, or a reset, for bad, and opens a new one', async () => {
    await using server = await listenHttp((socket, nth) => {
      if (nth === 2) socket.end();
      else if (nth === 4) socket.resetAndDestroy();
      else socket.write(httpAnswer(200, 'ok'));
    });
    await using watching = await watch([httpProbe(server.port)]);
    await watching.until((samples) => samples.length >= 10);
    const notes = inOrder(watching.samples).flatMap(({ ok, note }) => (ok ? [] : [note]));
    expect(notes).toEqual(['connection closed without an answer', 'ECONNRESET']);
    expect(server.sockets.length).toBeGreaterThanOrEqual(3);
  });

  test('takes a refused connection for bad', async () => {
    await using watching = await watch([httpProbe(await closedPort())]);
    await watching.until((samples) => samples.length > 0);
    expect(watching.samples[0]).toMatchObject({ ok: false, note: 'ECONNREFUSED' });
  });

  test('looks names up', async () => {
    await using server = await listenHttp((socket) => socket.write(httpAnswer(200, 'ok')));
    await using watching = await watch([httpProbe(server.port, { url: `http://localhost:${server.port}/` })]);
    await watching.until((samples) => samples.length > 0);
    expect(watching.samples[0]).toMatchObject({ ok: true });
  });
});

describe('a TCP probe', () => {
  test('is good when the connection is established and bad when it is refused', async () => {
    await using server = await listen(() => {});
    const tcp = { kind: 'tcp' as const, host: '127.0.0.1', everyMs: 10, timeoutMs: 5000 };
    const specs = [
      { ...tcp, name: 'open', port: server.port },
      { ...tcp, name: 'closed', port: await closedPort() },
    ];
    await using watching = await watch(specs);
    await watching.until((samples) => new Set(samples.map(({ probe }) => probe)).size === 2);
    expect(watching.samples.find(({ probe }) => probe === 'open')).toMatchObject({ ok: true });
    expect(watching.samples.find(({ probe }) => probe === 'closed')).toMatchObject({ ok: false, note: 'ECONNREFUSED' });
  });
});

describe('stopping', () => {
  test('loses nothing: what is in flight is waited for, up to its time-out', async () => {
    let requests = 0;
    await using server = await listenHttp((socket, nth) => {
      requests += 1;
      if (nth < 4) socket.write(httpAnswer(200, 'ok'));
    });
    await using watching = await watch([httpProbe(server.port, { timeoutMs: 400 })]);
    await watching.until((samples) => samples.length >= 4);
    await served(server); // one more connection: a sample hangs on the first
    await watching.prober.stop();
    expect(watching.samples).toHaveLength(requests);
    expect(watching.samples.filter(({ hung }) => hung === true)).toHaveLength(requests - 4);
    await expect(watching.prober.finished).resolves.toBeUndefined();
  });

  test('by its signal is the same', async () => {
    await using server = await listenHttp((socket) => socket.write(httpAnswer(200, 'ok')));
    const abort = new AbortController();
    await using watching = await watch([httpProbe(server.port)], abort.signal);
    await watching.until((samples) => samples.length > 0);
    abort.abort();
    await expect(watching.prober.finished).resolves.toBeUndefined();
  });

  test('reports its own health to the end', async () => {
    await using server = await listenHttp((socket) => socket.write(httpAnswer(200, 'ok')));
    await using watching = await watch([httpProbe(server.port)]);
    await watching.until((samples) => samples.length >= 5);
    await watching.prober.stop();
    const counted = watching.health.reduce((sum, window) => sum + window.samples, 0);
    expect(counted).toBe(watching.samples.length);
    for (const { from, to, delayP99Ms, delayMaxMs } of watching.health) {
      expect(to).toBeGreaterThan(from);
      expect(delayMaxMs).toBeGreaterThanOrEqual(delayP99Ms);
    }
  });
});

describe('a running prober', () => {
  test('takes up probes and lets them go, with nothing of them to come afterwards', async () => {
    await using server = await listenHttp((socket) => socket.write(httpAnswer(200, 'ok')));
    await using watching = await watch([]);
    watching.prober.add(httpProbe(server.port, { name: 'second' }));
    await watching.until((samples) => samples.some(({ probe }) => probe === 'second'));
    await watching.prober.remove('second');
    const count = watching.samples.length;
    watching.prober.add(httpProbe(server.port, { name: 'third' }));
    await watching.until((samples) => samples.some(({ probe }) => probe === 'third'));
    expect(watching.samples.filter(({ probe }) => probe === 'second')).toHaveLength(count);
    watching.prober.add(httpProbe(server.port, { name: 'second' })); // the name is free again
  });

  test('refuses what it cannot probe', async () => {
    const port = await closedPort();
    const twice = [httpProbe(port), httpProbe(port)];
    await expect(watch(twice)).rejects.toThrow('Two probes are named "api"');
    await expect(watch([httpProbe(port, { url: 'ftp://x:secret@host/' })])).rejects.toThrow(
      /^(?!.*secret).*its URL cannot be used/,
    );
    await expect(watch([httpProbe(port, { everyMs: 0 })])).rejects.toThrow('its period is 0 ms');
  });
});

test('the port of a closed server refuses, as the tests above take for granted', async () => {
  const socket = connect(await closedPort(), '127.0.0.1');
  await expect(once(socket, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
});
