import { z } from 'zod';
import { latest } from '../../core/game-day/progress.ts';
import type { GoNoGoInput } from '../../core/game-day/events.ts';
import { isLockHeld, readLock } from '../../runner/run-lock.ts';
import { logOf, progressOf, type Day } from './day.ts';
import { placeArguments } from './place.ts';
import { lastWords, type Ended } from './program.ts';

/** Whoever breaks things on this machine has this long to finish, in milliseconds: an orphan of the day that was killed, for one. */
const WAIT_FOR_OTHERS_MS = 10 * 60_000;

const steadyReport = z.object({
  isSteady: z.boolean(),
  waits: z.array(z.object({ name: z.string(), satisfied: z.boolean(), lastState: z.string() })),
});

type Said = Pick<GoNoGoInput, 'says' | 'detail'>;

/** Brings the stack of the day up, or finds it up. One that others brought up is left to them at the end; an existing Airbyte is taken as it is. */
export async function ensureStack(day: Day, settings: readonly string[]): Promise<Said> {
  await othersOver(day);
  const progress = progressOf(day);
  if (progress.began.place !== null) return { says: 'go', detail: 'It is there already; nothing is brought up.' };
  day.room.showStatus('Bringing up the stack of the day; a minute when it is not up yet …');
  const platform = placeArguments(progress);
  const before = await day.program.run(['status', ...platform], logOf(day, 'status'), day.room.leaving);
  const set = settings.flatMap((pair) => ['--set', pair]);
  // Whose it is, is on the disk before it is brought up: a day that is killed meanwhile takes it down all the same.
  if (latest(day.record.events, 'stack') === undefined) {
    day.record.append({ type: 'stack', isOurs: before.stdout.includes('No stack is up') });
  }
  const ended = await day.program.run(['up', ...platform, ...set], logOf(day, 'up'), day.room.leaving);
  day.room.showStatus(undefined);
  if (ended.exitCode !== 0) return { says: 'no-go', detail: lastWords(ended) };
  return { says: 'go', detail: 'The stack is up.' };
}

/** Whether the stack is steady and redundant; it is given time to become so. */
export async function lookWhetherSteady(day: Day): Promise<Said> {
  const asked = { command: 'steady', status: 'Is everything healthy and redundant? …', schema: steadyReport };
  const { ended, report } = await askForReport(day, asked);
  if (report === undefined) return { says: 'unknown', detail: `It could not be told: ${lastWords(ended)}` };
  const lacking = report.waits.find(({ satisfied }) => !satisfied);
  if (!report.isSteady)
    return { says: 'no-go', detail: `${lacking?.name ?? 'It is not'}: ${lacking?.lastState ?? ''}.` };
  return { says: 'go', detail: `${report.waits.map(({ name }) => name).join('; ')}.` };
}

/** Runs a command that looks at the stack of the day, and reads what it says; `report` is undefined for what is not understood. */
export async function askForReport<S extends z.ZodType>(
  day: Day,
  { command, status, schema }: { readonly command: string; readonly status: string; readonly schema: S },
): Promise<{ readonly ended: Ended; readonly report: z.infer<S> | undefined }> {
  await othersOver(day);
  day.room.showStatus(status);
  const args = [command, ...placeArguments(progressOf(day)), '--json'];
  const ended = await day.program.run(args, logOf(day, command), day.room.leaving);
  day.room.showStatus(undefined);
  day.room.leaving.throwIfAborted();
  return { ended, report: schema.safeParse(parseJson(ended.stdout)).data };
}

/** Takes down what the day brought up. */
export async function putStackAway(day: Day): Promise<void> {
  await othersOver(day);
  day.room.showStatus('Taking the stack down …');
  const ended = await day.program.run(
    ['down', ...placeArguments(progressOf(day))],
    logOf(day, 'down'),
    day.room.leaving,
  );
  day.room.showStatus(undefined);
  day.room.leaving.throwIfAborted();
  day.record.append({ type: 'stack.down', succeeded: ended.exitCode === 0, detail: lastWords(ended) });
  day.room.say(ended.exitCode === 0 ? 'The stack is down.' : `The stack could not be taken down: ${lastWords(ended)}`);
}

/** Waits until nobody else is breaking things; what they do not finish is found by whoever takes the lock. */
export async function othersOver(day: Day): Promise<void> {
  const until = performance.now() + WAIT_FOR_OTHERS_MS;
  while (isLockHeld() && performance.now() < until) {
    day.room.leaving.throwIfAborted();
    day.room.showStatus(`Waiting until ${readLock()?.runId ?? 'another run'} is over …`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  day.room.showStatus(undefined);
}

/** What a command printed; undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
