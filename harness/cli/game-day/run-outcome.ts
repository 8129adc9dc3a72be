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
import { allWords, lastWords, type Ended } from './program.ts';

type Outcome = Pick<GameDayEventOf<'scenario.ended'>, 'how' | 'run' | 'detail'>;

/** How a run ended that left no record. */
export type WhyNothing = Pick<Outcome, 'detail'> & { readonly how: 'refused' | 'not-begun' };

/** Exit codes of a run that says why it may not or cannot be begun: by usage, configuration or policy, and for want of a target. */
const REFUSALS: ReadonlySet<number | null> = new Set([64, 2]);

/** Tells a run that would not begin from one that broke down, by its exit code and its console. */
export function describeNothing(exitCode: number | null, said: Pick<Ended, 'stdout' | 'stderr'>): WhyNothing {
  if (REFUSALS.has(exitCode)) return { how: 'refused', detail: allWords(said) };
  return { how: 'not-begun', detail: lastWords(said) };
}

/** What a run left, once its process is gone; `whyNothing` says why one left no record. */
export async function readOutcome(dir: string, whyNothing: () => Promise<WhyNothing>): Promise<Outcome> {
  if (!existsSync(join(dir, RECORD_FILE))) return { run: null, ...(await whyNothing()) };
  try {
    const { events } = readRecord(dir);
    const isFinished = events.some(({ type }) => type === 'run.finished');
    const journal = (isFinished ? readJournal(dir) : null) ?? (await judgeAgain(dir));
    if (isFinished) return { how: 'finished', run: summarizeRun(journal, events), detail: journal.headline };
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
