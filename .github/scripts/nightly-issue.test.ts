import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SCRIPT = fileURLToPath(new URL('./nightly-issue.ts', import.meta.url));
const FAKE_GH = fileURLToPath(new URL('./testing/fake-gh.sh', import.meta.url));
const RUN_URL = 'https://example.invalid/actions/runs/7';
let place = '';

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'chaos-issue-'));
  mkdirSync(join(place, 'bin'));
  copyFileSync(FAKE_GH, join(place, 'bin', 'gh'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** A report as `everything` leaves it. */
function leaveReport(summary: string, runId = '2026-11-23T02-20-00Z-everything-00aa'): void {
  mkdirSync(join(place, 'reports', runId), { recursive: true });
  writeFileSync(join(place, 'reports', runId, 'summary.md'), summary);
}

async function tell(
  result: string,
  path = join(place, 'bin'),
): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }> {
  const args = [SCRIPT, '--result', result, '--reports', join(place, 'reports'), '--run-url', RUN_URL];
  // Only the fake is in the PATH: the script needs nothing else.
  return execa(process.execPath, args, { reject: false, env: { PATH: path, FAKE_GH: place }, extendEnv: false });
}

/** What gh was asked for, a line a call. */
function calls(): string[] {
  const file = join(place, 'calls');
  return existsSync(file) ? readFileSync(file, 'utf8').trimEnd().split('\n') : [];
}

/** The body of an issue with its comments. */
function issue(number: number): string {
  return readFileSync(join(place, `${number}.md`), 'utf8');
}

/** The options are those of gh 2.97, which GitHub's runners have. */
const LIST = 'issue list --label nightly-chaos --state open --json number --jq .[0].number // empty';
const CREATE = 'issue create --title The nightly chaos run does not pass --label nightly-chaos --body-file -';

test('nights that do not pass share one issue; the first that passes closes it; the next failure opens another', async () => {
  leaveReport('### ❌ FAIL · everything\n');
  expect((await tell('failure')).stdout).toBe('The night did not pass: opened https://example.invalid/issues/1.');
  leaveReport('### ⚠️ UNKNOWN · everything\n', '2026-11-24T02-20-00Z-everything-00bb');
  expect((await tell('failure')).stdout).toBe('The night did not pass: added to issue 1.');
  expect((await tell('success')).stdout).toBe('The night passed: issue 1 is closed.');
  expect((await tell('failure')).stdout).toContain('opened https://example.invalid/issues/2');
  expect(issue(1).split('\n').filter(Boolean)).toEqual([
    '### ❌ FAIL · everything',
    `Reports, records and logs: ${RUN_URL}`,
    'Each night that does not pass adds a comment here; the first one that passes closes this issue.',
    '### ⚠️ UNKNOWN · everything',
    `Reports, records and logs: ${RUN_URL}`,
    `Everything passed again: ${RUN_URL}`,
  ]);
  const label = expect.stringMatching(/^label create nightly-chaos --color B60205 --description .{1,100} --force$/);
  const opened = [LIST, label, CREATE];
  const addedTo = [LIST, 'issue comment 1 --body-file -'];
  const closed = [LIST, `issue close 1 --comment Everything passed again: ${RUN_URL}`];
  expect(calls()).toEqual([...opened, ...addedTo, ...closed, ...opened]);
});

test('a night that passes opens nothing', async () => {
  expect((await tell('success')).stdout).toBe('The night passed, and no issue was open.');
  expect(calls()).toEqual([LIST]);
});

test('a night without a report is told of as that', async () => {
  await tell('failure');
  expect(issue(1)).toContain('There is no report: the night ended before the scenarios did.');
});

test.each(['cancelled', 'skipped'])('a night that was %s changes nothing', async (result) => {
  const { stdout, exitCode } = await tell(result);
  expect(stdout).toBe(`The night was ${result}: nothing to tell.`);
  expect(exitCode).toBe(0);
  expect(calls()).toEqual([]);
});

test('a report that is longer than GitHub takes is cut between two lines', async () => {
  leaveReport(`${'x'.repeat(99)}\n`.repeat(2000));
  expect((await tell('failure')).exitCode).toBe(0);
  expect(issue(1)).toMatch(/^(x{99}\n)+\n… and more, in the report\.\n/);
  expect(issue(1).length).toBeLessThan(65_536);
});

test('what gh complains of is said, with exit code 1', async () => {
  writeFileSync(join(place, 'bin', 'gh'), '#!/bin/sh\necho "the repository has disabled issues" >&2\nexit 1\n');
  const { stderr, exitCode } = await tell('failure');
  expect(stderr).toBe('gh issue list failed: the repository has disabled issues');
  expect(exitCode).toBe(1);
  expect((await tell('failure', '/nowhere')).stderr).toContain('gh could not be started');
});

test('a result that GitHub does not know is refused with exit code 64', async () => {
  expect(await tell('fine')).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('--result success|failure'),
  });
});
