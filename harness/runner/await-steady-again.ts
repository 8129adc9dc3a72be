import type { Clock } from '../core/clock.ts';
import type { BodyOf } from '../core/events.ts';
import type { RunningStack } from '../core/platform.ts';
import { seededRandom } from '../core/random.ts';
import { steadyAgain } from '../waits/steady-again.ts';
import { dropOwnTables, RESTING_WATCHES, restingProbes } from '../workload/between-faults.ts';
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

/** Waits until the stack is steady and redundant again. @returns the wait that did not come true, undefined when all did. */
export async function awaitSteadyAgain(options: SteadyAgainOptions): Promise<BodyOf<'wait'> | undefined> {
  const { stack, gap } = options;
  const setting = {
    ...options,
    trial: gap,
    random: seededRandom(gap),
    // Nothing is judged here; the parts of a trial want to be told of an objective all the same.
    objective: { id: 'steady-again', recoverySeconds: 1, lostWrites: 0, source: 'none' },
    retryPolicy: { kind: 'exponential', attempts: 1, initialSeconds: 0, factor: 1, maxSeconds: 0 },
    healFaults: () => Promise.resolve(),
  } as const;
  const open = await openTrial(setting, restingProbes(stack));
  try {
    open.context.record.append({ type: 'phase', name: 'steady-state' });
    for (const watch of RESTING_WATCHES) await watch.start(open.context);
    for (const wait of steadyAgain({ within: WITHIN })) {
      if (!(await open.context.waitFor(wait))) return open.context.history.latest('wait');
    }
    await dropOwnTables(stack);
    return undefined;
  } finally {
    await open.close();
  }
}
