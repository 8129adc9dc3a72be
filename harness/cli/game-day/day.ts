import { join } from 'node:path';
import type { Clock } from '../../core/clock.ts';
import { ChaosError } from '../../core/errors.ts';
import { readProgress, type GameDayProgress } from '../../core/game-day/progress.ts';
import type { GameDayRecord } from '../../store/game-day-record.ts';
import type { HarnessProgram } from './program.ts';
import type { Question, Room } from './room.ts';

/** Everything that a part of a game day may use. What has happened is in the record, and nowhere else. */
export interface Day {
  readonly record: GameDayRecord;
  readonly room: Room;
  readonly program: HarnessProgram;
  readonly clock: Clock;
  /** Where the runs land. */
  readonly reports: string;
}

/** The room takes a break: the day is left as it is, and taken up again with --resume. */
export class BreakTaken extends Error {}

/** The room ends the day. */
export class AbortedByRoom extends Error {
  readonly reason: string;
  /** Which of the plan's criteria they name, by its place. */
  readonly criterion: number | null;

  constructor(reason: string, criterion: number | null) {
    super(reason);
    this.reason = reason;
    this.criterion = criterion;
  }
}

/** What the record of the day says by now. */
export function progressOf({ record }: Pick<Day, 'record'>): GameDayProgress {
  const progress = readProgress(record.events);
  if (progress === undefined) throw new ChaosError({ code: 'internal', message: 'The game day has no beginning.' });
  return progress;
}

/** Where the output of a command lands. */
export function logOf({ record }: Day, name: string): string {
  return join(record.dir, 'logs', `${String(record.events.length).padStart(4, '0')}-${name}`);
}

/**
 * Asks the room. At every question people may also type `break` or `abort`.
 * @throws BreakTaken or AbortedByRoom when they do.
 */
export async function askRoom<Answer>(day: Day, question: Question<Answer>): Promise<Answer> {
  const answer = await day.room.ask<{ readonly given: Answer } | 'break' | 'abort'>({
    text: question.text,
    accept(line) {
      const word = line.toLowerCase();
      if (word === 'break' || word === 'abort') return word;
      const given = question.accept(line);
      return given === undefined ? undefined : { given };
    },
  });
  if (answer === 'break') throw new BreakTaken();
  if (answer === 'abort') throw await askWhyAborted(day);
  return answer.given;
}

/** One of several words, by itself or by its first letter; Enter is the first of them. */
export async function choose<Word extends string>(
  day: Day,
  text: string,
  words: readonly [Word, ...Word[]],
): Promise<Word> {
  return askRoom(day, {
    text: `${text} [${words.join(' / ')}]`,
    accept: (line) => (line === '' ? words[0] : words.find((word) => isMeant(line.toLowerCase(), word))),
  });
}

function isMeant(line: string, word: string): boolean {
  return line === word || (line.length === 1 && word.startsWith(line));
}

/** Any text; empty is no answer. */
export async function askText(day: Day, text: string): Promise<string> {
  return askRoom(day, { text, accept: (line) => (line === '' ? undefined : line) });
}

async function askWhyAborted(day: Day): Promise<AbortedByRoom> {
  const { plan } = progressOf(day);
  const own = plan.abort.flatMap((criterion, index) =>
    criterion.when === 'person' ? [{ index, says: criterion.says }] : [],
  );
  own.forEach(({ says }, n) => day.room.say(`  ${n + 1}  ${says}`));
  const numbers = own.length === 0 ? '' : ` (a number of these, or your own words)`;
  const said = await day.room.ask({
    text: `Why does the day end here?${numbers}`,
    accept: (line) => (line === '' ? undefined : line),
  });
  const named = own[Number(said) - 1];
  return new AbortedByRoom(named?.says ?? said, named?.index ?? null);
}
