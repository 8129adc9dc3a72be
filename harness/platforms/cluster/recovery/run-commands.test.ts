import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import pWaitFor from 'p-wait-for';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { describeCommandEnd, isDone, type CommandEnd } from '../../../core/operator-commands.ts';
import { identifyProcess } from '../../../core/process-identity.ts';
import { commandEnvironment } from './command-environment.ts';
import { openCommandLog } from './command-log.ts';
import { operatorCommands, runningCommands } from './run-commands.ts';

/*
 * How it could lie: call a command done that failed or was ended; leave one running that it says is over; end what is not its own; let a shell read a
 * word; hand on what it was not told to; write down what it was trusted with.
 */

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'chaos-commands-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const SECRET = 'canary-4711';
/** For what waits for several programs, on a machine with other work. */
const SLOW = 120_000;
const never = new AbortController().signal;

async function run(
  command: readonly string[],
  { withinMs = 60_000, signal = never }: { readonly withinMs?: number; readonly signal?: AbortSignal } = {},
): Promise<CommandEnd> {
  const own = { PATH: process.env['PATH'], TOKEN: SECRET, OTHER: 'other-canary' };
  const environment = commandEnvironment({ env: ['TOKEN'], settings: { REGION: 'eu' } }, own);
  const commands = operatorCommands({ cwd: dir, environment, logs: join(dir, 'logs'), mark: dir });
  const started = await commands.start({ id: 'step', title: 'A step', command, withinMs }, signal);
  return started.ended;
}
const log = (): string => readFileSync(join(dir, 'logs', 'step.log'), 'utf8');
const node = (script: string): readonly string[] => [process.execPath, '-e', script];

/** The process whose id a command wrote to a file. */
async function pidIn(file: string): Promise<number> {
  const path = join(dir, file);
  await pWaitFor(() => existsSync(path) && readFileSync(path, 'utf8') !== '', { interval: 20, timeout: 30_000 });
  return Number(readFileSync(path, 'utf8'));
}
const isGone = async (pid: number): Promise<void> =>
  pWaitFor(() => identifyProcess(pid) === undefined, { interval: 20, timeout: 30_000 });
/** Starts a child that ignores SIGTERM, and waits for ever; both write their ids down. */
const STUBBORN = `const { spawn } = require('node:child_process'); const { writeFileSync } = require('node:fs');
  const child = spawn(process.execPath, ['-e', "process.on('SIGTERM', () => {}); require('node:fs').writeFileSync('ready', '1'); setInterval(() => {}, 1000)"], { stdio: 'inherit' });
  writeFileSync('child', String(child.pid)); writeFileSync('own', String(process.pid)); setInterval(() => {}, 1000);`;

test('what ends with 0 is done, and its last line is told of', async () => {
  const end = await run(node(`console.log('one'); console.error('restored 12 tables'); console.log('')`));
  expect(end).toMatchObject({ outcome: 'ended', code: 0 });
  expect(isDone(end)).toBe(true);
  expect(log()).toContain('one\n');
  expect(log()).toContain('restored 12 tables\n');
});

test.each([
  ['another code', node(`console.log('no such backup'); process.exit(3)`), /exit code 3: no such backup/],
  ['a signal', node(`process.kill(process.pid, 'SIGKILL')`), /SIGKILL/],
  ['a program that is not there', ['/nonexistent/restore'], /could not be started.*ENOENT/],
])('what ends with %s is not done', async (_, command, words) => {
  const end = await run(command);
  expect(isDone(end)).toBe(false);
  expect(describeCommandEnd(end)).toMatch(words);
});

test('words are handed on as they are: no shell reads them', async () => {
  await run([...node(`console.log(JSON.stringify(process.argv.slice(1)))`), '$HOME; touch x', '*', '`id`']);
  expect(log()).toBe('["$HOME; touch x","*","`id`"]\n');
  expect(existsSync(join(dir, 'x'))).toBe(false);
});

test('it has the variables that were named and no others, and works in the folder of the configuration', async () => {
  await run(node(`console.log(process.cwd(), JSON.stringify(Object.keys(process.env).sort()))`));
  expect(log()).toBe(`${dir} ["PATH","REGION","TOKEN"]\n`);
});

test('a secret is not written, in no form and in no two parts', async () => {
  const script = `const t = process.env.TOKEN; console.log('a ' + t); console.error(Buffer.from(t).toString('base64'));
    process.stdout.write('b ' + t.slice(0, 5)); setTimeout(() => process.stdout.write(t.slice(5)), 300)`;
  const end = await run(node(script));
  expect(log()).not.toContain('canary');
  expect(log()).not.toContain(Buffer.from(SECRET).toString('base64'));
  expect(log()).toContain('b ***');
  expect(end.lastLine).toBe('b ***');
});

test('a secret in a line without an end is found wherever the line is cut', () => {
  const path = join(dir, 'long.log');
  for (const shift of [0, 1, 5, 10]) {
    const log1 = openCommandLog(path, [SECRET]);
    const write = log1.stream();
    const text = `${'x'.repeat(64 * 1024 - shift)}${SECRET}${'y'.repeat(200)}${SECRET.slice(0, 6)}`;
    for (let at = 0; at < text.length; at += 4093) write(Buffer.from(text.slice(at, at + 4093)));
    write(Buffer.from(SECRET.slice(6)));
    log1.close();
  }
  expect(readFileSync(path, 'utf8')).not.toContain('canary');
});

test('when its time is over it is ended, however far it had come', async () => {
  const end = await run(node(STUBBORN), { withinMs: 2000 });
  expect(end.outcome).not.toBe('ended');
  expect(isDone(end)).toBe(false);
  for (const file of ['own', 'child']) if (existsSync(join(dir, file))) await isGone(await pidIn(file));
});

test('what ends well in the very end of its time is not called done when it was told to end', async () => {
  const script = `process.on('SIGTERM', () => process.exit(0)); setInterval(() => {}, 1000)`;
  expect(isDone(await run(node(script), { withinMs: 1500 }))).toBe(false);
});

test('an interruption ends it, with a child that does not want to', { timeout: SLOW }, async () => {
  const stop = new AbortController();
  const ended = run(node(STUBBORN), { signal: stop.signal });
  await pidIn('ready');
  expect(runningCommands({ mark: dir, logs: join(dir, 'logs') })).toBe(1);
  stop.abort();
  expect((await ended).outcome).toBe('stopped');
  await isGone(await pidIn('child'));
  expect(runningCommands({ mark: dir, logs: join(dir, 'logs') })).toBe(0);
});

test('what a command leaves running on purpose goes on, and does not hold the run up', async () => {
  const script = `const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'inherit' });
    require('node:fs').writeFileSync('left', String(child.pid)); child.unref()`;
  const end = await run(node(script));
  const left = await pidIn('left');
  try {
    expect(isDone(end)).toBe(true);
    expect(identifyProcess(left)).toBeDefined();
    expect(runningCommands({ mark: dir, logs: join(dir, 'logs') })).toBe(0);
  } finally {
    process.kill(left, 'SIGKILL');
  }
});

test('after SIGKILL of who started it, nothing of it is left', { timeout: SLOW }, async () => {
  const module = fileURLToPath(new URL('run-commands.ts', import.meta.url));
  const script = `import { operatorCommands } from ${JSON.stringify(module)};
    const environment = { variables: { PATH: process.env.PATH }, secrets: [] };
    const place = { cwd: ${JSON.stringify(dir)}, environment, logs: ${JSON.stringify(join(dir, 'logs'))}, mark: ${JSON.stringify(dir)} };
    const command = ${JSON.stringify(node(STUBBORN))};
    await operatorCommands(place).start({ id: 'step', title: 'A step', command, withinMs: 600000 }, new AbortController().signal);
    setInterval(() => {}, 1000);`;
  const file = join(dir, 'harness.ts');
  writeFileSync(file, script);
  const harness = execa(process.execPath, [file], { reject: false });
  await pidIn('ready');
  const [own, child] = [await pidIn('own'), await pidIn('child')];
  harness.kill('SIGKILL');
  await harness;
  await isGone(own);
  await isGone(child);
  await pWaitFor(() => runningCommands({ mark: dir, logs: join(dir, 'logs') }) === 0, {
    interval: 20,
    timeout: 30_000,
  });
});

test.each([
  [{}, /not set here: TOKEN/],
  [{ TOKEN: 'abc' }, /TOKEN is too short/],
])('a credential that is missing or cannot be hidden is refused: %j', (own, words) => {
  expect(() => commandEnvironment({ env: ['TOKEN'], settings: {} }, own)).toThrow(words);
});
