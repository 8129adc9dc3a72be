/**
 * A program of its own that runs one command of the operator in a process group of its own, and ends that group when its standard input ends: so no command outlives
 * the harness, also when that is killed with SIGKILL. First line of the input: the program and its words as JSON. Descriptor 3: how it ended, as JSON.
 */
import { spawn } from 'node:child_process';
import { writeSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';

/** So long a command may take to end by itself when it is asked to, in milliseconds. */
const GRACE_MS = 5000;
const REAPED_WITHIN_MS = 1000;
const LOOK_EVERY_MS = 50;
const REPORT = 3;

/** By this variable guards that live are found again; what they run has it not. */
const { CHAOS_STACK_ID: _mark, ...environment } = process.env;

let isBegun = false;
let endCommand = (): void => undefined;

const input = createInterface({ input: process.stdin });
input.on('line', (line) => {
  if (isBegun) return;
  isBegun = true;
  const words: unknown = JSON.parse(line);
  if (Array.isArray(words)) begin(words.map(String));
});
input.on('close', () => endCommand());
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, () => endCommand());

function begin([program = '', ...args]: readonly string[]): void {
  const child = spawn(program, args, { detached: true, stdio: ['ignore', 'inherit', 'inherit'], env: environment });
  const { pid } = child;
  let isEnding = false;
  let kill: NodeJS.Timeout | undefined;
  child.once('spawn', () => report({ is: 'running' }));
  child.once('error', (error) => finish({ is: 'not-started', reason: error.message }));
  child.once('exit', (code, signal) => {
    const end = { is: 'ended', code, signal };
    // What it started goes with it only where it had to be ended: what a command leaves running on purpose is its own.
    if (isEnding) void untilGroupIsGone(pid).then(() => finish(end));
    else finish(end);
  });
  endCommand = () => {
    if (isEnding) return;
    isEnding = true;
    signalGroup(pid, 'SIGTERM');
    kill = setTimeout(() => signalGroup(pid, 'SIGKILL'), GRACE_MS);
  };
  function finish(end: object): void {
    clearTimeout(kill);
    endCommand = () => undefined;
    report(end);
    input.close();
    process.stdin.destroy();
  }
}

/**
 * Each of the group has its grace, also when the one that started it is gone; the timer that was set ends what is left then. A dead process that nobody has
 * reaped, as in a container without an init, is still of the group: it is not waited for.
 */
async function untilGroupIsGone(pid: number | undefined): Promise<void> {
  const giveUpAt = performance.now() + GRACE_MS + REAPED_WITHIN_MS;
  while (signalGroup(pid, 0) && performance.now() < giveUpAt) await delay(LOOK_EVERY_MS);
}

/** False when nothing of the group is left. */
function signalGroup(pid: number | undefined, signal: NodeJS.Signals | 0): boolean {
  if (pid === undefined) return false;
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}

function report(what: object): void {
  try {
    writeSync(REPORT, `${JSON.stringify(what)}\n`);
  } catch {
    // Whoever asked is gone.
  }
}
