import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** One process for ever: an id alone can be reused, an id with its start time cannot. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Field 22 of /proc/<pid>/stat: clock ticks after boot. */
  readonly startTicks: number;
}

/** The identity of a live process, or undefined when there is none (a zombie is not alive). */
export function identifyProcess(pid: number): ProcessIdentity | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces and parentheses itself; the fields after the last one are safe.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const state = fields[0];
    const startTicks = Number(fields[19]);
    if (state === 'Z' || state === 'X' || !Number.isFinite(startTicks)) return undefined;
    return { pid, startTicks };
  } catch {
    return undefined;
  }
}

/** True when exactly this process is still alive. */
export function isSameProcessAlive(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startTicks === identity.startTicks;
}

/** True when exactly this process is stopped by a signal (state T). */
export function isProcessStopped(identity: ProcessIdentity): boolean {
  try {
    const stat = readFileSync(`/proc/${identity.pid}/stat`, 'utf8');
    return isSameProcessAlive(identity) && stat.slice(stat.lastIndexOf(')') + 2).startsWith('T');
  } catch {
    return false;
  }
}

/**
 * Sends a signal to exactly this process. Returns false when it is gone.
 * A process could end and its id be reused between the check and the signal; at that distance (microseconds, and ids
 * are handed out in turn) that does not happen in practice.
 */
export function signalProcess(identity: ProcessIdentity, signal: NodeJS.Signals): boolean {
  if (!isSameProcessAlive(identity)) return false;
  try {
    return process.kill(identity.pid, signal);
  } catch {
    return false;
  }
}

/** A process that carries the mark of a stack, in words for a report. */
export interface MarkedProcess extends ProcessIdentity {
  readonly parentPid: number;
  readonly command: string;
  /** The instance that started it, by `INSTANCE_NAME` in its environment or by the folder that it works in. */
  readonly instance: string | undefined;
}

/**
 * All live processes that belong to a stack: they have `CHAOS_STACK_ID=<id>` in their environment or work below its
 * directory (PostgreSQL overwrites its environment). Processes of other users that may not be read are not ours.
 */
export function findMarkedProcesses(stackId: string, dir: string): MarkedProcess[] {
  const marked: MarkedProcess[] = [];
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (!Number.isInteger(pid) || pid === process.pid) continue;
    const mark = readMark(pid, stackId, dir);
    const identity = mark && identifyProcess(pid);
    if (identity !== undefined) {
      marked.push({ ...identity, parentPid: parentOf(pid), command: commandOf(pid), instance: mark?.instance });
    }
  }
  return marked;
}

/** Ends every process that bears the mark of a stack, with SIGKILL. Returns how many there were. */
export function endMarked(stackId: string, dir: string): number {
  return findMarkedProcesses(stackId, dir).filter((found) => signalProcess(found, 'SIGKILL')).length;
}

function readMark(pid: number, stackId: string, dir: string): { readonly instance: string | undefined } | undefined {
  try {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const instance = environment
      .find((variable) => variable.startsWith('INSTANCE_NAME='))
      ?.slice('INSTANCE_NAME='.length);
    if (environment.includes(`CHAOS_STACK_ID=${stackId}`)) return { instance };
    const cwd = readlinkSync(`/proc/${pid}/cwd`).replace(/ \(deleted\)$/, '');
    if (cwd !== dir && !cwd.startsWith(`${dir}/`)) return undefined;
    return { instance: /^instances\/([^/]+)/.exec(cwd.slice(dir.length + 1))?.[1] };
  } catch {
    return undefined;
  }
}

function parentOf(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return 0;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim().slice(0, 160);
  } catch {
    return 'unknown command';
  }
}
