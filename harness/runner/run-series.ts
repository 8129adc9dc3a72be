import type { Clock } from '../core/clock.ts';
import { ChaosError } from '../core/errors.ts';
import type { BodyOf } from '../core/events.ts';
import type { Platform, RunningStack } from '../core/platform.ts';
import type { SteadyAgainOptions } from './await-steady-again.ts';
import type { RunRecorder } from './run-recorder.ts';
import { asChaosError, describeEnd, provision, recordPlatform, tearDown } from './run-scenario.ts';
import { UndoJournal } from './undo-journal.ts';

/** One scenario of a series, ready to run. */
export interface SeriesEntry {
  readonly scenario: string;
  /** The id of its run, asked for when its turn has come: an id begins with the time. */
  newRunId(): string;
  /** Runs it on the stack, in a record of its own, and returns what the harness could not do; a failed check is no such thing. */
  run(runId: string, stack: RunningStack, undo: UndoJournal): Promise<ChaosError | undefined>;
}

export interface SeriesOptions {
  readonly started: BodyOf<'series.started'>;
  readonly entries: readonly SeriesEntry[];
  readonly platform: Platform;
  readonly stackSettings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
  readonly clock: Clock;
  readonly record: RunRecorder;
  readonly signal: AbortSignal;
  /** Waits between two scenarios; gives the wait that did not come true. */
  readonly awaitSteadyAgain: (options: SteadyAgainOptions) => Promise<BodyOf<'wait'> | undefined>;
  /** Held by the caller since before anything was written; released here once nothing is left to undo. */
  readonly lock: { readonly release: () => void };
}

/**
 * Runs several scenarios one after the other on one stack, each when the stack is steady and redundant again, from an idle machine
 * back to an idle machine. One undo journal covers the whole. A scenario that fails does not stop the others; a stack that is not
 * steady does. Never throws for what happens: the first error of the harness is returned.
 */
export async function runSeries(options: SeriesOptions): Promise<ChaosError | undefined> {
  const { started, record, signal } = options;
  const { runId } = started;
  const undo = new UndoJournal(runId);
  let stack: RunningStack | undefined;
  let stop: ChaosError | undefined;
  const failures: ChaosError[] = [];
  try {
    record.append(started, 0);
    stack = await provision({ ...options, runId, keep: false }, undo);
    recordPlatform(options, stack, await stack.instances());
    failures.push(...(await runEntries(options, stack, undo)));
  } catch (error) {
    stop = asChaosError(error, signal);
  }
  const leftOver = await tearDown({ ...options, keep: false }, stack, undo);
  record.append({ type: 'run.finished', ...describeEnd(stop) }, 0);
  record.sync();
  if (!leftOver) {
    undo.close();
    options.lock.release();
  }
  // A scenario that was refused is judged as unknown; what the harness could not do must not look like a verdict.
  return stop ?? failures.find(({ exitCode }) => exitCode === 70);
}

async function runEntries(options: SeriesOptions, stack: RunningStack, undo: UndoJournal): Promise<ChaosError[]> {
  const { entries, record, signal } = options;
  const failures: ChaosError[] = [];
  for (const [index, entry] of entries.entries()) {
    const before = entries[index - 1];
    if (before !== undefined) await requireSteadyAgain(options, stack, index, before.scenario);
    signal.throwIfAborted();
    const runId = entry.newRunId();
    record.append({ type: 'series.run', scenario: entry.scenario, runId, place: index + 1 }, 0);
    record.sync();
    const failure = await entry.run(runId, stack, undo);
    if (failure !== undefined) failures.push(failure);
    signal.throwIfAborted();
  }
  return failures;
}

/** @throws ChaosError `not-steady` that names what is not steady and the scenarios that are left. */
async function requireSteadyAgain(
  options: SeriesOptions,
  stack: RunningStack,
  index: number,
  before: string,
): Promise<void> {
  const lacking = await options.awaitSteadyAgain({ ...options, stack, gap: index });
  if (lacking === undefined) return;
  const left = options.entries.slice(index).map(({ scenario }) => scenario);
  throw new ChaosError({
    code: 'not-steady',
    message: `The stack was not steady and redundant again after ${before}: ${lacking.name}. Not run: ${left.join(', ')}.`,
    afterMs: lacking.afterMs,
    lastState: lacking.lastState,
    tryThis: `Look at the report of ${before}; run the others with --only ${left.join(',')}.`,
  });
}
