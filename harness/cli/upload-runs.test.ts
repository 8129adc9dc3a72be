import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { keepingRuns } from './upload-runs.ts';

/*
 * How it could lie: say that results are kept that are not; pass a run whose results were lost; hide the verdict of a run behind an upload; put up what is of
 * another run.
 */

const RUN = '2026-11-28T10-00-00Z-worker_failure-7f3a';
let reports = '';
let store: Server;
let taken: string[] = [];
let types: unknown[] = [];
let answer = 200;

beforeEach(async () => {
  reports = mkdtempSync(join(tmpdir(), 'chaos-upload-'));
  taken = [];
  types = [];
  answer = 200;
  store = createServer((request, response) => {
    request.resume().on('end', () => {
      if (answer === 200) taken.push(`${request.method} ${new URL(request.url ?? '', 'http://store').pathname}`);
      types.push(request.headers['content-type']);
      response.writeHead(answer).end();
    });
  }).listen(0, '127.0.0.1');
  await once(store, 'listening');
  const address = store.address();
  if (typeof address !== 'object' || address === null) throw new Error('no address');
  vi.stubEnv('CHAOS_REPORTS_DIR', reports);
  vi.stubEnv('AWS_ENDPOINT_URL', `http://127.0.0.1:${address.port}`);
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'key');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'canary');
  said.length = 0;
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    said.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  store.close();
  store.closeAllConnections();
  rmSync(reports, { recursive: true });
});

function writeRun(id: string): void {
  mkdirSync(join(reports, id, 'logs'), { recursive: true });
  for (const file of ['journal.json', 'events.ndjson', 'logs/a.log']) writeFileSync(join(reports, id, file), file);
}
const said: string[] = [];
const saidSoFar = (): string => said.join('');

test('all of the run that was made is put up, and nothing of those before; its exit code stays', async () => {
  writeRun('2026-11-27T10-00-00Z-worker_failure-0001');
  const exitCode = await keepingRuns('s3://chaos/nightly/', async () => {
    writeRun(RUN);
    return Promise.resolve(1);
  });
  expect(exitCode).toBe(1);
  const at = `PUT /chaos/nightly/${RUN}`;
  expect(taken.toSorted()).toEqual([`${at}/events.ndjson`, `${at}/journal.json`, `${at}/logs/a.log`]);
  expect(taken.at(-1)).toBe(`${at}/journal.json`);
  expect(saidSoFar()).toContain(`Kept: s3://chaos/nightly/${RUN}/`);
});

test('a report opens where it was put: a browser is told what it is', async () => {
  await keepingRuns('s3://chaos', async () => {
    writeRun(RUN);
    writeFileSync(join(reports, RUN, 'index.html'), '<p>');
    return Promise.resolve(0);
  });
  expect(types).toContain('text/html; charset=utf-8');
});

test.each([
  [0, 70],
  [1, 1],
  [2, 2],
])('results that cannot be kept are no pass: %i becomes %i', async (verdict, expected) => {
  answer = 403;
  const exitCode = await keepingRuns('s3://chaos', async () => {
    writeRun(RUN);
    return Promise.resolve(verdict);
  });
  expect([exitCode, taken]).toEqual([expected, []]);
  expect(saidSoFar()).not.toContain('Kept');
  expect(saidSoFar()).not.toContain('canary');
});

test('a run that left nothing, and a place that is none', async () => {
  expect(await keepingRuns('s3://chaos/x', async () => Promise.resolve(64))).toBe(64);
  expect(taken).toEqual([]);
  const work = vi.fn<() => Promise<number>>();
  await expect(keepingRuns('https://chaos/x', work)).rejects.toThrow('no place in an object store');
  expect(work).not.toHaveBeenCalled();
});
