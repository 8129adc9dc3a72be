import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { identifyProcess, signalProcess, type ProcessIdentity } from '../../core/process-identity.ts';

const MAIN = fileURLToPath(new URL('../main.ts', import.meta.url));

/** How a command of the harness ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that was started and goes on by itself. */
export interface Started {
  /** Undefined when it was over before it could be looked at. */
  readonly identity: ProcessIdentity | undefined;
  /** Its exit code, once it is over; null where a signal ended it, or it could not be started. */
  readonly exitCode: Promise<number | null>;
}

/**
 * The harness as a program of its own: what a game day asks for is done by the same commands that people type. They write to files and have
 * a session of their own, so that neither the end of the game day nor a Ctrl-C at its terminal reaches them unasked.
 */
export interface HarnessProgram {
  /** A file that takes its place, in a rehearsal of the game day itself; null in a real one. */
  readonly standIn: string | null;
  start(args: readonly string[], log: string): Started;
  /** Runs a command to its end; an abort sends it SIGINT. */
  run(args: readonly string[], log: string, signal: AbortSignal): Promise<Ended>;
}

/** The harness itself, or `standIn`, a file that takes the same arguments. */
export function harnessProgram(standIn: string | null): HarnessProgram {
  const file = standIn ?? MAIN;
  const launch = (args: readonly string[], log: string): ReturnType<typeof spawn> => {
    mkdirSync(dirname(log), { recursive: true });
    const [out, err] = [openSync(`${log}.out.log`, 'w'), openSync(`${log}.err.log`, 'w')];
    const child = spawn(process.execPath, [file, ...args], { detached: true, stdio: ['ignore', out, err] });
    for (const descriptor of [out, err]) closeSync(descriptor);
    return child;
  };
  return {
    standIn,
    start(args, log) {
      const child = launch(args, log);
      const exitCode = new Promise<number | null>((resolve) => {
        child.once('error', () => resolve(null));
        child.once('exit', resolve);
      });
      return { identity: child.pid === undefined ? undefined : identifyProcess(child.pid), exitCode };
    },
    run: (args, log, signal) =>
      new Promise((resolve, reject) => {
        const child = launch(args, log);
        const identity = child.pid === undefined ? undefined : identifyProcess(child.pid);
        const stop = (): void => void (identity !== undefined && signalProcess(identity, 'SIGINT'));
        if (signal.aborted) stop();
        signal.addEventListener('abort', stop);
        child.once('error', reject);
        child.once('exit', (exitCode) => {
          signal.removeEventListener('abort', stop);
          resolve({ exitCode, ...readOutput(log) });
        });
      }),
  };
}

/** What a command has written so far. */
export function readOutput(log: string): Pick<Ended, 'stdout' | 'stderr'> {
  return { stdout: readFileSync(`${log}.out.log`, 'utf8'), stderr: readFileSync(`${log}.err.log`, 'utf8') };
}

/** Everything that a command said of why it does nothing, what to try included, for a record. */
export function allWords({ stderr, stdout }: Pick<Ended, 'stdout' | 'stderr'>): string {
  const lines = stderr.split('\n').map((line) => line.trim());
  const first = lines.findLastIndex((line) => line.startsWith('✗'));
  const words = lines.slice(Math.max(0, first)).filter((line) => line !== '');
  return first < 0 ? lastWords({ stderr, stdout }) : words.join(' ').replace(/^✗ /, '').slice(0, 2000);
}

/** The last sentence of an error that a command printed, for a record. */
export function lastWords({ stdout, stderr }: Pick<Ended, 'stdout' | 'stderr'>): string {
  const lines = (stderr.trim() === '' ? stdout : stderr).split('\n').map((line) => line.trim());
  const error = lines.findLast((line) => line.startsWith('✗'));
  return (error ?? lines.findLast((line) => line !== '') ?? 'it said nothing').replace(/^✗ /, '').slice(0, 400);
}
