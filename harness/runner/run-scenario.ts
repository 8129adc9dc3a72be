import type { Clock } from '../core/clock.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Objective, RetryPolicy } from '../core/events.ts';
import type { Platform, RunningStack } from '../core/platform.ts';
import { seededRandom } from '../core/random.ts';
import type { Parameters, Scenario, ScenarioPlan } from '../core/scenario.ts';
import type { RunRecorder } from './run-recorder.ts';
import { runTrial } from './trial.ts';
import { UndoJournal } from './undo-journal.ts';

export interface RunOptions {
  readonly runId: string;
  readonly scenario: Scenario;
  readonly parameters: Parameters;
  readonly variant: string | undefined;
  readonly objective: Objective;
  readonly retryPolicy: RetryPolicy;
  readonly platform: Platform;
  readonly stackSettings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
  readonly trials: number;
  readonly seed: number;
  readonly keep: boolean;
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly record: RunRecorder;
  readonly signal: AbortSignal;
  /** Held by the caller since before anything was written; released here once nothing is left to undo. */
  readonly lock: { readonly release: () => void };
}

/**
 * Runs a scenario from an idle machine back to an idle machine and leaves its record. Never throws for what happens during the
 * run: the error is in the record (`run.finished`) and returned.
 */
export async function runScenario(options: RunOptions): Promise<ChaosError | undefined> {
  const undo = new UndoJournal(options.runId);
  const { record } = options;
  let stack: RunningStack | undefined;
  let failure: ChaosError | undefined;
  try {
    const plan = options.scenario.plan(options.parameters, options.objective, options.variant);
    recordStart(options, plan);
    demandCapabilities(options, plan);
    record.append({ type: 'phase', name: 'provision' }, 0);
    stack = await provision(options, undo);
    await runTrials(options, stack, undo);
  } catch (error) {
    failure = asChaosError(error, options.signal);
  }
  const leftOver = await tearDown(options, stack, undo);
  record.append({ type: 'run.finished', ...describeEnd(failure) }, 0);
  record.sync();
  if (!leftOver) {
    undo.close();
    options.lock.release();
  }
  return failure;
}

function recordStart(options: RunOptions, plan: ScenarioPlan): void {
  const { scenario, record, variant } = options;
  const described = variant === undefined ? undefined : scenario.variants?.[variant];
  const { path, beside, because } = plan.recovery;
  record.append(
    {
      type: 'run.started',
      schemaVersion: 1,
      runId: options.runId,
      wallStart: options.clock.wall().toISOString(),
      scenario: {
        id: scenario.id,
        title: described === undefined ? scenario.title : `${scenario.title}: ${described.title}`,
        proves: described?.proves ?? scenario.proves,
        ...(variant === undefined ? {} : { variant }),
      },
      objective: options.objective,
      retryPolicy: options.retryPolicy,
      seed: options.seed,
      trials: options.trials,
      command: options.command,
      recoveryEnds: { milestone: path.at(-1) ?? path[0], because },
      milestones: { path: [...path], beside: [...beside] },
      parameters: { ...options.parameters },
      environment: { ...options.environment },
    },
    0,
  );
}

function demandCapabilities({ scenario, platform }: RunOptions, plan: ScenarioPlan): void {
  const lacking = [...scenario.needs, ...[plan.fault, ...(plan.then ?? [])].flatMap(({ needs }) => needs)].filter(
    (capability) => !platform.capabilities.has(capability),
  );
  if (lacking.length === 0) return;
  throw new ChaosError({
    code: 'config',
    message: `Platform ${platform.id} cannot do what ${scenario.id} needs: ${[...new Set(lacking)].join(', ')}.`,
  });
}

async function provision(options: RunOptions, undo: UndoJournal): Promise<RunningStack> {
  const { platform, record, runId, signal } = options;
  const stack = await platform.up({
    runId,
    settings: options.stackSettings,
    weaknesses: options.weaknesses,
    isOwned: !options.keep,
    signal,
    onProgress: (text) => record.append({ type: 'step', text }, 0),
    beforeChange: async (action) => {
      undo.plan(platform.id, action);
      await Promise.resolve();
    },
  });
  const instances = await stack.instances();
  const expected: Record<string, number> = {};
  for (const instance of instances) {
    if (instance.isExpected) expected[instance.component] = (expected[instance.component] ?? 0) + 1;
  }
  record.append(
    {
      type: 'platform.ready',
      platform: platform.id,
      profile: platform.profile,
      details: { ...stack.details },
      expected,
    },
    0,
  );
  return stack;
}

async function runTrials(options: RunOptions, stack: RunningStack, undo: UndoJournal): Promise<void> {
  const { scenario, parameters, variant, objective, retryPolicy, clock, record, platform, signal, seed } = options;
  for (let trial = 1; trial <= options.trials; trial += 1) {
    signal.throwIfAborted();
    // Each trial has a plan of its own, because the parts of a plan hold what they opened.
    const plan = scenario.plan(parameters, objective, variant);
    const random = seededRandom(seed + trial);
    await runTrial({ trial, plan, platform, stack, clock, random, record, objective, retryPolicy, undo, signal });
  }
}

/** Takes the stack down unless it is to stay; returns true when something could not be put right. */
async function tearDown(options: RunOptions, stack: RunningStack | undefined, undo: UndoJournal): Promise<boolean> {
  const { record, platform } = options;
  record.append({ type: 'phase', name: 'teardown' }, 0);
  const notUndone: string[] = [];
  let isRemoved = false;
  stack?.release();
  // The undo of a fault may have removed what could not be kept: half a site is of no use to anybody.
  const isKept = options.keep && stack !== undefined && (await platform.findRunning())?.id === stack.id;
  for (const { id, action } of undo.pending()) {
    if (action.kind === 'remove-stack' && isKept) {
      const text = `Stack ${action.stackId} stays up (--keep); end it with: npm run chaos -- down`;
      record.append({ type: 'note', level: 'info', text }, 0);
      undo.markDone(id);
      continue;
    }
    try {
      await platform.undo(action, AbortSignal.timeout(60_000));
      undo.markDone(id);
      isRemoved ||= action.kind === 'remove-stack';
    } catch (error) {
      notUndone.push(describeError(error));
    }
  }
  // The undo of a stack proves that it is gone or says what is not; one that stays on purpose has to be looked at.
  const stays = stack !== undefined && !isRemoved && notUndone.length === 0;
  const strays = stays ? await stack.strayProcesses().catch(() => undefined) : [];
  const found = [...notUndone, ...(strays ?? [])];
  record.append({ type: 'leftovers', scope: 'after-teardown', complete: strays !== undefined, found }, 0);
  return notUndone.length > 0;
}

function describeEnd(failure: ChaosError | undefined): {
  outcome: 'completed' | 'refused' | 'aborted' | 'interrupted';
  reason?: string;
} {
  if (failure === undefined) return { outcome: 'completed' };
  const reason = describeError(failure);
  if (failure.code === 'interrupted') return { outcome: 'interrupted', reason };
  if (failure.code === 'not-steady' || failure.code === 'no-target') return { outcome: 'refused', reason };
  return { outcome: 'aborted', reason };
}

function asChaosError(error: unknown, signal: AbortSignal): ChaosError {
  if (signal.aborted)
    return new ChaosError({ code: 'interrupted', message: 'The run was interrupted and undone.', cause: error });
  if (error instanceof ChaosError) return error;
  return new ChaosError({ code: 'internal', message: `The harness failed: ${describeError(error)}.`, cause: error });
}
