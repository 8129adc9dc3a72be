import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';

const NSEXEC = fileURLToPath(new URL('nsexec', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nsexec-'));
  writeFileSync(join(folder, 'nsenter'), '#!/bin/bash\nprintf "%s\\n" "$@"\n');
  chmodSync(join(folder, 'nsenter'), 0o755);
});
afterEach(() => rmSync(folder, { recursive: true }));

const nsexec = (...args: readonly string[]) =>
  execa('bash', [NSEXEC, ...args], { reject: false, env: { PATH: `${folder}:${process.env['PATH']}` } });

// The command as the daemon builds it (chaos-mesh pkg/bpm/build_linux.go).
test('a command is run in the namespaces that are named, with its words as they are', async () => {
  const { stdout } = await nsexec('-n', '/proc/7/ns/net', '-m', '/proc/7/ns/mnt', '--', 'ip', 'a b', '-n');
  expect(stdout.split('\n')).toEqual(['--net=/proc/7/ns/net', '--mount=/proc/7/ns/mnt', '--', 'ip', 'a b', '-n']);
});

test('what it cannot do is refused, and not done half', async () => {
  const { exitCode, stdout, stderr } = await nsexec('-l', '-n', '/proc/7/ns/net', '--', 'ip', 'link');
  expect([exitCode, stdout, stderr]).toEqual([64, '', 'nsexec: this stand-in does not know -l']);
});
