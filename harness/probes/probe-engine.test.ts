import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { findOutages } from '../core/outages/outages.ts';
import { systemClock } from '../core/clock.ts';
import type { ProberHealth, Sample } from '../core/probe.ts';
import { ProbeEngine } from './probe-engine.ts';
import { readBatch } from './sample-batch.ts';

/** A server in a thread of its own, which goes on while the thread of the test is stalled; it answers after 50 ms. */
const SERVER = `
  const { createServer } = require('node:http');
  const { parentPort } = require('node:worker_threads');
  const server = createServer((_, response) => setTimeout(() => response.end('ok'), 50));
  server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

/** Keeps this thread from doing anything, as a long garbage collection or an overloaded machine would. */
function stall(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

test('a stall of the prober is a hole in its samples and a window of its health, never an outage', async () => {
  const server = new Worker(SERVER, { eval: true });
  const [port] = await once(server, 'message');
  const clock = systemClock();
  const samples: Sample[] = [];
  const health: ProberHealth[] = [];
  const enough = Promise.withResolvers<void>();
  let stalledFrom = 0;
  let stalledUntil = 0;
  const engine = new ProbeEngine({
    clock,
    onBatch(batch) {
      samples.push(...readBatch(batch, () => 'api'));
      if (samples.length >= 10 && stalledFrom === 0) {
        stalledFrom = clock.now();
        stall(1300); // longer than the time-out: what is in flight has been answered meanwhile
        stalledUntil = clock.now();
      } else if (stalledUntil > 0 && samples.some(({ start }) => start > stalledUntil + 200)) {
        enough.resolve();
      }
    },
    onHealth: (window) => health.push(window),
  });
  const every = { everyMs: 20, timeoutMs: 1000 };
  await engine.add(0, { kind: 'http', name: 'api', url: `http://127.0.0.1:${port}/`, ...every });
  await enough.promise;
  await engine.stop();
  await server.terminate();

  const waited = samples.filter(({ start, end }) => start < stalledFrom && end > stalledUntil);
  expect(waited.length).toBeGreaterThan(0);
  const { outages, bad, missed, blindSpans } = findOutages(samples, { everyMs: 20, health });
  expect({ outages, bad }).toEqual({ outages: [], bad: 0 });
  expect(missed).toBeGreaterThan(50);
  expect(blindSpans.some(({ start, end }) => start <= stalledFrom + 25 && end >= stalledUntil)).toBe(true);
  const longest = health.toSorted((a, b) => b.delayMaxMs - a.delayMaxMs)[0];
  expect(longest?.delayMaxMs).toBeGreaterThan(1200);
  expect(longest?.from).toBeGreaterThan(stalledFrom - 50);
});
