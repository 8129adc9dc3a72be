import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { fakeAirbyte } from '../../../clients/monitor/testing/fake-airbyte.ts';
import type { UndoAction } from '../../../core/platform.ts';
import { awaitOriginal } from './await-original.ts';
import { undoByCommands } from './operator-platform.ts';

/*
 * How it could lie: call the original back because its commands ended well; because something answers, and says that it is not available; because it answered
 * once; look so long that nobody hears of it, or only once.
 */

const nobody = async (): Promise<never> => Promise.reject(new Error('nobody asks for credentials'));
const never = new AbortController().signal;
let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-original-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

/** Commands that end well and bring nothing back. */
function undoOf(original: { readonly api: string; readonly withinMs: number } | undefined): UndoAction {
  const commands = [
    { command: [process.execPath, '-e', `require('node:fs').appendFileSync('ran', 'x')`], withinMs: 60_000 },
  ];
  const place = { mark: dir, cwd: dir, logs: join(dir, 'logs') };
  return { kind: 'run-commands', ...place, env: [], settings: {}, commands, ...(original && { original }) };
}

test('commands that end well are not enough where nothing answers, or nothing was looked at', async () => {
  const silent = undoOf({ api: 'http://127.0.0.1:9/api/v1', withinMs: 300 });
  await expect(undoByCommands(silent, never, nobody)).rejects.toMatchObject({
    code: 'platform',
    message: expect.stringContaining('the original does not answer well at http://127.0.0.1:9'),
    tryThis: expect.stringContaining('originalWithin'),
  });
  expect(await undoByCommands(undoOf(undefined), never, nobody)).toContain('was not looked at');
  expect(readFileSync(join(dir, 'ran'), 'utf8')).toBe('xx');
});

test('an original that answers well some times in a row is back', async () => {
  await using airbyte = await fakeAirbyte();
  const said = await undoByCommands(undoOf({ api: airbyte.url.href, withinMs: 60_000 }), never, nobody);
  expect(said).toMatch(/brought back by 1 command; it answers well .* later/);
});

test('one that answers, and says that it has no database, is not', async () => {
  await using airbyte = await fakeAirbyte({ isAvailable: false });
  await expect(awaitOriginal({ api: airbyte.url.href, withinMs: 300 }, never, nobody)).rejects.toMatchObject({
    lastState: 'it says that it is not available',
  });
});

test('good answers before a bad one do not count: it is waited for anew', async () => {
  const trouble = (_path: string, _body: unknown, nth: number): number | undefined => (nth === 4 ? 502 : undefined);
  await using airbyte = await fakeAirbyte({ trouble });
  await awaitOriginal({ api: airbyte.url.href, withinMs: 60_000 }, never, nobody);
  expect(airbyte.calls.length).toBe(9);
});

test('an interruption ends the wait', async () => {
  const stop = new AbortController();
  const waiting = awaitOriginal({ api: 'http://127.0.0.1:9/api/v1', withinMs: 60_000 }, stop.signal, nobody);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
});

test('one whose proxy asks for HTTP Basic is asked with it, as soon as it can be read', async () => {
  const basic = { username: 'canary-user', password: 'canary-password' };
  await using airbyte = await fakeAirbyte({ basic });
  const original = { api: airbyte.url.href, withinMs: 60_000, config: '/place/chaos.config.yaml' };
  let asked = 0;
  await awaitOriginal(original, never, async (config) => {
    asked += 1;
    expect(config).toBe(original.config);
    if (asked < 3) throw new Error('the cluster that holds it is away');
    return Promise.resolve({ kind: 'basic', ...basic });
  });
  expect([asked, airbyte.calls.length]).toEqual([3, 5]);
  await expect(awaitOriginal({ api: airbyte.url.href, withinMs: 300 }, never, nobody)).rejects.toMatchObject({
    lastState: expect.stringContaining('it asks for HTTP Basic, and nothing was given'),
  });
});
