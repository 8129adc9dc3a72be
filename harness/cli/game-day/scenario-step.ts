import { join } from 'node:path';
import { ChaosError } from '../../core/errors.ts';
import { all, latest, type StepProgress } from '../../core/game-day/progress.ts';
import { stepTitle, type ScenarioStep } from '../../core/game-day/plan.ts';
import { toMillis } from '../../core/duration.ts';
import { isSameProcessAlive, type ProcessIdentity } from '../../core/process-identity.ts';
import { seededRandom } from '../../core/random.ts';
import { readLock } from '../../runner/run-lock.ts';
import { newRunId } from '../../store/run-directory.ts';
import { chooseSeed } from '../plan-run.ts';
import { giveWord, waitsForWord, wordOf } from './by-hand.ts';
import { applyCriteria, isJudgedWhileRunning, isMetWhileRunning } from './criteria.ts';
import { AbortedByRoom, askText, choose, logOf, progressOf, type Day } from './day.ts';
import { followRun, NOT_STOPPED, type Followed } from './follow-run.ts';
import { foreseeStep, unconfirmed } from './foresee-step.ts';
import { readOutput } from './program.ts';
import { stepArguments } from './run-arguments.ts';
import { cleanUpIfNeeded } from './clean-up.ts';
import { describeNothing, readOutcome, type WhyNothing } from './run-outcome.ts';
import { ensureStack, lookWhetherSteady } from './stack.ts';

/** A run that was killed is begun again without people this often in all. */
const MOST_ATTEMPTS = 2;
const REDRAW_MS = 200;

export interface ScenarioPart {
  readonly day: Day;
  readonly progress: StepProgress;
  readonly step: ScenarioStep;
  readonly stackSettings: readonly string[];
}

/** Asks the room, counts down and runs the scenario. Returns when it has ended or was skipped. @throws BreakTaken or AbortedByRoom. */
export async function beginScenario(part: ScenarioPart): Promise<void> {
  const { day, progress, step } = part;
  const { room, record } = day;
  room.say(`\n━━ ${stepTitle(step)} ━━\n  Expected: ${step.hypothesis}`);
  for (;;) {
    if (room.attended && (await choose(day, 'Begin?', ['go', 'skip'])) === 'skip') {
      record.append({ type: 'step.skipped', step: progress.id, reason: 'The room skipped it.' });
      return;
    }
    const allowed = await askLeave(part);
    const steady = allowed.refused === undefined ? await makeSteady(part) : undefined;
    const isReady = steady?.says === 'go';
    if (!isReady && room.attended) continue;
    if (allowed.refused !== undefined) {
      record.append({ type: 'step.skipped', step: progress.id, reason: allowed.refused, isRefused: true });
      return;
    }
    if (!isReady) {
      record.append({ type: 'step.skipped', step: progress.id, reason: `Not steady: ${steady?.detail ?? ''}` });
      return;
    }
    if (await countDown(day, progress.id, stepTitle(step))) return runScenario(part, allowed);
    if (!room.attended) throw new AbortedByRoom('It was stopped by a signal.', null);
  }
}

/** What is given as `--confirm`, and whether people break it themselves; or why the step may not be done. */
interface Leave {
  readonly refused?: string;
  readonly confirm?: string;
  readonly isBrokenByPerson?: boolean;
}

/** Of an existing cluster: whether the step may be done now, and, where it reaches further than one component, that somebody says so. */
async function askLeave({ day, progress, step }: ScenarioPart): Promise<Leave> {
  const { room, record } = day;
  const { refused, confirmation, isBrokenByPerson } = await foreseeStep(day, step);
  if (refused !== undefined) {
    room.say(`  ✗ Refused, and nothing was touched: ${refused}`);
    return { refused };
  }
  if (confirmation === undefined) return { isBrokenByPerson };
  const { reach, name } = confirmation;
  const text = `It reaches the ${reach} of ${name}. Type that name to confirm that this is meant:`;
  const given = room.attended ? await askText(day, text) : step.confirm;
  if (given === undefined) return { refused: unconfirmed(confirmation) };
  record.append({ type: 'confirmed', step: progress.id, name: given, by: room.attended ? 'room' : 'plan' });
  return { confirm: given, isBrokenByPerson };
}

async function makeSteady({ day, progress, stackSettings }: ScenarioPart): Promise<{ says: string; detail: string }> {
  const up = await ensureStack(day, stackSettings);
  const found = up.says === 'go' ? await lookWhetherSteady(day) : up;
  day.record.append({ type: 'steady', step: progress.id, isSteady: found.says === 'go', detail: found.detail });
  day.room.say(`  ${found.says === 'go' ? '✓ Steady and redundant.' : `✗ Not steady: ${found.detail}`}`);
  return found;
}

/** False when it was stopped. */
async function countDown(day: Day, step: string, title: string): Promise<boolean> {
  const { room, record } = day;
  const lasts = toMillis(progressOf(day).plan.countdown);
  const until = performance.now() + lasts;
  const stop = room.stop.arm();
  room.say(
    `  ${title} begins in ${lasts / 1000} s. Esc (or Ctrl-C) stops it, now and later; whatever you type is noted.`,
  );
  while (performance.now() < until && !stop.aborted) {
    room.leaving.throwIfAborted();
    room.showStatus(`⏱ ${title} begins in ${Math.ceil((until - performance.now()) / 1000)} s. Esc stops it.`);
    await new Promise((resolve) => setTimeout(resolve, REDRAW_MS));
  }
  room.stop.disarm();
  room.showStatus(undefined);
  if (!stop.aborted) return true;
  record.append({ type: 'stopped', step, by: byWhat(stop) });
  room.say('  Stopped before it began.');
  return false;
}

/** One attempt. What it will be is on the disk before it is begun. */
async function runScenario(part: ScenarioPart, { confirm, isBrokenByPerson }: Leave): Promise<void> {
  const { day, progress, step, stackSettings } = part;
  const seed = chooseSeed(undefined);
  const runId = newRunId(day.clock.wall(), step.scenario, seededRandom(seed));
  const attempt = all(day.record.events, 'scenario.began').filter((event) => event.step === progress.id).length + 1;
  const log = logOf(day, progress.id);
  const args = [
    ...stepArguments(progressOf(day), step, stackSettings),
    '--run-id',
    runId,
    '--seed',
    String(seed),
    ...(confirm === undefined ? [] : ['--confirm', confirm]),
    ...(isBrokenByPerson === true ? waitsForWord(`${log}.begin`) : []),
  ];
  const stop = day.room.stop.arm();
  day.record.append({ type: 'scenario.began', step: progress.id, attempt, runId, args });
  const { identity, exitCode } = day.program.start(args, log);
  if (identity !== undefined) day.record.append({ type: 'scenario.process', step: progress.id, runId, ...identity });
  const whyNothing = async (): Promise<WhyNothing> => describeNothing(await exitCode, readOutput(log));
  await seeToItsEnd(part, { runId, args, identity, stop, whyNothing, isFoundLater: false });
}

/** Goes on with a run that was begun before the day was interrupted: it may go on, be over, or be dead. */
export async function takeUpScenario(part: ScenarioPart): Promise<void> {
  const { day, progress } = part;
  const began = progress.began;
  if (began?.type !== 'scenario.began') return;
  const { runId, args } = began;
  day.room.say(`\n━━ ${stepTitle(part.step)}: its run ${runId} was begun before the game day was interrupted ━━`);
  const identity = findProcess(day, runId);
  const isAlive = identity !== undefined && isSameProcessAlive(identity);
  if (isAlive) day.room.say('  It has gone on by itself; it is followed to its end.');
  const stop = day.room.stop.arm();
  const detail = 'It was interrupted before its record began.';
  await seeToItsEnd(part, {
    runId,
    args,
    identity: isAlive ? identity : undefined,
    stop,
    whyNothing: async () => Promise.resolve({ how: 'not-begun', detail }),
    isFoundLater: !isAlive,
  });
}

function findProcess(day: Day, runId: string): ProcessIdentity | undefined {
  const known = all(day.record.events, 'scenario.process').find((event) => event.runId === runId);
  if (known !== undefined) return { pid: known.pid, startTicks: known.startTicks };
  const holder = readLock();
  return holder?.runId === runId ? holder : undefined;
}

interface Attempt {
  readonly runId: string;
  readonly args: readonly string[];
  readonly identity: ProcessIdentity | undefined;
  readonly stop: AbortSignal;
  readonly whyNothing: () => Promise<WhyNothing>;
  readonly isFoundLater: boolean;
}

async function seeToItsEnd({ day, progress }: ScenarioPart, attempt: Attempt): Promise<void> {
  const { room, record } = day;
  const { runId, args, identity, stop } = attempt;
  const dir = join(day.reports, runId);
  const nobody = new AbortController();
  const file = wordOf(args);
  const giver =
    file === undefined ? undefined : giveWord(day, { step: progress.id, runId, file, onNobody: () => nobody.abort() });
  const followed =
    identity === undefined
      ? NOT_STOPPED
      : await followRun({
          dir,
          process: identity,
          stop: AbortSignal.any([stop, room.leaving, nobody.signal]),
          say: (text) => room.say(text),
          showStatus: (text) => room.showStatus(text),
          ...(isJudgedWhileRunning(progressOf(day))
            ? { isToStop: (history) => isMetWhileRunning(day, progress, runId, history) }
            : {}),
          ...(giver === undefined ? {} : { onLook: (history) => giver.look(history) }),
          onStop() {
            const by = nobody.signal.aborted
              ? 'nobody'
              : stop.aborted || room.leaving.aborted
                ? byWhat(stop)
                : 'criterion';
            record.append({ type: 'stopped', step: progress.id, by });
            room.say('  Stopping: the run undoes what it did …');
          },
        }).finally(() => giver?.close());
  room.stop.disarm();
  room.showStatus(undefined);
  const outcome = await readOutcome(dir, attempt.whyNothing);
  if (outcome.how !== 'finished') await cleanUpIfNeeded(day);
  record.append({
    type: 'scenario.ended',
    step: progress.id,
    runId,
    ...outcome,
    ...followed,
    isFoundLater: attempt.isFoundLater,
  });
  if (followed.undoneAfterMs !== null) room.say(`  Stopped; ${whenUndone(followed)} later.`);
  const word = outcome.run === null ? '?' : outcome.run.verdict.toUpperCase();
  room.say(`  ${word}  ${progress.id}: ${outcome.detail}`);
}

/** What follows from how it ended: abort criteria, another attempt, or the next step. @throws BreakTaken or AbortedByRoom. */
export async function concludeScenario(part: ScenarioPart): Promise<void> {
  const { day, progress } = part;
  const { ended, began } = progress;
  if (ended?.type !== 'scenario.ended' || began?.type !== 'scenario.began')
    throw new ChaosError({ code: 'internal', message: `Step ${progress.id} has no end.` });
  await applyCriteria(day, progress);
  const stopped = latest(day.record.events, 'stopped');
  const isStopped = stopped?.step === progress.id && ended.run?.outcome === 'interrupted';
  const isWhole = ended.how === 'finished' && ended.run?.outcome === 'completed';
  if (!isWhole) {
    const isForNobody = isStopped && stopped.by === 'nobody';
    if (!day.room.attended && isStopped && !isForNobody) throw new AbortedByRoom('It was stopped by a signal.', null);
    const text = isStopped
      ? 'It was stopped. What now?'
      : ended.how === 'refused'
        ? `It was refused, and nothing was touched (${ended.detail}). What now?`
        : `It did not come to its end (${ended.detail}). What now?`;
    // What was refused is refused again, and what waited for people would wait again.
    const isInVain = ended.how === 'refused' || isForNobody;
    const retries = began.attempt < MOST_ATTEMPTS && !isInVain ? 'again' : 'next';
    const what = day.room.attended ? await choose(day, text, ['next', 'again', 'abort']) : retries;
    if (what === 'again') {
      await beginScenario(part);
      return;
    }
  }
  day.record.append({ type: 'step.concluded', step: progress.id });
}

function whenUndone({ faultUndoneAfterMs: fault, undoneAfterMs: whole }: Followed): string {
  const after = (ms: number | null): string => `${((ms ?? 0) / 1000).toFixed(1)} s`;
  return `${fault === null ? '' : `the fault was undone ${after(fault)}, and `}everything was undone ${after(whole)}`;
}

function byWhat(stop: AbortSignal): 'key' | 'signal' {
  return stop.reason === 'key' ? 'key' : 'signal';
}
