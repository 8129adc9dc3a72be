import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { readLoadResults } from './load-results.ts';

const WALL = Date.parse('2026-01-01T00:00:00Z');
let folder = '';
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function output(...lines: readonly string[]): string {
  folder = mkdtempSync(join(tmpdir(), 'load-results-'));
  const file = join(folder, 'k6.json');
  writeFileSync(file, lines.join('\n'));
  return file;
}

/** A point as k6 1.1.0 writes it. */
function point(metric: string, atMs: number, value: number, tags: Record<string, string> = {}): string {
  return JSON.stringify({ metric, type: 'Point', data: { time: new Date(WALL + atMs).toISOString(), value, tags } });
}

test('requests are counted by the second, and those that failed are named one by one', async () => {
  const refused = { method: 'POST', name: '/jobs/list', status: '0', error: 'read: connection reset by peer' };
  const file = output(
    JSON.stringify({ type: 'Metric', metric: 'http_req_duration', data: {} }),
    point('http_req_duration', 200, 12),
    point('http_req_failed', 200, 0),
    point('http_req_duration', 1300, 1),
    point('http_req_failed', 1300, 1, refused),
    point('http_req_duration', 1400, 3),
    point('http_req_failed', 1400, 1, { method: 'GET', name: '/health', status: '503' }),
    point('dropped_iterations', 1500, 2),
    '{"metric":"http_req_dur',
  );
  const { buckets, failures } = await readLoadResults(file, { wallOffsetMs: WALL - 5000, untilMs: 60_000 });
  expect(failures).toEqual([
    { at: 6300, request: 'POST /jobs/list', note: 'read: connection reset by peer' },
    { at: 6400, request: 'GET /health', note: '503' },
  ]);
  expect(buckets.totals()).toEqual({ requests: 3, failed: 2, dropped: 2 });
  expect(buckets.all().map(({ from, requests, failed }) => [from, requests, failed])).toEqual([
    [5000, 1, 0],
    [6000, 2, 2],
  ]);
});

test('what k6 broke off when it was told to end is no failure', async () => {
  const file = output(
    point('http_req_duration', 900, 4),
    point('http_req_duration', 1100, 4),
    point('http_req_failed', 1100, 1, { method: 'GET', name: '/health', status: '0', error: 'context canceled' }),
  );
  const { buckets, failures } = await readLoadResults(file, { wallOffsetMs: WALL, untilMs: 1000 });
  expect([failures, buckets.totals().requests]).toEqual([[], 1]);
});
