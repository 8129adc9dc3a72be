import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runKubectl, runKubectlPatiently, type KubectlCall } from './kubectl.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'kubectl-'));
  vi.stubEnv('CHAOS_STATE_DIR', dir);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(dir, { recursive: true });
});

/** A program that fails so often with these words, and then says that it is done. */
function kubectlThatFails(times: number, words: string): KubectlCall {
  const kubectl = join(dir, 'kubectl');
  const calls = join(dir, 'calls');
  writeFileSync(calls, '');
  writeFileSync(
    kubectl,
    `#!/bin/sh\necho "$@" >> ${calls}\nif [ "$(wc -l < ${calls})" -le ${times} ]; then echo '${words}' >&2; exit 1; fi\necho done\n`,
  );
  chmodSync(kubectl, 0o755);
  return { cluster: 'toy', kubectl, args: ['apply', '--filename', 'x'] };
}
const countCalls = (): number => readFileSync(join(dir, 'calls'), 'utf8').split('\n').length - 1;

test.each([
  'The connection to the server 127.0.0.1:6443 was refused - did you specify the right host or port?',
  'Error from server (TooManyRequests): the server has received too many requests and has asked us to try again later',
  'Error from server (InternalError): an error on the server ("") has prevented the request from succeeding',
])('it is asked again after: %s', async (words) => {
  expect(await runKubectlPatiently(kubectlThatFails(1, words))).toBe('done');
  expect(countCalls()).toBe(2);
});

test('what is wrong stays wrong', async () => {
  const call = kubectlThatFails(1, 'error: unable to read the file x');
  await expect(runKubectlPatiently(call)).rejects.toThrow(
    'kubectl apply --filename x failed on toy: error: unable to read the file x',
  );
  expect(countCalls()).toBe(1);
});

test('nobody waits where patience was not asked for, or when the run is over', async () => {
  const away = 'The connection to the server 127.0.0.1:6443 was refused';
  await expect(runKubectl(kubectlThatFails(1, away))).rejects.toThrow('was refused');
  const signal = AbortSignal.timeout(300);
  await expect(runKubectlPatiently({ ...kubectlThatFails(1000, away), signal })).rejects.toThrow('aborted');
  expect(countCalls()).toBeLessThan(3);
});
