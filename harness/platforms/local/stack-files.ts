import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { findMarkedProcesses, isSameProcessAlive, type MarkedProcess } from '../../core/process-identity.ts';
import { stacksDirectory } from '../../core/state-directory.ts';

const stackFile = z.object({
  stackId: z.string(),
  supervisorPid: z.int(),
  supervisorStartTicks: z.int(),
  controlPort: z.int(),
  dir: z.string(),
});
/** What the supervisor wrote about itself before it started anything. */
export type StackFile = z.infer<typeof stackFile>;

/** The stack in a directory, or undefined when there is none (or its supervisor has not written its file yet). */
export function readStackFile(dir: string): StackFile | undefined {
  try {
    return stackFile.parse(JSON.parse(readFileSync(join(dir, 'stack.json'), 'utf8')));
  } catch {
    return undefined;
  }
}

/** All stacks on this machine whose supervisor lives. */
export function runningStacks(): StackFile[] {
  return readdirSync(stacksDirectory())
    .map((name) => readStackFile(join(stacksDirectory(), name)))
    .filter((file) => file !== undefined)
    .filter(isSupervisorAlive);
}

/** Folders of stacks whose supervisor is gone. Only for when no run and no `up` is under way: a new stack has no supervisor yet. */
export function abandonedStacks(): { readonly stackId: string; readonly dir: string }[] {
  return readdirSync(stacksDirectory()).flatMap((name) => {
    const dir = join(stacksDirectory(), name);
    const file = readStackFile(dir);
    return file !== undefined && isSupervisorAlive(file) ? [] : [{ stackId: file?.stackId ?? name, dir }];
  });
}

export function isSupervisorAlive(file: StackFile): boolean {
  return isSameProcessAlive({ pid: file.supervisorPid, startTicks: file.supervisorStartTicks });
}

/** What is left of a stack, in words: its processes and its directory. Empty when it is gone. */
export function remainsOf(stackId: string, dir: string): string[] {
  const processes = findMarkedProcesses(stackId, dir).map(describeProcess);
  return existsSync(dir) ? [...processes, `directory ${dir}`] : processes;
}

export function describeProcess(found: MarkedProcess): string {
  // The program's name is enough for a person; its path is this machine's own business.
  const program = found.command.split(' ')[0]?.split('/').at(-1) ?? found.command;
  const of = found.instance === undefined ? '' : ` of ${found.instance}`;
  return `process ${found.pid}${of} (${program})`;
}
