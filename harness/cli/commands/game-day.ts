import { join, relative } from 'node:path';
import { systemClock } from '../../core/clock.ts';
import { ChaosError } from '../../core/errors.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { readProgress, whereOf, type GameDayProgress } from '../../core/game-day/progress.ts';
import { identifyProcess, isSameProcessAlive } from '../../core/process-identity.ts';
import {
  beginGameDayRecord,
  readGameDayRecord,
  resumeGameDayRecord,
  type GameDayRecord,
} from '../../store/game-day-record.ts';
import { listGameDays, newGameDayId, readEarlierDays } from '../../store/game-days.ts';
import { describeEnvironment } from '../environment.ts';
import { cleanUpIfNeeded } from '../game-day/clean-up.ts';
import { conduct, type SessionEnd } from '../game-day/conduct.ts';
import { readPlace } from '../game-day/place.ts';
import { preparePlan, readPlan, type PreparedPlan } from '../game-day/plan-file.ts';
import { harnessProgram } from '../game-day/program.ts';
import { openRoom } from '../game-day/room.ts';
import { writeGameDayReports } from '../game-day/write-game-day.ts';
import { writeIndex } from '../write-reports.ts';
import { reportsDirectory, userFile } from '../project-paths.ts';

export interface GameDayOptions {
  readonly unattended: boolean;
  /** True for the newest one that is not over, or its id. */
  readonly resume?: string | true;
  readonly report?: string;
  readonly check: boolean;
  /** A file that takes the place of the harness for scenarios. */
  readonly standIn?: string;
}

/**
 * `npm run game-day`: carries out a plan with the people in the room, or without them.
 * @returns 0 pass, 1 fail, 2 unknown (also after a break), 130 when it was left in the middle.
 * @throws ChaosError `config`, `usage`, `busy` or `record`.
 */
export async function gameDayCommand(file: string, options: GameDayOptions): Promise<number> {
  if (options.report !== undefined) return reportGameDay(findDay(options.report));
  if (options.check) {
    const { plan } = await preparePlan(await readPlan(userFile(file)));
    await readPlace(plan, userFile(file));
    process.stdout.write(`✓ ${file}: ${plan.title}, ${plan.steps.length} steps, ${plan.abort.length} abort criteria\n`);
    return 0;
  }
  const opened = options.resume === undefined ? await beginDay(file, options) : await resumeDay(options.resume);
  return carryOn(opened, options);
}

interface OpenedDay {
  readonly record: GameDayRecord;
  readonly prepared: PreparedPlan;
  readonly progress: GameDayProgress;
  readonly tornBytes: number;
}

async function beginDay(file: string, options: GameDayOptions): Promise<OpenedDay> {
  const prepared = await preparePlan(await readPlan(userFile(file)));
  const place = await readPlace(prepared.plan, userFile(file));
  const waiting = openDay();
  if (waiting !== undefined)
    process.stderr.write(`Not over yet: ${waiting}. Take it up again with: npm run game-day -- --resume ${waiting}\n`);
  const { days, openItems, damaged } = readEarlierDays(reportsDirectory(), whereOf(prepared.plan, place));
  for (const id of damaged) process.stderr.write(`Left out, as it has no journal that can be read: ${id}\n`);
  const clock = systemClock();
  const dayId = newGameDayId(clock.wall());
  const record = beginGameDayRecord(join(reportsDirectory(), dayId), clock);
  record.append({
    type: 'day.began',
    schemaVersion: 1,
    dayId,
    planFile: file,
    plan: prepared.plan,
    earlier: [...days],
    openItems: [...openItems],
    attended: !options.unattended,
    standIn: options.standIn ?? null,
    place,
    environment: describeEnvironment(),
  });
  return { record, prepared, progress: progressIn(record), tornBytes: 0 };
}

/** The plan is the one of the record: what the file says by now is another day's. */
async function resumeDay(which: string | true): Promise<OpenedDay> {
  const id = which === true ? newestOpenDay() : findDay(which);
  const dir = join(reportsDirectory(), id);
  const before = readProgress(readGameDayRecord(dir).entries);
  if (before?.ended !== undefined)
    throw new ChaosError({ code: 'usage', message: `${id} is over.`, tryThis: `npm run game-day -- --report ${id}` });
  if (before?.session !== undefined && isSameProcessAlive(before.session))
    throw new ChaosError({
      code: 'busy',
      message: `${id} is under way in process ${before.session.pid}.`,
      tryThis: 'Go to that terminal, or end that process; then take the day up again.',
    });
  const record = resumeGameDayRecord(dir, systemClock());
  const progress = progressIn(record);
  return { record, prepared: await preparePlan(progress.plan), progress, tornBytes: record.tornBytes };
}

function progressIn(record: GameDayRecord): GameDayProgress {
  const progress = readProgress(record.events);
  if (progress !== undefined) return progress;
  throw new ChaosError({
    code: 'record',
    message: `${record.dir} was ended before it began.`,
    tryThis: 'Begin a new game day.',
  });
}

async function carryOn({ record, prepared, progress, tornBytes }: OpenedDay, options: GameDayOptions): Promise<number> {
  const self = identifyProcess(process.pid);
  if (self === undefined)
    throw new ChaosError({ code: 'environment', message: 'This system has no /proc, which the harness needs.' });
  const isResumed = record.events.length > 1;
  record.append({ type: 'session.began', ...self, attended: !options.unattended, tornBytes });
  const room = openRoom({
    attended: !options.unattended,
    onObservation(text) {
      record.append({ type: 'observed', text });
      room.say(`  ✎ noted: ${text}`);
    },
  });
  const program = harnessProgram(progress.began.standIn);
  const day = { record, room, program, clock: systemClock(), reports: reportsDirectory() };
  let end: SessionEnd;
  try {
    if (isResumed) {
      room.say(`\n━━ ${progress.plan.title}: taken up again ━━`);
      await cleanUpIfNeeded(day);
    }
    end = await conduct(day, prepared.stackSettings);
  } finally {
    room.close();
    record.close();
  }
  return finish(record, progress.began, end);
}

function finish(record: GameDayRecord, began: GameDayProgress['began'], end: SessionEnd): number {
  const { dayId } = began;
  const journal = writeGameDayReports(record.dir, record.events);
  writeIndex();
  const lines = [
    '',
    end === 'over'
      ? `${journal.verdict.toUpperCase()}  ${journal.title}: ${journal.headline}`
      : `The game day waits. Take it up again with: npm run game-day -- --resume ${dayId}`,
    ...(end === 'over' && journal.nextDue !== null ? [`Next game day: ${journal.nextDue}`] : []),
    ...(end === 'over' || began.place !== null
      ? []
      : ['Its stack stays up until then; npm run chaos -- down ends it.']),
    `Report: ${relative(process.cwd(), join(record.dir, 'index.html'))}`,
    '',
  ];
  process.stdout.write(lines.join('\n'));
  if (end === 'left') return 130;
  return end === 'break' ? 2 : exitCodeOf(journal.verdict);
}

function reportGameDay(id: string): number {
  const dir = join(reportsDirectory(), id);
  const journal = writeGameDayReports(dir, readGameDayRecord(dir).entries);
  writeIndex();
  process.stdout.write(
    `${journal.verdict.toUpperCase()}  ${journal.title}: ${journal.headline}\nReport: ${relative(process.cwd(), join(dir, 'index.html'))}\n`,
  );
  return exitCodeOf(journal.verdict);
}

function readDay(id: string): GameDayProgress | undefined {
  try {
    return readProgress(readGameDayRecord(join(reportsDirectory(), id)).entries);
  } catch {
    return undefined;
  }
}

/** The newest day that has begun and is not over. */
function openDay(): string | undefined {
  return listGameDays(reportsDirectory()).find((id) => {
    const progress = readDay(id);
    return progress !== undefined && progress.ended === undefined;
  });
}

function newestOpenDay(): string {
  const open = openDay();
  if (open !== undefined) return open;
  throw new ChaosError({
    code: 'usage',
    message: 'No game day waits to be taken up again.',
    tryThis: 'npm run game-day',
  });
}

/** The day of that id, `latest`, or the only one whose id contains the text. @throws ChaosError `usage`. */
function findDay(name: string): string {
  const days = listGameDays(reportsDirectory());
  const found = name === 'latest' ? days.slice(0, 1) : days.filter((id) => id.includes(name));
  const [only, ...others] = found;
  if (only !== undefined && others.length === 0) return only;
  throw new ChaosError({
    code: 'usage',
    message:
      only === undefined
        ? `There is no game day "${name}".`
        : `"${name}" is in the names of ${found.length} game days.`,
    tryThis: days.length === 0 ? 'None has left a record yet.' : `There are: ${days.slice(0, 5).join(', ')}.`,
  });
}
