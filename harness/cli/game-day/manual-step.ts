import { ChaosError } from '../../core/errors.ts';
import { formatMillis, toMillis } from '../../core/duration.ts';
import type { ManualStep } from '../../core/game-day/plan.ts';
import type { StepProgress } from '../../core/game-day/progress.ts';
import { applyCriteria } from './criteria.ts';
import { askRoom, choose, type Day } from './day.ts';

const REDRAW_MS = 250;

export interface ManualPart {
  readonly day: Day;
  readonly progress: StepProgress;
  readonly step: ManualStep;
}

/** Gives a manual step to its owner and times it. @throws BreakTaken or AbortedByRoom. */
export async function beginManual(part: ManualPart): Promise<void> {
  const { day, progress, step } = part;
  const { room, record } = day;
  room.say(
    `\n━━ By hand: ${step.manual} ━━\n  Owner: ${step.owner}. Time limit: ${formatMillis(toMillis(step.within))}.\n  Expected: ${step.hypothesis}`,
  );
  if (!room.attended) {
    const nothing = { tookMs: null, clock: 'monotonic', remark: '' } as const;
    record.append({ type: 'manual.ended', step: progress.id, outcome: 'nobody', ...nothing });
    room.say('  Nobody is there to do it; it counts as not known.');
    return;
  }
  if ((await choose(day, `Does ${step.owner} begin now?`, ['go', 'skip'])) === 'skip') {
    record.append({ type: 'step.skipped', step: progress.id, reason: 'The room skipped it.' });
    return;
  }
  record.append({ type: 'manual.began', step: progress.id, owner: step.owner });
  const beganAt = day.clock.now();
  await awaitDone(part, { elapsedMs: () => day.clock.now() - beganAt, clock: 'monotonic' });
}

/** Goes on with a step that was under way when the day was interrupted: from there on only wall time is known. */
export async function takeUpManual(part: ManualPart): Promise<void> {
  const { day, progress, step } = part;
  const { began } = progress;
  if (began === undefined) return;
  const beganAt = Date.parse(began.wall);
  day.room.say(
    `\n━━ By hand: ${step.manual} ━━\n  It was under way when the game day was interrupted. Its time goes on, by wall time from ${began.wall}.`,
  );
  await awaitDone(part, { elapsedMs: () => day.clock.wall().getTime() - beganAt, clock: 'wall' });
}

interface Timing {
  readonly elapsedMs: () => number;
  readonly clock: 'monotonic' | 'wall';
}

async function awaitDone({ day, progress, step }: ManualPart, { elapsedMs, clock }: Timing): Promise<void> {
  const { room, record } = day;
  const limit = toMillis(step.within);
  let isLateSaid = false;
  const timer = setInterval(() => {
    const left = limit - elapsedMs();
    room.showStatus(left >= 0 ? `⏱ ${formatLeft(left)} left` : `⏱ over its time limit by ${formatLeft(-left)}`);
    if (left < 0 && !isLateSaid) {
      isLateSaid = true;
      room.say(`  ✗ The time limit of ${formatMillis(limit)} is over; the time goes on until it is done or given up.`);
    }
  }, REDRAW_MS);
  try {
    const answer = await askRoom(day, {
      text: `Type done or failed, and a remark if you like:`,
      accept(line) {
        const [, word = '', remark = ''] = /^(done|failed)\b[,.:;\s]*(.*)$/i.exec(line) ?? [];
        return word === '' ? undefined : { isDone: word.toLowerCase() === 'done', remark };
      },
    });
    const tookMs = elapsedMs();
    const outcome = answer.isDone ? 'done' : 'not-done';
    record.append({ type: 'manual.ended', step: progress.id, outcome, tookMs, clock, remark: answer.remark });
    room.say(`  ${answer.isDone ? '✓' : '✗'} ${answer.isDone ? 'Done' : 'Given up'} after ${formatMillis(tookMs)}.`);
  } finally {
    clearInterval(timer);
    room.showStatus(undefined);
  }
}

/** Abort criteria, then the next step. @throws BreakTaken or AbortedByRoom. */
export async function concludeManual({ day, progress }: ManualPart): Promise<void> {
  if (progress.ended === undefined)
    throw new ChaosError({ code: 'internal', message: `Step ${progress.id} has no end.` });
  await applyCriteria(day, progress);
  day.record.append({ type: 'step.concluded', step: progress.id });
}

function formatLeft(ms: number): string {
  return formatMillis(Math.floor(ms / 1000) * 1000);
}
