import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { ActionItem, EarlierDay } from '../core/game-day/events.ts';
import { gameDayJournalSchema, type GameDayJournal } from '../core/game-day/journal.ts';
import { readParsedJournal } from './journal-file.ts';
import { RECORD_FILE } from './record-writer.ts';

/** `game-day-2026-11-28T10-06-05Z` */
const DAY_ID = /^game-day-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;
/** So many earlier days are shown beside a new one. */
const SHOWN = 6;

/** The id of a game day that begins at `wall`. */
export function newGameDayId(wall: Date): string {
  return `game-day-${wall
    .toISOString()
    .replace(/\.\d+Z$/, 'Z')
    .replaceAll(':', '-')}`;
}

/** The ids of all game days that left a record, newest first. */
export function listGameDays(reportsDir: string): string[] {
  if (!existsSync(reportsDir)) return [];
  return readdirSync(reportsDir)
    .filter((name) => DAY_ID.test(name) && existsSync(join(reportsDir, name, RECORD_FILE)))
    .toSorted()
    .toReversed();
}

/** What earlier days say to a new one; `damaged` names those whose journal cannot be read. */
export interface EarlierDays {
  readonly days: readonly EarlierDay[];
  readonly openItems: readonly ActionItem[];
  readonly damaged: readonly string[];
}

/** Every game day below the reports whose journal can be read, newest first; `damaged` names the others. */
export function listGameDayJournals(reportsDir: string): {
  readonly journals: readonly GameDayJournal[];
  readonly damaged: readonly string[];
} {
  const journals: GameDayJournal[] = [];
  const damaged: string[] = [];
  for (const id of listGameDays(reportsDir)) {
    try {
      const journal = readParsedJournal(join(reportsDir, id), (value) => gameDayJournalSchema.parse(value));
      if (journal === null) damaged.push(id);
      else journals.push(journal);
    } catch {
      damaged.push(id);
    }
  }
  return { journals, damaged };
}

/**
 * Reads the journals of earlier days. Each carries the items that were open in it, so the newest word on an item counts. Times are compared with
 * those of days of the same system alone: `where` is what the new one is about.
 */
export function readEarlierDays(reportsDir: string, where: string): EarlierDays {
  const { journals, damaged } = listGameDayJournals(reportsDir);
  // A day in which a recording was played says nothing about the system; what people promised in it counts all the same.
  const days = journals
    .filter((day) => day.standIn === null && isOf(day, where))
    .slice(0, SHOWN)
    .map(describe);
  const newest = new Map(journals.toReversed().flatMap(({ items }) => items.map((item) => [item.id, item] as const)));
  const openItems = [...newest.values()]
    .filter(({ state }) => state === 'open')
    .map(({ id, what, owner, due }) => ({ id, what, owner, due }));
  return { days, openItems, damaged };
}

/** Before it was written down there were no days on existing clusters. */
function isOf(day: GameDayJournal, where: string): boolean {
  return day.where === null ? where === 'local' || where === 'kind' : day.where === where;
}

function describe({ dayId, wallStart, title, verdict, steps, audit }: GameDayJournal): EarlierDay {
  const result = audit?.result ?? null;
  return {
    dayId,
    wallStart,
    title,
    verdict,
    steps: steps.map((step) => ({
      id: step.id,
      verdict: step.verdict,
      seconds: step.tookSeconds ?? step.run?.recoverySeconds?.best ?? null,
    })),
    audit: result === null ? null : { met: result.counts.met, of: result.points.length },
  };
}
