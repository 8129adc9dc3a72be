import type { Clock } from '../core/clock.ts';
import type { BodyOf } from '../core/events.ts';
import type { RunningStack } from '../core/platform.ts';
import { seededRandom } from '../core/random.ts';
import type { ProbeSpec } from '../core/probe.ts';
import type { TrialContext, Wait, Workload } from '../core/scenario.ts';
import { describeError } from '../core/errors.ts';
import { everythingThere, steadyAgain } from '../waits/steady-again.ts';
import { dropOwnTables, restingProbes, restingWatches } from '../workload/between-faults.ts';
import { openTrial } from './open-trial.ts';
import type { RunRecorder } from './run-recorder.ts';

/** An instance that was killed three times within ten minutes waits 20 s for its restart, and a database rejoins after that. */
const WITHIN = '3m';

export interface SteadyAgainOptions {
  readonly stack: RunningStack;
  readonly clock: Clock;
  readonly record: RunRecorder;
  readonly signal: AbortSignal;
  /** Which gap between two scenarios it is, from 1: its events carry this number as their trial. */
  readonly gap: number;
}

/** What is looked at between two faults, and what has to hold. */
export interface RestingParts {
  readonly probes: readonly ProbeSpec[];
  readonly watches: readonly Workload[];
  /** One after the other. */
  readonly waits: readonly Wait[];
}

/** Waits until a stack of the harness is steady and redundant again. @returns the wait that did not come true, undefined when all did. */
export async function awaitSteadyAgain(options: SteadyAgainOptions): Promise<BodyOf<'wait'> | undefined> {
  const { stack } = options;
  const probes = restingProbes(stack);
  const waits = [everythingThere({ within: WITHIN }), ...steadyAgain({ within: WITHIN })];
  const lacking = await awaitRest(options, { probes, watches: restingWatches(), waits });
  if (lacking === undefined) await dropOwnTables(stack);
  return lacking;
}

/** Waits until all of it holds, without a change. The watches begin once the first wait is over. @returns the wait that did not come true, undefined when all did. */
export async function awaitRest(
  options: SteadyAgainOptions,
  { probes, watches, waits }: RestingParts,
): Promise<BodyOf<'wait'> | undefined> {
  const { gap } = options;
  const setting = {
    ...options,
    trial: gap,
    random: seededRandom(gap),
    // Nothing is judged here; the parts of a trial want to be told of an objective all the same.
    objective: { id: 'steady-again', recoverySeconds: 1, lostWrites: 0, source: 'none' },
    retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 0, factor: 1, maxSeconds: 0 },
    healFaults: () => Promise.resolve(),
  } as const;
  const open = await openTrial(setting, probes);
  const { context } = open;
  try {
    context.record.append({ type: 'phase', name: 'steady-state' });
    for (const [index, wait] of waits.entries()) {
      if (!(await context.waitFor(wait))) return context.history.latest('wait');
      const blind = index === 0 ? await startWatches(context, watches) : undefined;
      if (blind !== undefined) return blind;
    }
    return undefined;
  } finally {
    await open.close();
  }
}

/** What cannot be looked at is not known to be steady. */
async function startWatches(context: TrialContext, watches: readonly Workload[]): Promise<BodyOf<'wait'> | undefined> {
  for (const watch of watches) {
    const start = context.clock.now();
    try {
      await watch.start(context);
    } catch (error) {
      context.signal.throwIfAborted();
      const afterMs = context.clock.now() - start;
      const blind = { satisfied: false, afterMs, timeoutMs: afterMs, lastState: describeError(error) };
      context.record.append({ type: 'wait', name: `${watch.name} can be begun`, ...blind });
      return context.history.latest('wait');
    }
  }
  return undefined;
}
