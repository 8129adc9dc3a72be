import { expect, test } from 'vitest';
import type { HttpWriteProbe, Sample } from '../core/probe.ts';
import { closedPort, httpAnswer, listen } from './testing/loopback.ts';
import { watch, type Watch } from './testing/watch.ts';

function writer(port: number, more: Partial<HttpWriteProbe> = {}): HttpWriteProbe {
  const url = `http://127.0.0.1:${port}/api/v1/sources/create`;
  return { kind: 'http-write', name: 'ledger', url, body: '{"name":"w {seq}"}', everyMs: 20, timeoutMs: 5000, ...more };
}

/** The one with the number 1, whenever it ended. */
function firstOf(samples: Watch['samples']): Sample | undefined {
  return samples.find(({ write }) => write?.seq === 1);
}

test('writes are numbered, and a 2xx acknowledges them', async () => {
  let received = '';
  await using server = await listen((socket) => {
    socket.on('data', (bytes) => {
      received += bytes.toString();
      socket.write(httpAnswer(200, '{}'));
    });
  });
  await using watching = await watch([writer(server.port)]);
  // Samples come in the order in which they end, which on a busy machine need not be that of their numbers.
  const firstTwo = (samples: Watch['samples']): readonly Sample[] =>
    samples.filter(({ write }) => (write?.seq ?? 9) <= 2);
  await watching.until((samples) => firstTwo(samples).length === 2);
  const written = firstTwo(watching.samples).map(({ ok, write }) => ({ ok, write }));
  expect(written).toHaveLength(2);
  expect(written).toContainEqual({ ok: true, write: { seq: 1, outcome: 'acknowledged' } });
  expect(written).toContainEqual({ ok: true, write: { seq: 2, outcome: 'acknowledged' } });
  expect(received).toContain('POST /api/v1/sources/create HTTP/1.1');
  expect(received).toContain('Content-Length: 14\r\n\r\n{"name":"w 1"}');
});

test.each([
  [400, 'failed'],
  [422, 'failed'],
  [500, 'indeterminate'], // the answer to its commit may be what was lost
  [503, 'indeterminate'],
] as const)('a write that is answered with %s is %s', async (status, outcome) => {
  await using server = await listen((socket) => {
    socket.on('data', () => socket.write(httpAnswer(status, '{}')));
  });
  await using watching = await watch([writer(server.port)]);
  await watching.until((samples) => firstOf(samples) !== undefined);
  expect(firstOf(watching.samples)).toMatchObject({ ok: false, note: String(status), write: { outcome } });
});

test('a write that is cut off is indeterminate', async () => {
  await using server = await listen((socket) => {
    socket.on('data', () => socket.destroy());
  });
  await using watching = await watch([writer(server.port)]);
  await watching.until((samples) => firstOf(samples) !== undefined);
  expect(firstOf(watching.samples)?.write).toEqual({ seq: 1, outcome: 'indeterminate' });
});

test('a write that hangs is indeterminate and delays no other', async () => {
  await using server = await listen((socket, nth) => {
    if (nth > 0) socket.on('data', () => socket.write(httpAnswer(200, '{}')));
  });
  await using watching = await watch([writer(server.port, { timeoutMs: 300 })]);
  await watching.until((samples) => samples.some(({ hung }) => hung === true));
  const hung = watching.samples.find((sample) => sample.hung === true);
  expect(hung?.write?.outcome).toBe('indeterminate');
  const others = watching.samples.filter(
    ({ write, end }) => write?.outcome === 'acknowledged' && end < (hung?.end ?? 0),
  );
  expect(others.length).toBeGreaterThan(0);
});

test('a write that nobody listened to has failed', async () => {
  await using watching = await watch([writer(await closedPort())]);
  await watching.until((samples) => samples.length > 0);
  expect(watching.samples[0]).toMatchObject({ note: 'ECONNREFUSED', write: { outcome: 'failed' } });
});
