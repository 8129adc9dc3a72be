import { readLock, isLockHeld } from '../../runner/run-lock.ts';
import { UndoJournal } from '../../runner/undo-journal.ts';
import { logOf, type Day } from './day.ts';
import { lastWords } from './program.ts';

/** What an earlier run left to undo, in words; undefined when it left nothing. */
export function whatIsLeft(): string | undefined {
  const unfinished = UndoJournal.unfinished().map(({ runId }) => runId);
  const holder = isLockHeld() ? undefined : readLock();
  const names = [...new Set([...(holder === undefined ? [] : [holder.runId]), ...unfinished])];
  return names.length === 0 ? undefined : names.join(', ');
}

/** Puts right what a killed run left, by the same command that a person would type. Also while the day is being left. */
export async function cleanUpIfNeeded(day: Day): Promise<void> {
  const left = whatIsLeft();
  if (left === undefined || isLockHeld()) return;
  day.room.say(`  ${left} was not undone; putting everything right …`);
  const ended = await day.program.run(['cleanup'], logOf(day, 'cleanup'), new AbortController().signal);
  day.record.append({ type: 'cleaned-up', succeeded: ended.exitCode === 0, detail: lastWords(ended) });
  day.room.say(`  ${ended.exitCode === 0 ? '✓' : '✗'} ${lastWords(ended)}`);
}
