import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const SESSION = fileURLToPath(new URL('node-session.ts', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'session-'));
  // `docker exec --interactive NODE sh` is a shell on this machine.
  writeFileSync(join(folder, 'docker'), '#!/bin/sh\nshift 3\nexec "$@"\n');
  chmodSync(join(folder, 'docker'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** Runs a program that has nothing but a session to wait for. */
async function program(...lines: readonly string[]): Promise<{ readonly exitCode?: number; readonly stdout: string }> {
  const text = [
    `import { openNodeSession } from ${JSON.stringify(SESSION)};`,
    "const session = openNodeSession('id', 'node', () => undefined);",
    ...lines,
  ].join('\n');
  const env = { PATH: `${folder}${delimiter}${process.env['PATH'] ?? ''}` };
  return execa(process.execPath, ['--input-type=module-typescript', '--eval', text], {
    env,
    reject: false,
    timeout: 20_000,
  });
}

test('a process that waits for a command stays until it is over', async () => {
  const ended = await program("console.log((await session.run('sleep 0.2; echo one; exit 0')).trim());");
  expect([ended.exitCode, ended.stdout]).toEqual([0, 'one']);
});

test('a process that waits for nothing ends, although its session is open', async () => {
  const ended = await program("await session.run('true');", "console.log(session.hasEnded() ? 'ended' : 'open');");
  expect([ended.exitCode, ended.stdout]).toEqual([0, 'open']);
});

test('a command that fails says so, and the session goes on', async () => {
  const ended = await program(
    "await session.run('echo why; exit 3').catch((error) => console.log(error.message));",
    "console.log((await session.run('echo next')).trim());",
  );
  expect(ended.stdout).toBe('A command failed in node: why\nnext');
});
