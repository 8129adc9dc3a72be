import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outage } from '../core/outages/outages.ts';
import { systemClock } from '../core/clock.ts';
import { measure } from './measure.ts';
import { fakePostgres } from './testing/fake-postgres.ts';
import { closedPort, httpAnswer, listenHttp } from './testing/loopback.ts';

describe('measuring', () => {
  test('finds an outage while it runs, with the truth inside its bounds, and writes every sample down', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'chaos-measure-'));
    const samplesFile = join(folder, 'samples.ndjson');
    const clock = systemClock();
    const truth = { start: Infinity, end: Infinity };
    // Down from the 10th request to the 30th: the server knows the instants, the prober has to find them.
    await using server = await listenHttp((socket, nth) => {
      if (nth === 10) truth.start = clock.now();
      if (nth === 30) truth.end = clock.now();
      socket.write(httpAnswer(nth >= 10 && nth < 30 ? 503 : 200, 'ok'));
    });
    const abort = new AbortController();
    const begun: Outage[] = [];
    const target = { kind: 'http' as const, target: `http://127.0.0.1:${server.port}/` };
    const result = await measure({
      ...target,
      everyMs: 10,
      forMs: 60_000,
      clock,
      samplesFile,
      signal: abort.signal,
      onOutageStart: (outage) => begun.push(outage),
      onOutageEnd: () => abort.abort(),
    });
    const lines = (await readFile(samplesFile, 'utf8')).trimEnd().split('\n');
    await rm(folder, { recursive: true });

    expect(begun).toHaveLength(1);
    expect(result.outages).toHaveLength(1);
    const [outage] = result.outages;
    expect(outage).toMatchObject({ isOpen: false, badSamples: 20, notes: ['503'] });
    expect(outage?.start.low).toBeLessThanOrEqual(truth.start);
    expect(outage?.start.high).toBeGreaterThanOrEqual(truth.start);
    expect(outage?.end.low).toBeLessThanOrEqual(truth.end);
    expect(outage?.end.high).toBeGreaterThanOrEqual(truth.end);
    expect(result).toMatchObject({ bad: 20, longest: outage?.duration, leftOver: undefined });
    expect(result.good + result.bad).toBe(result.samples);
    expect(result.availability).toBe(result.good / result.samples);
    expect(lines).toHaveLength(result.samples);
    expect(lines.map((line) => JSON.parse(line)).filter(({ ok }) => ok === false)).toHaveLength(20);
  });

  test('says that an outage is still open when the time is up', async () => {
    const target = { kind: 'tcp' as const, target: `127.0.0.1:${await closedPort()}` };
    const result = await measure({ ...target, everyMs: 10, forMs: 100 });
    expect(result.outages).toMatchObject([{ isOpen: true, notes: ['ECONNREFUSED'] }]);
    expect(result).toMatchObject({ good: 0, availability: 0, slowestGoodMs: undefined });
  });

  test('takes away the table that it wrote to', async () => {
    const queries: string[] = [];
    await using server = await fakePostgres({
      onInsert: (reply) => reply.acknowledge(),
      onQuery: (query) => queries.push(query),
    });
    const abort = new AbortController();
    const result = await measure({
      kind: 'sql',
      target: `postgres://app@127.0.0.1:${server.port}/db`,
      everyMs: 10,
      forMs: 60_000,
      signal: abort.signal,
      onProgress: ({ samples }) => {
        if (samples > 3) abort.abort();
      },
    });
    expect(result).toMatchObject({ bad: 0, leftOver: undefined });
    const table = /"chaos_measure_\d+_\d+"/.exec(queries[0] ?? '')?.[0];
    expect(queries.at(-1)).toBe(`DROP TABLE IF EXISTS ${table}`);
  });

  test('refuses a target or a file that it cannot use', async () => {
    const every = { everyMs: 10, forMs: 100 };
    await expect(measure({ kind: 'tcp', target: 'db', ...every })).rejects.toThrow('"db" is not a TCP address');
    await expect(measure({ kind: 'http', target: 'db:80', ...every })).rejects.toMatchObject({ code: 'config' });
    const target = { kind: 'tcp' as const, target: '127.0.0.1:9' };
    const samplesFile = join(tmpdir(), 'no-such-folder', 'samples.ndjson');
    await expect(measure({ ...target, ...every, samplesFile })).rejects.toMatchObject({ code: 'environment' });
  });
});
