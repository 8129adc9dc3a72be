import { judgeCriterion, judgeWhileRunning } from '../../checks/game-day/abort-criteria.ts';
import type { GameDayEventOf } from '../../core/game-day/events.ts';
import type { History } from '../../core/history.ts';
import { describeCriterion } from '../../core/game-day/plan.ts';
import { all, type GameDayProgress, type StepProgress } from '../../core/game-day/progress.ts';
import { AbortedByRoom, askText, choose, progressOf, type Day } from './day.ts';

/**
 * Holds the criteria that can be certain before the end against a run that goes on, and writes down the first that is met: the run is to be stopped then. A day that was killed
 * just after that finds it written.
 */
export function isMetWhileRunning(day: Day, step: StepProgress, runId: string, history: History): boolean {
  for (const [index, criterion] of progressOf(day).plan.abort.entries()) {
    const result = judgeWhileRunning(criterion, history);
    if (result === undefined) continue;
    const { event, atMs } = result.seenAt;
    const isKnown = all(day.record.events, 'criterion.met').some(
      (met) => met.criterion === index && met.during?.runId === runId,
    );
    if (!isKnown)
      day.record.append({
        type: 'criterion.met',
        criterion: index,
        step: step.id,
        text: result.text,
        during: { runId, event, atMs },
      });
    day.room.say(`\n  ✗ ABORT CRITERION MET: ${describeCriterion(criterion)}\n    ${result.text}`);
    return true;
  }
  return false;
}

/** Whether anything of a run could be judged while it goes on. */
export function isJudgedWhileRunning({ plan }: GameDayProgress): boolean {
  return plan.abort.some(({ when }) => when === 'recovery_longer_than');
}

/**
 * Holds every abort criterion against a step that has ended. Where one is met the room decides, and an unattended day ends.
 * @throws AbortedByRoom when the day ends.
 */
export async function applyCriteria(day: Day, step: StepProgress): Promise<void> {
  for (const [index, criterion] of progressOf(day).plan.abort.entries()) {
    const met = metDuring(day, index, step);
    const result = met === undefined ? judgeCriterion(criterion, step) : ({ state: 'met', text: met.text } as const);
    if (result.state === 'unknown') {
      day.room.say(`  ? Abort criterion “${describeCriterion(criterion)}” could not be told: ${result.text}`);
    }
    if (result.state !== 'met' || isOverruled(day, index, step)) continue;
    if (met === undefined && !isWritten(day, index, step))
      day.record.append({ type: 'criterion.met', criterion: index, step: step.id, text: result.text });
    if (met === undefined)
      day.room.say(`\n  ✗ ABORT CRITERION MET: ${describeCriterion(criterion)}\n    ${result.text}`);
    await decide(day, index, step, `${describeCriterion(criterion)} ${result.text}`);
  }
}

async function decide(day: Day, criterion: number, step: StepProgress, text: string): Promise<void> {
  if (!day.room.attended) throw new AbortedByCriterion(text, criterion);
  if ((await choose(day, 'The plan says that the day ends here.', ['end', 'go-on'])) === 'end')
    throw new AbortedByCriterion(text, criterion);
  const reason = await askText(day, 'Why does it go on all the same?');
  day.record.append({ type: 'criterion.overruled', criterion, step: step.id, reason });
}

/** The plan ends the day, not a person's own decision. */
export class AbortedByCriterion extends AbortedByRoom {}

/** What was met while the run of the step's last attempt went on: it counts, whatever came of the run that was stopped for it. */
function metDuring(day: Day, criterion: number, { ended }: StepProgress): GameDayEventOf<'criterion.met'> | undefined {
  const runId = ended?.type === 'scenario.ended' ? ended.runId : undefined;
  return all(day.record.events, 'criterion.met').find(
    (met) => met.criterion === criterion && met.during !== undefined && met.during.runId === runId,
  );
}

function isWritten(day: Day, criterion: number, step: StepProgress): boolean {
  return all(day.record.events, 'criterion.met').some(
    (event) => event.criterion === criterion && event.step === step.id && event.i > (step.ended?.i ?? 0),
  );
}

function isOverruled(day: Day, criterion: number, step: StepProgress): boolean {
  return all(day.record.events, 'criterion.overruled').some(
    (event) => event.criterion === criterion && event.step === step.id && event.i > (step.ended?.i ?? 0),
  );
}
