import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

const KIND_HERE = fileURLToPath(new URL('kind-here', import.meta.url));

/**
 * Ends as `.ci/run` does, with the trap set; returns the exit code and what was printed. The lines are in a file of their own, as there: Bash forgets jobs that
 * have ended sooner where it is given `-c`.
 */
async function endAfter(lines: string): Promise<{ exitCode: number | undefined; all: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'kind-here-'));
  const script = join(folder, 'run');
  writeFileSync(script, `set -euo pipefail\nsource '${KIND_HERE}'\ntrap end_kind_here EXIT\n${lines}\n`);
  try {
    return await execa('bash', [script], { reject: false, all: true });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([0, 1])('a build that has ended long ago changes nothing of exit code %i', async (code) => {
  const { exitCode, all } = await endAfter(`true & build_pid=$!\nwait $build_pid\nbash -c 'exit ${code}'`);
  expect([exitCode, all]).toEqual([code, '']);
});

test('a build that ended while nobody waited for it changes nothing either', async () => {
  expect(await endAfter('sleep 0.1 & build_pid=$!\nsleep 0.4')).toMatchObject({ exitCode: 0, all: '' });
});

test('what was not begun is not ended', async () => {
  expect(await endAfter('true')).toMatchObject({ exitCode: 0, all: '' });
});

test('a build that still runs is ended', async () => {
  // It holds the output open: there is an end to that only with its own.
  expect(await endAfter('sleep 60 & build_pid=$!')).toMatchObject({ exitCode: 0, all: '' });
});

test('a process that has the id of dockerd now, but is another, is left alone', async () => {
  const other = spawn('sleep', ['600']);
  expect(await endAfter(`docker_pid=${other.pid}`)).toMatchObject({ exitCode: 0, all: '' });
  expect(other.exitCode).toBeNull();
  other.kill();
});
