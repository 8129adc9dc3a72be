import { ChaosError, describeError } from '../core/errors.ts';
import type { Platform } from '../core/platform.ts';
import { isLockHeld, readLock, removeLock } from './run-lock.ts';
import { undoTimeoutMs, UndoJournal } from './undo-journal.ts';

export interface CleanupOptions {
  readonly platformById: (id: string) => Promise<Platform>;
  /** Where stacks may have been left without anybody who looks after them. */
  readonly platformIds: readonly string[];
  readonly say: (text: string) => void;
}

/**
 * Puts right whatever earlier runs left, and can be run as often as one likes.
 * @throws ChaosError `busy` while a run is alive, `platform` when something could not be put right (its undo stays on disk).
 */
export async function cleanUp({ platformById, platformIds, say }: CleanupOptions): Promise<void> {
  if (isLockHeld()) {
    const holder = readLock();
    throw new ChaosError({
      code: 'busy',
      message: `Run ${holder?.runId ?? '?'} (process ${holder?.pid ?? '?'}) is alive and cleans up after itself.`,
      tryThis: 'Interrupt it with Ctrl-C, or wait until it is over.',
    });
  }
  const problems: string[] = [];
  let undone = 0;
  for (const journal of UndoJournal.unfinished()) {
    for (const { id, platform, action, begun } of journal.pending()) {
      try {
        if (action.kind === 'run-commands') {
          const commands = action.commands.map(({ command }) => command.join(' ')).join('; ');
          const before =
            begun === 0 ? '(for the first time)' : 'again (it was begun before, and not all of it was done)';
          say(`Running what brings the original back ${before}: ${commands}`);
          journal.markBegun(id);
        }
        say(await (await platformById(platform)).undo(action, AbortSignal.timeout(undoTimeoutMs(action))));
        journal.markDone(id);
        undone += 1;
      } catch (error) {
        problems.push(describeError(error));
      }
    }
    if (journal.pending().length === 0) journal.close();
  }
  for (const id of platformIds) {
    const platform = await platformById(id);
    for (const action of platform.findAbandoned()) {
      try {
        say(await platform.undo(action, AbortSignal.timeout(undoTimeoutMs(action))));
        undone += 1;
      } catch (error) {
        problems.push(describeError(error));
      }
    }
  }
  if (problems.length > 0) {
    throw new ChaosError({
      code: 'platform',
      message: `Not everything could be put right: ${problems.join('; ')}.`,
      tryThis: 'Run cleanup again; what is left is still written down.',
    });
  }
  removeLock();
  say(
    undone === 0
      ? 'Nothing was left to undo.'
      : `Everything is put right: ${undone} ${undone === 1 ? 'thing' : 'things'} undone.`,
  );
}
