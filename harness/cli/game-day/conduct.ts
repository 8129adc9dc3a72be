import { ChaosError } from '../../core/errors.ts';
import { nextOf, type Next, type StepProgress } from '../../core/game-day/progress.ts';
import { AbortedByCriterion } from './criteria.ts';
import { AbortedByRoom, BreakTaken, progressOf, type Day } from './day.ts';
import { debrief } from './debrief.ts';
import { brief, decide, NoGo } from './decide.ts';
import { beginManual, concludeManual, takeUpManual } from './manual-step.ts';
import { tell } from './notify.ts';
import { beginScenario, concludeScenario, takeUpScenario } from './scenario-step.ts';
import { putStackAway } from './stack.ts';
import { writeGameDayReports } from './write-game-day.ts';

/** How a session ended: the day is over, or waits to be taken up again. */
export type SessionEnd = 'over' | 'break' | 'left';

/**
 * Carries the day on from wherever its record stands, to its end or to a break. Every deed is preceded by its line in the record and the
 * next one is read from there: a day that is killed at any instant goes on with what was open.
 * @throws ChaosError `record`, or what the harness itself could not do.
 */
export async function conduct(day: Day, stackSettings: readonly string[]): Promise<SessionEnd> {
  for (;;) {
    writeGameDayReports(day.record.dir, day.record.events);
    const next = nextOf(day.record.events, progressOf(day));
    if (next.do === 'nothing') return 'over';
    try {
      await perform(day, next, stackSettings);
    } catch (error) {
      const end = settle(day, next, error);
      if (end === undefined) continue;
      writeGameDayReports(day.record.dir, day.record.events);
      return end;
    }
  }
}

async function perform(
  day: Day,
  next: Exclude<Next, { do: 'nothing' }>,
  stackSettings: readonly string[],
): Promise<void> {
  switch (next.do) {
    case 'brief':
      return brief(day);
    case 'decide':
      return decide(day, stackSettings);
    case 'tell':
      return tell(day, next.occasion);
    case 'begin':
    case 'take-up':
    case 'conclude':
      return performStep(day, next.do, next.step, stackSettings);
    case 'put-away':
      return putStackAway(day);
    case 'debrief':
      return debrief(day);
    case 'end':
      day.record.append({ type: 'day.ended' });
      return;
    case 'nothing':
      return;
    default:
      return next satisfies never;
  }
}

async function performStep(
  day: Day,
  what: 'begin' | 'take-up' | 'conclude',
  progress: StepProgress,
  stackSettings: readonly string[],
): Promise<void> {
  const { step } = progress;
  if ('manual' in step) {
    const part = { day, progress, step };
    const ways = { begin: beginManual, 'take-up': takeUpManual, conclude: concludeManual };
    return ways[what](part);
  }
  const part = { day, progress, step, stackSettings };
  const ways = { begin: beginScenario, 'take-up': takeUpScenario, conclude: concludeScenario };
  return ways[what](part);
}

/** What ended a part: the whole day, this session, or nothing that is known, which is thrown on. */
function settle(day: Day, next: Next, error: unknown): SessionEnd | undefined {
  const { record, room } = day;
  if (error instanceof BreakTaken) {
    record.append({ type: 'paused' });
    return 'break';
  }
  if (error instanceof AbortedByRoom && next.do === 'debrief') {
    // All steps are over: only the talking ends.
    record.append({ type: 'debriefed' });
    return undefined;
  }
  if (error instanceof AbortedByRoom) {
    const by = error instanceof NoGo ? 'no-go' : error instanceof AbortedByCriterion ? 'criterion' : 'person';
    record.append({ type: 'aborted', by, criterion: error.criterion, reason: error.reason });
    room.say(`\n✗ The game day ends here: ${error.reason}`);
    return undefined;
  }
  if (room.leaving.aborted || (error instanceof ChaosError && error.code === 'interrupted')) {
    record.append({ type: 'paused' });
    return 'left';
  }
  throw error;
}
