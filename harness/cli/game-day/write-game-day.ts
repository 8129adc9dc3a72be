import { join } from 'node:path';
import { judgeGameDay } from '../../checks/game-day/judge-game-day.ts';
import type { GameDayEvent } from '../../core/game-day/events.ts';
import type { GameDayJournal } from '../../core/game-day/journal.ts';
import { renderGameDay } from '../../reporters/game-day/render-game-day.ts';
import { writeJournal } from '../../store/journal-file.ts';
import { writeAtomically } from '../../store/write-atomically.ts';

/** Judges a game day from its record and writes its journal and reports. @throws ChaosError `record`. */
export function writeGameDayReports(dir: string, events: readonly GameDayEvent[]): GameDayJournal {
  const journal = judgeGameDay(events);
  writeJournal(dir, journal);
  for (const { file, content } of renderGameDay(journal)) writeAtomically(join(dir, file), content);
  return journal;
}
