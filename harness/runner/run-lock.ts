import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ChaosError } from '../core/errors.ts';
import { identifyProcess, isSameProcessAlive } from '../core/process-identity.ts';
import { stateDirectory } from '../core/state-directory.ts';
import { UndoJournal } from './undo-journal.ts';

const content = z.object({ runId: z.string(), pid: z.int(), startTicks: z.int() });
type LockContent = z.infer<typeof content>;

function lockFile(): string {
  return join(stateDirectory(), 'run.lock');
}

/**
 * Makes sure that one run at a time breaks things on this machine, and that what an earlier run broke has been undone.
 * @throws ChaosError `busy` while another run lives, `cleanup-needed` when one died before it had undone everything.
 */
export function acquireRunLock(runId: string): { release: () => void } {
  const holder = readLock();
  if (holder !== undefined && isSameProcessAlive(holder)) {
    throw new ChaosError({
      code: 'busy',
      message: `Another run is under way: ${holder.runId} (process ${holder.pid}).`,
      tryThis: 'Wait until it is over, or interrupt it with Ctrl-C there; it then undoes what it did.',
    });
  }
  const unfinished = UndoJournal.unfinished().map((journal) => journal.runId);
  if (holder !== undefined || unfinished.length > 0) {
    throw new ChaosError({
      code: 'cleanup-needed',
      message: `An earlier run ended without undoing what it did: ${[...new Set([holder?.runId, ...unfinished])].filter(Boolean).join(', ')}.`,
      tryThis: 'Put everything right with: npm run chaos -- cleanup',
    });
  }
  const self = identifyProcess(process.pid);
  if (self === undefined)
    throw new ChaosError({ code: 'environment', message: 'This system has no /proc, which the harness needs.' });
  writeExclusively({ runId, ...self });
  return { release: () => rmSync(lockFile(), { force: true }) };
}

/** Who holds the lock, dead or alive. */
export function readLock(): LockContent | undefined {
  try {
    return content.parse(JSON.parse(readFileSync(lockFile(), 'utf8')));
  } catch {
    return undefined;
  }
}

/** True when the process that took the lock is still running. */
export function isLockHeld(): boolean {
  const holder = readLock();
  return holder !== undefined && isSameProcessAlive(holder);
}

export function removeLock(): void {
  rmSync(lockFile(), { force: true });
}

/** Writes the whole lock under another name and links it into place: the link fails when somebody was quicker. */
function writeExclusively(lock: LockContent): void {
  const own = `${lockFile()}.${lock.pid}`;
  const descriptor = openSync(own, 'w');
  try {
    writeSync(descriptor, JSON.stringify(lock));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  try {
    linkSync(own, lockFile());
  } catch (cause) {
    throw new ChaosError({
      code: 'busy',
      message: 'Another run started at the same moment.',
      tryThis: 'Wait until it is over.',
      cause,
    });
  } finally {
    rmSync(own, { force: true });
  }
}
