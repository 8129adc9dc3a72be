import { cpSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleRun } from '../../reporters/testing/sample-run.ts';
import { readDrills, readNotedDrills } from './read-drills.ts';
import { readRunbooks } from './read-runbooks.ts';

/* How it could lie: count a run of another scenario, one that was never judged, or one that breaks the archive on purpose; take the time of a check-out for that of a runbook. */

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'chaos-audit-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function leaveRun(runId: string, scenario: { readonly id: string; readonly variant?: string }, isJudged = true): void {
  const { journal } = sampleRun();
  mkdirSync(join(folder, runId));
  const ready = {
    i: 0,
    t: 0,
    trial: 0,
    type: 'platform.ready',
    platform: 'local',
    profile: 'reference',
    details: {},
    expected: {},
  };
  writeFileSync(join(folder, runId, 'events.ndjson'), `${JSON.stringify(ready)}\n`);
  if (!isJudged) return;
  const judged = { ...journal, runId, scenario: { ...journal.scenario, ...scenario } };
  writeFileSync(join(folder, runId, 'journal.json'), JSON.stringify(judged));
}

test('drills are judged runs of the recovery from backups, with the place where they were made', () => {
  leaveRun('2026-11-20T00-00-00Z-cluster_failure-0001', { id: 'cluster_failure' });
  leaveRun('2026-11-21T00-00-00Z-cluster_failure-0002', { id: 'cluster_failure' }, false);
  leaveRun('2026-11-22T00-00-00Z-cluster_failure-0003', { id: 'cluster_failure', variant: 'corrupt_wal' });
  leaveRun('2026-11-23T00-00-00Z-cluster_failure-0004', { id: 'cluster_failure', variant: 'point_in_time' });
  leaveRun('2026-11-24T00-00-00Z-worker_failure-0005', { id: 'worker_failure' });
  const drills = readDrills(folder);
  expect(drills.map(({ runId }) => runId.slice(-4))).toEqual(['0004', '0001']);
  expect(drills[0]).toMatchObject({ platform: 'local', verdict: sampleRun().journal.verdict });
  expect(readDrills(join(folder, 'nowhere'))).toEqual([]);
});

test('a drill that was written down counts as far as its record is there', () => {
  writeFileSync(join(folder, 'drill.md'), 'We restored it.');
  const record = (name: string): string => join(folder, name);
  const drills = readNotedDrills([
    { at: '2026-11-01', record: record('drill.md') },
    { at: '2026-11-02', record: record('gone.md') },
  ]);
  expect(drills.map(({ verdict, at }) => [verdict, at.slice(0, 10)])).toEqual([
    ['pass', '2026-11-01'],
    ['unknown', '2026-11-02'],
  ]);
});

test('a runbook is as old as its last commit, and one that was changed since as its file', async () => {
  const old = '2024-03-01T12:00:00Z';
  const git = async (...args: readonly string[]): Promise<unknown> =>
    execa('git', ['-C', folder, '-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      env: { GIT_COMMITTER_DATE: old, GIT_AUTHOR_DATE: old },
    });
  await git('init', '--quiet');
  mkdirSync(join(folder, 'runbooks', 'more'), { recursive: true });
  const write = (name: string): void => writeFileSync(join(folder, 'runbooks', name), 'one two three');
  write('recovery.md');
  write('README.md');
  write('picture.png');
  await git('add', '.');
  await git('commit', '--quiet', '--message', 'runbooks');
  write('more/new.md');
  const changed = new Date('2025-05-05T00:00:00Z');
  utimesSync(join(folder, 'runbooks', 'more/new.md'), changed, changed);
  const runbooks = await readRunbooks(join(folder, 'runbooks'));
  if (runbooks.is !== 'seen') throw new Error('they are seen');
  expect(runbooks.value.toSorted((a, b) => (a.file < b.file ? -1 : 1))).toEqual([
    { file: 'new.md', changedAt: changed.toISOString(), changedBy: 'file', words: 3 },
    { file: 'recovery.md', changedAt: '2024-03-01T12:00:00.000Z', changedBy: 'commit', words: 3 },
  ]);
  const copy = join(folder, 'copy');
  cpSync(join(folder, 'runbooks', 'recovery.md'), join(copy, 'recovery.md'));
  expect(await readRunbooks(join(copy, 'recovery.md'))).toMatchObject({ value: [{ changedBy: 'file' }] });
  expect(await readRunbooks(join(folder, 'nowhere'))).toEqual({ is: 'seen', value: [] });
});
