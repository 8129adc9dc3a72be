import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ChaosError } from '../core/errors.ts';
import type { GameDayJournal } from '../core/game-day/journal.ts';
import { journalSchema, type Journal } from '../core/journal.ts';
import { seriesJournalSchema, type SeriesJournal } from '../core/series-journal.ts';
import { writeAtomically } from './write-atomically.ts';

/** Of every run that was judged. */
export const JOURNAL_FILE = 'journal.json';

/** The judged run of a run's folder, or null when it was never judged. @throws ChaosError `record` when it is damaged. */
export function readJournal(dir: string): Journal | null {
  return readParsedJournal(dir, (value) => journalSchema.parse(value));
}

/** The judged series of its folder, or null when it was never judged. @throws ChaosError `record` when it is damaged. */
export function readSeriesJournal(dir: string): SeriesJournal | null {
  return readParsedJournal(dir, (value) => seriesJournalSchema.parse(value));
}

/** The journal of a folder by its schema, or null when there is none. @throws ChaosError `record` when it is damaged. */
export function readParsedJournal<T>(dir: string, parse: (value: unknown) => T): T | null {
  const path = join(dir, JOURNAL_FILE);
  if (!existsSync(path)) return null;
  try {
    return parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new ChaosError({
      code: 'record',
      message: `The journal ${path} could not be read.`,
      tryThis: 'It is derived from events.ndjson: `npm run chaos -- report <run>` writes it again.',
      cause,
    });
  }
}

/** Writes `journal.json`, so that a reader sees the old or the new one. @throws ChaosError `record`. */
export function writeJournal(dir: string, journal: Journal | SeriesJournal | GameDayJournal): void {
  writeAtomically(join(dir, JOURNAL_FILE), `${JSON.stringify(journal, null, 2)}\n`);
}
