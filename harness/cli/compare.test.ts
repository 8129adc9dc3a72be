import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
const SAMPLE = fileURLToPath(new URL('../../reports/sample/events.ndjson', import.meta.url));
const FIRST = '2026-11-22T10-00-00Z-worker_failure-00aa';
const SECOND = '2026-11-23T10-00-00Z-worker_failure-00bb';
const OTHER = '2026-11-21T10-00-00Z-database_failure-00cc';
const SERIES = '2026-11-20T10-00-00Z-everything-00dd';
let reports = '';

beforeAll(() => {
  reports = mkdtempSync(join(tmpdir(), 'chaos-compare-'));
  leave(FIRST, (text) => text);
  leave(SECOND, (text) => text.replaceAll('"parameters":{', '"parameters":{"made up":1,'));
  leave(SERIES, (text) => text);
  leave(OTHER, (text) => text.replaceAll('"id":"worker_failure"', '"id":"database_failure"'));
});
afterAll(() => rmSync(reports, { recursive: true, force: true }));

/** A real record under another name. */
function leave(runId: string, change: (started: string) => string): void {
  const [started = '', ...rest] = readFileSync(SAMPLE, 'utf8').split('\n');
  mkdirSync(join(reports, runId));
  const renamed = change(started).replace(/"runId":"[^"]*"/, `"runId":"${runId}"`);
  writeFileSync(join(reports, runId, 'events.ndjson'), [renamed, ...rest].join('\n'));
}

function compare(...args: string[]): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }> {
  return execa(process.execPath, [MAIN, 'compare', ...args], { reject: false, env: { CHAOS_REPORTS_DIR: reports } });
}

test('two runs are compared by their records alone, on the console and as a page', async () => {
  const { exitCode, stdout } = await compare('latest~1', 'latest');
  expect(exitCode).toBe(0);
  expect(stdout).toContain(`before  ${FIRST}`);
  expect(stdout).toContain('parameter made up: not said → 1');
  expect(stdout).toMatch(/= Recovery time: [\d.]+ s → [\d.]+ s\. No difference that the bounds can tell/);
  const page = readFileSync(join(reports, `compare-${FIRST}-${SECOND}`, 'index.html'), 'utf8');
  expect(page).toContain(`href="../${SECOND}/index.html"`);
  expect(page).toContain('made up');
  expect(page).not.toContain('<script');
  expect(existsSync(join(reports, FIRST, 'journal.json'))).toBe(false);
});

test('--json prints the comparison for a program', async () => {
  const { stdout } = await compare('00aa', '00bb', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    schemaVersion: 1,
    before: { runId: FIRST },
    after: { runId: SECOND },
    circumstances: [{ group: 'parameter', name: 'made up', after: '1' }],
  });
});

test.each([
  ['a run that is none', ['00aa', 'nothing'], /no run "nothing"/],
  [
    'a scenario that this version does not have',
    ['00aa', '00cc'],
    /There is no scenario "database_failure"|different scenarios/,
  ],
  ['a series', ['00aa', '00dd'], /00dd is a series of several scenarios/],
  ['the same run twice', ['00aa', '00aa'], /Both names mean the run/],
])('%s is refused with exit code 64', async (_what, args, message) => {
  const { exitCode, stderr } = await compare(...args);
  expect(stderr).toMatch(message);
  expect(exitCode).toBe(64);
});
