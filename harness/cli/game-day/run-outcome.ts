import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { summarizeRun } from '../../checks/game-day/run-summary.ts';
import { describeError } from '../../core/errors.ts';
import type { GameDayEventOf } from '../../core/game-day/events.ts';
import type { Journal } from '../../core/journal.ts';
import { readJournal } from '../../store/journal-file.ts';
import { readRecord } from '../../store/record-reader.ts';
import { RECORD_FILE } from '../../store/record-writer.ts';
import { judgeRecorded } from '../judge-recorded.ts';
import { writeReports } from '../write-reports.ts';

type Outcome = Pick<GameDayEventOf<'scenario.ended'>, 'how' | 'run' | 'detail'>;

/** What a run left, once its process is gone. `whyNothing` says what its console said, for a run that left no record. */
export async function readOutcome(dir: string, whyNothing: () => string): Promise<Outcome> {
  if (!existsSync(join(dir, RECORD_FILE))) return { how: 'not-begun', run: null, detail: whyNothing() };
  try {
    const isFinished = readRecord(dir).events.some(({ type }) => type === 'run.finished');
    const journal = (isFinished ? readJournal(dir) : null) ?? (await judgeAgain(dir));
    if (isFinished) return { how: 'finished', run: summarizeRun(journal), detail: journal.headline };
    return { how: 'lost', run: null, detail: `Its process was ended in the middle (${journal.headline})` };
  } catch (error) {
    return { how: 'lost', run: null, detail: `Its record cannot be judged: ${describeError(error)}` };
  }
}

/** A run that was killed before it wrote its reports gets them all the same. */
async function judgeAgain(dir: string): Promise<Journal> {
  const { journal, events } = await judgeRecorded(dir);
  writeReports(dir, journal, events);
  return journal;
}
