import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { seededRandom } from '../core/random.ts';
import { createRunDirectory, listRuns, newRunId, resolveRun } from './run-directory.ts';
import { writeAtomically } from './write-atomically.ts';

let reports: string;
beforeEach(() => {
  reports = mkdtempSync(join(tmpdir(), 'reports-'));
});
afterEach(() => {
  rmSync(reports, { recursive: true, force: true });
});

function leaveRun(name: string): void {
  mkdirSync(join(reports, name));
  writeFileSync(join(reports, name, 'events.ndjson'), '');
}

describe('run ids', () => {
  test('carry the time, the scenario and four digits', () => {
    const id = newRunId(new Date('2026-11-23T02:51:21.345Z'), 'worker_failure', seededRandom(7));
    expect(id).toMatch(/^2026-11-23T02-51-21Z-worker_failure-[0-9a-f]{4}$/);
  });

  test('differ for two runs of the same second, even with the same seed', () => {
    const wall = new Date('2026-11-23T02:51:21Z');
    const first = createRunDirectory(reports, wall, 'worker_failure', seededRandom(7));
    const second = createRunDirectory(reports, wall, 'worker_failure', seededRandom(7));
    expect(second.runId).not.toBe(first.runId);
    expect(readdirSync(reports)).toHaveLength(2);
  });

  test('a folder that cannot be made is a clear error', () => {
    writeFileSync(join(reports, 'file'), '');
    expect(() => createRunDirectory(join(reports, 'file'), new Date(), 'worker_failure', seededRandom(1))).toThrow(
      /No folder for this run/,
    );
  });
});

describe('finding a run', () => {
  beforeEach(() => {
    leaveRun('2026-11-22T10-00-00Z-worker_failure-00aa');
    leaveRun('2026-11-23T02-51-21Z-worker_failure-7f3a');
    leaveRun('2026-11-23T02-51-21Z-database_failure-1b1b');
    leaveRun('sample');
    mkdirSync(join(reports, '2026-11-24T00-00-00Z-worker_failure-ffff'));
    writeFileSync(join(reports, 'index.html'), '');
  });

  test('lists those with a record, newest first', () => {
    expect(listRuns(reports).map((run) => run.runId)).toEqual([
      '2026-11-23T02-51-21Z-worker_failure-7f3a',
      '2026-11-23T02-51-21Z-database_failure-1b1b',
      '2026-11-22T10-00-00Z-worker_failure-00aa',
    ]);
    expect(listRuns(join(reports, 'nowhere'))).toEqual([]);
  });

  test.each([
    ['latest', '2026-11-23T02-51-21Z-worker_failure-7f3a'],
    ['latest~0', '2026-11-23T02-51-21Z-worker_failure-7f3a'],
    ['latest~2', '2026-11-22T10-00-00Z-worker_failure-00aa'],
    ['2026-11-23T02-51-21Z-database_failure-1b1b', '2026-11-23T02-51-21Z-database_failure-1b1b'],
    ['2026-11-22', '2026-11-22T10-00-00Z-worker_failure-00aa'],
    ['7f3a', '2026-11-23T02-51-21Z-worker_failure-7f3a'],
    ['sample', 'sample'],
  ])('understands %s', (name, runId) => {
    expect(resolveRun(reports, name)).toEqual({ runId, path: join(reports, runId), isSeries: false });
  });

  test('knows a series by its id; `latest` is a single run', () => {
    leaveRun('2026-11-25T00-00-00Z-everything-0e0e');
    expect(resolveRun(reports, '0e0e').isSeries).toBe(true);
    expect(resolveRun(reports, 'latest').runId).toBe('2026-11-23T02-51-21Z-worker_failure-7f3a');
  });

  test.each([
    ['2026-11-23', /2 runs/],
    ['worker', /2 runs/],
    ['nothing', /no run "nothing".*|The newest/],
    ['latest~3', /no run "latest~3"/],
    ['', /no run ""/],
    ['../../etc', /no run/],
  ])('refuses %j with the choices', (name, message) => {
    expect(() => resolveRun(reports, name)).toThrow(message);
    expect(() => resolveRun(reports, name)).toThrow(expect.objectContaining({ code: 'usage' }));
  });
});

describe('writing atomically', () => {
  test('replaces the content and leaves nothing else', () => {
    writeAtomically(join(reports, 'a.txt'), 'old');
    writeAtomically(join(reports, 'a.txt'), 'new ✓');
    expect(readFileSync(join(reports, 'a.txt'), 'utf8')).toBe('new ✓');
    expect(readdirSync(reports)).toEqual(['a.txt']);
  });

  test('keeps the old content when it fails, and says what to try', () => {
    mkdirSync(join(reports, 'a-folder'));
    expect(() => writeAtomically(join(reports, 'a-folder'), 'x')).toThrow(/could not be written/);
    expect(readdirSync(reports)).toEqual(['a-folder']);
  });
});
