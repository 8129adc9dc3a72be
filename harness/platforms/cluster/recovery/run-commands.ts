import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import type { CommandEnd, OperatorCommand, OperatorCommands, StartedCommand } from '../../../core/operator-commands.ts';
import { findMarkedProcesses } from '../../../core/process-identity.ts';
import type { CommandEnvironment } from './command-environment.ts';
import { openCommandLog } from './command-log.ts';

const GUARD = fileURLToPath(new URL('command-guard.ts', import.meta.url));
/** After the end of a command, what it had said is read for so long, in milliseconds: what it left running may hold its output open. */
const DRAIN_MS = 300;

const guardLine = z.discriminatedUnion('is', [
  z.object({ is: z.literal('running') }),
  z.object({ is: z.literal('not-started'), reason: z.string() }),
  z.object({ is: z.literal('ended'), code: z.int().nullable(), signal: z.string().nullable() }),
]);
type GuardLine = z.infer<typeof guardLine>;

export interface CommandPlace {
  /** The folder of the configuration. */
  readonly cwd: string;
  readonly environment: CommandEnvironment;
  /** Where logs go, one file for each command. */
  readonly logs: string;
  /** By this name the guards that live are found again. */
  readonly mark: string;
}

/** The operator's commands, each run by a guard that outlives nobody (`command-guard.ts`). */
export function operatorCommands(place: CommandPlace): OperatorCommands {
  return { start: (command, signal) => startCommand(place, command, signal) };
}

/** Guards of that mark that live: commands that are not over. */
export function runningCommands({ mark, logs }: Pick<CommandPlace, 'mark' | 'logs'>): number {
  return findMarkedProcesses(mark, logs).length;
}

async function startCommand(
  { cwd, environment, logs, mark }: CommandPlace,
  { id, command, withinMs }: OperatorCommand,
  signal: AbortSignal,
): Promise<StartedCommand> {
  signal.throwIfAborted();
  const log = openCommandLog(join(logs, `${id}.log`), environment.secrets);
  const guard = spawn(process.execPath, [GUARD], {
    cwd,
    detached: true,
    env: { ...environment.variables, CHAOS_STACK_ID: mark },
    stdio: ['pipe', 'pipe', 'pipe', 'pipe'],
  });
  guard.stdout.on('data', log.stream());
  guard.stderr.on('data', log.stream());
  // A guard that is gone takes no more words; how it ended is told by what it reported.
  guard.stdin.on('error', () => undefined);
  const reports = reportsOf(guard);
  let ending: 'timed-out' | 'stopped' | undefined;
  const end = (why: 'timed-out' | 'stopped'): void => {
    ending ??= why;
    guard.stdin.end();
  };
  const onAbort = (): void => end('stopped');
  signal.addEventListener('abort', onAbort);
  const timer = setTimeout(() => end('timed-out'), withinMs);
  guard.stdin.write(`${JSON.stringify(command)}\n`);

  async function finish(): Promise<CommandEnd> {
    const failure = await exitOf(guard);
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    await Promise.race([once(guard, 'close'), delay(DRAIN_MS)]);
    for (const stream of guard.stdio) stream?.destroy();
    log.close();
    const last = reports.lines.at(-1);
    const lastLine = log.lastLine();
    if (last?.is === 'ended') {
      const code = last.code ?? undefined;
      return { outcome: ending ?? 'ended', code, reason: last.signal ?? undefined, lastLine };
    }
    const reason = last?.is === 'not-started' ? last.reason : (failure ?? 'what looked after it ended before it');
    return { outcome: 'not-started', code: undefined, reason, lastLine };
  }
  const ended = finish();
  await Promise.race([reports.first, ended]);
  return { ended };
}

/** What a guard says of its command. */
function reportsOf(guard: ChildProcess): { readonly lines: readonly GuardLine[]; readonly first: Promise<void> } {
  const lines: GuardLine[] = [];
  let pending = '';
  const first = new Promise<void>((resolve) => {
    guard.stdio[3]?.on('data', (data: Buffer) => {
      const parts = `${pending}${data.toString()}`.split('\n');
      pending = parts.pop() ?? '';
      for (const part of parts) lines.push(guardLine.parse(JSON.parse(part)));
      if (lines.length > 0) resolve();
    });
  });
  return { lines, first };
}

/** Resolves when the guard is gone; with a reason where it never was there. */
async function exitOf(guard: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    guard.once('error', (error) => resolve(error.message));
    guard.once('exit', () => resolve(undefined));
  });
}
