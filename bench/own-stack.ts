import type { Platform, RunningStack } from '../harness/core/platform.ts';
import { UndoJournal } from '../harness/runner/undo-journal.ts';

/** Removing the nodes of a cluster takes most of it. */
const DOWN_TIMEOUT_MS = 180_000;

export interface OwnStackOptions {
  readonly settings: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly onProgress: (text: string) => void;
}

/** Brings a stack up for one piece of work, and takes it down whatever becomes of that; `cleanup` does when the bench is killed. */
export async function onOwnStack<T>(
  platform: Platform,
  { settings, signal, onProgress }: OwnStackOptions,
  work: (stack: RunningStack) => Promise<T>,
): Promise<T> {
  await platform.prepare({ settings, weaknesses: [], signal, onProgress });
  const runId = `bench-${process.pid}`;
  const undo = new UndoJournal(runId);
  try {
    const stack = await platform.up({
      runId,
      settings,
      weaknesses: [],
      isOwned: true,
      signal,
      onProgress,
      beforeChange: async (action) => void undo.plan(platform.id, action),
    });
    return await work(stack).finally(() => stack.release());
  } finally {
    for (const { id, action } of undo.pending()) {
      await platform.undo(action, AbortSignal.timeout(DOWN_TIMEOUT_MS));
      undo.markDone(id);
    }
    undo.close();
  }
}
