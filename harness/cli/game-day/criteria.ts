import { judgeCriterion } from '../../checks/game-day/abort-criteria.ts';
import { describeCriterion } from '../../core/game-day/plan.ts';
import { all, type StepProgress } from '../../core/game-day/progress.ts';
import { AbortedByRoom, askText, choose, progressOf, type Day } from './day.ts';

/**
 * Holds every abort criterion against a step that has ended. Where one is met the room decides, and an unattended day ends.
 * @throws AbortedByRoom when the day ends.
 */
export async function applyCriteria(day: Day, step: StepProgress): Promise<void> {
  for (const [index, criterion] of progressOf(day).plan.abort.entries()) {
    const result = judgeCriterion(criterion, step);
    if (result.state === 'unknown') {
      day.room.say(`  ? Abort criterion “${describeCriterion(criterion)}” could not be told: ${result.text}`);
    }
    if (result.state !== 'met' || isOverruled(day, index, step)) continue;
    if (!isWritten(day, index, step))
      day.record.append({ type: 'criterion.met', criterion: index, step: step.id, text: result.text });
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
