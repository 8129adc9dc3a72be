import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sampleSeries } from '../reporters/testing/sample-series.ts';
import { writeJournal } from '../store/journal-file.ts';

const MAIN = fileURLToPath(new URL('./main.ts', import.meta.url));
let place = '';

beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'chaos-trend-'));
});
afterEach(() => rmSync(place, { recursive: true, force: true }));

/** The folder of a series, as a night leaves it; another night has other reports. */
function leaveNight(day: number): void {
  rmSync(join(place, 'reports'), { recursive: true, force: true });
  const runId = `2026-11-${day}T02-20-00Z-everything-00aa`;
  const dir = join(place, 'reports', runId);
  mkdirSync(dir, { recursive: true });
  writeFileSync(join(dir, 'events.ndjson'), '');
  writeJournal(dir, sampleSeries({ runId, wallStart: `2026-11-${day}T02:20:00.000Z` }));
}

function trend(...args: string[]): Promise<{ exitCode?: number | undefined; stdout: string; stderr: string }> {
  const env = { CHAOS_REPORTS_DIR: join(place, 'reports'), INIT_CWD: place };
  return execa(process.execPath, [MAIN, 'trend', ...args], { reject: false, env });
}

test('nights whose reports are gone stay in the folder that keeps their journals, each once', async () => {
  leaveNight(21);
  await trend('--keep-in', 'kept');
  leaveNight(22);
  await trend('--keep-in', 'kept');
  const { stdout, exitCode } = await trend('--keep-in', 'kept');
  expect(stdout).toContain('2 series of 2');
  expect(stdout).toMatch(/22 Nov 02:20 \| 21 Nov 02:20/);
  expect(readdirSync(join(place, 'kept'))).toHaveLength(2);
  expect(exitCode).toBe(0);
  expect((await trend()).stdout).toContain('1 series of 1');
});

test('a damaged journal is named and hides no other', async () => {
  leaveNight(21);
  mkdirSync(join(place, 'kept'));
  writeFileSync(join(place, 'kept', 'broken.json'), '{');
  const { stdout, stderr } = await trend('--keep-in', 'kept');
  expect(stdout).toContain('1 series of 1');
  expect(stderr).toContain('Left out, as it cannot be read: broken.json');
});

test.each(['0', 'x', '1.5'])('--last %s is refused with exit code 64', async (last) => {
  const { exitCode, stderr } = await trend('--last', last);
  expect(stderr).toContain('is not a number of series');
  expect(exitCode).toBe(64);
});
