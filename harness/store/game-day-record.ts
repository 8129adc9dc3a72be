import { closeSync, existsSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../core/clock.ts';
import { ChaosError } from '../core/errors.ts';
import { gameDayEventSchema, type GameDayBody, type GameDayEvent } from '../core/game-day/events.ts';
import { readLines, type Lines } from './ndjson.ts';
import { RECORD_FILE } from './record-writer.ts';

/** The record of a game day, open for one session. Each event is on the disk when `append` returns: after SIGKILL nothing is missing. */
export interface GameDayRecord {
  readonly dir: string;
  readonly events: readonly GameDayEvent[];
  /** @throws ChaosError `record` when the disk refuses. */
  append(body: GameDayBody): GameDayEvent;
  close(): void;
}

/** Reads the record in a game day's folder. @throws ChaosError `record` when there is none or it is damaged. */
export function readGameDayRecord(dir: string): Lines<GameDayEvent> {
  const path = join(dir, RECORD_FILE);
  if (!existsSync(path)) throw new ChaosError({ code: 'record', message: `There is no record ${path}.` });
  return readLines(readFileSync(path), parseLine, (line, what) => {
    const message = `Line ${line} of ${path} is damaged: ${what}.`;
    return new ChaosError({
      code: 'record',
      message,
      tryThis: 'Begin a new game day; what this one measured is in its runs.',
    });
  });
}

/** Starts the record of a new day. @throws ChaosError `record` when there is one already or the folder cannot be made. */
export function beginGameDayRecord(dir: string, clock: Clock): GameDayRecord {
  try {
    mkdirSync(dir, { recursive: true });
    return open(dir, openSync(join(dir, RECORD_FILE), 'ax', 0o644), clock, []);
  } catch (cause) {
    throw new ChaosError({ code: 'record', message: `No record of a game day could be made in ${dir}.`, cause });
  }
}

/** Opens the record of a day for a further session. A torn last line was never answered by a deed, and is cut off. @throws ChaosError `record`. */
export function resumeGameDayRecord(dir: string, clock: Clock): GameDayRecord & { readonly tornBytes: number } {
  const { entries, torn } = readGameDayRecord(dir);
  const path = join(dir, RECORD_FILE);
  const content = readFileSync(path);
  const file = openSync(path, 'r+');
  const tornBytes = torn?.bytes ?? 0;
  if (tornBytes > 0) ftruncateSync(file, content.length - tornBytes);
  closeSync(file);
  const descriptor = openSync(path, 'a');
  // A last line that lacks only its line break is whole, and gets it.
  if (tornBytes === 0 && content.length > 0 && content.at(-1) !== NEWLINE) writeSync(descriptor, '\n');
  return { ...open(dir, descriptor, clock, entries), tornBytes };
}

const NEWLINE = 10;

function open(dir: string, file: number, clock: Clock, earlier: readonly GameDayEvent[]): GameDayRecord {
  const events = [...earlier];
  const session = (events.at(-1)?.session ?? 0) + 1;
  const startedAt = clock.now();
  return {
    dir,
    events,
    append(body) {
      const event = {
        i: events.length,
        session,
        t: clock.now() - startedAt,
        wall: clock.wall().toISOString(),
        ...body,
      };
      const line = Buffer.from(`${JSON.stringify(event)}\n`, 'utf8');
      try {
        let written = 0;
        while (written < line.length) written += writeSync(file, line, written);
        fsyncSync(file);
      } catch (cause) {
        throw new ChaosError({ code: 'record', message: `The record in ${dir} could not be written.`, cause });
      }
      events.push(event);
      return event;
    },
    close: () => closeSync(file),
  };
}

function parseLine(line: string, index: number): GameDayEvent | string {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return 'it is not JSON';
  }
  const parsed = gameDayEventSchema.safeParse(value);
  if (!parsed.success) return parsed.error.issues[0]?.message ?? 'it is not an event';
  return parsed.data.i === index ? parsed.data : `it has index ${parsed.data.i} where ${index} was expected`;
}
