import { existsSync, writeFileSync } from 'node:fs';
import type { History } from '../../core/history.ts';
import type { Day } from './day.ts';

const OPTION = '--begin-when';

/** Arguments of a run whose site a person takes away: it waits for this file, which the day makes when the room says that they begin. */
export function waitsForWord(file: string): readonly string[] {
  return [OPTION, file];
}

/** The file that a run waits for, by the arguments that it was begun with; undefined where no person takes anything away. */
export function wordOf(args: readonly string[]): string | undefined {
  const at = args.indexOf(OPTION);
  return at === -1 ? undefined : args[at + 1];
}

interface Word {
  readonly step: string;
  readonly runId: string;
  readonly file: string;
  /** Where a day without people finds a run that waits for them. */
  readonly onNobody: () => void;
}

/** What gives a run the word of the room, once. */
export interface WordGiver {
  /** Asks the room as soon as the record shows that the run waits, and takes the question back when it does so no longer. @throws what kept the word from being given. */
  look(history: History): void;
  close(): void;
}

/** Lets the room say when it begins to take the site away. A run that was begun before the day was interrupted is asked for again. */
export function giveWord(day: Day, { step, runId, file, onNobody }: Word): WordGiver {
  const { room, record } = day;
  const over = new AbortController();
  let isAsked = false;
  let failure: unknown;

  const ask = async (): Promise<void> => {
    const answer = await room.ask({
      text: '\n  The site is yours to take away now. Press Enter at the moment at which you begin; the clock starts then. Esc or abort ends the scenario:',
      until: over.signal,
      accept: (line) => (line === '' ? 'begin' : /^(abort|stop)$/i.test(line) ? 'stop' : undefined),
    });
    if (answer === 'stop') return void room.stop.press('key');
    // The moment that counts is that of the run, which sees the file: a day that is killed between these two asks again.
    record.append({ type: 'taken-by-hand', step, runId });
    writeFileSync(file, '');
    room.say('  The clock runs. Take it away.');
  };
  return {
    look(history) {
      if (failure !== undefined) throw failure;
      const isWaiting = waits(history);
      if (!isWaiting && isAsked) over.abort();
      if (!isWaiting || isAsked || existsSync(file)) return;
      isAsked = true;
      if (!room.attended) return onNobody();
      ask().catch((error: unknown) => {
        if (!over.signal.aborted && !room.leaving.aborted) failure = error;
      });
    },
    close: () => over.abort(),
  };
}

/** Everything is ready, the undo is on the disk, and nothing has been taken away yet. */
function waits(history: History): boolean {
  const isPlanned = history.latest('fault.planned') !== undefined;
  const phase = history.latest('phase')?.name;
  return isPlanned && phase === 'fault' && history.latest('fault.injected') === undefined;
}
