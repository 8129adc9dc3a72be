import type { Clock } from '../core/clock.ts';
import { ChaosError, describeError } from '../core/errors.ts';
import type { Objective, RetryPolicy } from '../core/events.ts';
import type { Instance, Platform, RunningStack } from '../core/platform.ts';
import { seededRandom } from '../core/random.ts';
import { faultsOf, type Parameters, type Scenario, type ScenarioPlan } from '../core/scenario.ts';
import { removeForgotten } from '../workload/remove-forgotten.ts';
import type { RunRecorder } from './run-recorder.ts';
import { runTrial } from './trial.ts';
import { isOfOperator, undoTimeoutMs, UndoJournal, type PendingUndo } from './undo-journal.ts';

/** One run of a scenario, wherever its stack comes from. */
export interface RehearsalOptions {
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
  readonly command: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly clock: Clock;
  readonly record: RunRecorder;
  readonly signal: AbortSignal;
}

export interface RunOptions extends RehearsalOptions {
  readonly keep: boolean;
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
    begin(options);
    record.append({ type: 'phase', name: 'provision' }, 0);
    stack = await provision(options, undo);
    recordPlatform(options, stack, await stack.instances());
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

/**
 * Runs a scenario on a stack that is up and that others take down; what it broke is undone when it returns. Never throws, as
 * {@link runScenario}.
 */
export async function runOnStack(
  options: RehearsalOptions,
  stack: RunningStack,
  undo: UndoJournal,
): Promise<ChaosError | undefined> {
  const { record } = options;
  const others = new Set(undo.pending().map(({ id }) => id));
  let failure: ChaosError | undefined;
  try {
    begin(options);
    recordPlatform(options, stack, await stack.instances());
    await runTrials(options, stack, undo);
  } catch (error) {
    failure = asChaosError(error, options.signal);
  }
  record.append({ type: 'phase', name: 'teardown' }, 0);
  const { notUndone } = await undoAll(options.platform, undo, record, ({ id }) => !others.has(id));
  await recordLeftOvers(record, notUndone, stack);
  record.append({ type: 'run.finished', ...describeEnd(failure) }, 0);
  record.sync();
  return failure;
}

function begin(options: RehearsalOptions): void {
  const plan = options.scenario.plan(options.parameters, options.objective, options.variant);
  recordStart(options, plan);
  demandCapabilities(options, plan);
}

function recordStart(options: RehearsalOptions, plan: ScenarioPlan): void {
  const { scenario, record, variant } = options;
  const described = variant === undefined ? undefined : scenario.variants?.[variant];
  const { path, beside, because, from } = plan.recovery;
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
      recoveryEnds: { milestone: path.at(-1) ?? path[0], because, ...(from === undefined ? {} : { from }) },
      milestones: { path: [...path], beside: [...beside] },
      parameters: { ...options.parameters },
      environment: { ...options.environment },
    },
    0,
  );
}

function demandCapabilities({ scenario, platform }: RehearsalOptions, plan: ScenarioPlan): void {
  const lacking = [...scenario.needs, ...faultsOf(plan).flatMap(({ needs }) => needs)].filter(
    (capability) => !platform.capabilities.has(capability),
  );
  if (lacking.length === 0) return;
  throw new ChaosError({
    code: 'config',
    message: `Platform ${platform.id} cannot do what ${scenario.id} needs: ${[...new Set(lacking)].join(', ')}.`,
  });
}

type ProvisionOptions = Pick<
  RunOptions,
  'platform' | 'record' | 'runId' | 'signal' | 'stackSettings' | 'weaknesses' | 'keep'
>;

/** Brings the stack up; its removal is on disk before anything is started. */
export async function provision(options: ProvisionOptions, undo: UndoJournal): Promise<RunningStack> {
  const { platform, record, runId, signal } = options;
  const isReused = (await platform.findStacks()).length > 0;
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
  if (!isReused) return stack;
  const forgotten = await removeForgotten(stack, signal);
  const text =
    'problem' in forgotten
      ? `Whether an earlier run left connections could not be told: ${forgotten.problem}`
      : `Removed what an earlier run left: ${forgotten.removed} of its connections and tables`;
  if ('problem' in forgotten || forgotten.removed > 0) record.append({ type: 'note', level: 'warning', text }, 0);
  return stack;
}

/** Writes down what stack this is, and how many instances of each component should be ready. */
export function recordPlatform(
  { platform, record, weaknesses }: Pick<RunOptions, 'platform' | 'record' | 'weaknesses'>,
  stack: RunningStack,
  instances: readonly Instance[],
): void {
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
      expected: { ...(stack.expected ?? expected) },
      settings: { ...stack.settings },
      weaknesses: [...weaknesses],
    },
    0,
  );
}

async function runTrials(options: RehearsalOptions, stack: RunningStack, undo: UndoJournal): Promise<void> {
  const { scenario, parameters, variant, objective, retryPolicy, clock, record, platform, signal, seed } = options;
  for (let trial = 1; trial <= options.trials; trial += 1) {
    signal.throwIfAborted();
    const renewed = (await stack.renewInstances?.(signal)) ?? [];
    if (renewed.length > 0) {
      const text = `Replaced, since their next restart would be held back for earlier ones: ${renewed.join(', ')}`;
      record.append({ type: 'note', level: 'info', text }, trial);
    }
    // Each trial has a plan of its own, because the parts of a plan hold what they opened.
    const plan = scenario.plan(parameters, objective, variant);
    const random = seededRandom(seed + trial);
    await runTrial({ trial, plan, platform, stack, clock, random, record, objective, retryPolicy, undo, signal });
  }
}

/** Takes the stack down unless it is to stay; returns true when something could not be put right. */
export async function tearDown(
  { record, platform, keep }: Pick<RunOptions, 'record' | 'platform' | 'keep'>,
  stack: RunningStack | undefined,
  undo: UndoJournal,
): Promise<boolean> {
  record.append({ type: 'phase', name: 'teardown' }, 0);
  // The undo of a fault may have removed what could not be kept: half a site is of no use to anybody.
  const stays = keep && stack !== undefined && (await platform.findStacks()).some(({ id }) => id === stack.id);
  for (const { id, action } of stays ? undo.pending() : []) {
    if (action.kind !== 'remove-stack') continue;
    const text = `Stack ${action.stackId} stays up (--keep); end it with: npm run chaos -- down`;
    record.append({ type: 'note', level: 'info', text }, 0);
    undo.markDone(id);
  }
  const { notUndone, isStackRemoved } = await undoAll(platform, undo, record);
  // The undo of a stack proves that it is gone or says what is not; one that stays on purpose has to be looked at.
  await recordLeftOvers(record, notUndone, isStackRemoved ? undefined : stack);
  stack?.release();
  return notUndone.length > 0;
}

const ONCE_IN_A_RUN =
  'the commands of recovery.restoreOriginal were run once, and a run does not run them again; npm run chaos -- cleanup does, all of them';

/** Carries out what is pending, latest first; what fails stays pending and is told in words. Commands of the operator that were begun before are not run again. */
async function undoAll(
  platform: Platform,
  undo: UndoJournal,
  record: RunRecorder,
  isMeant: (pending: PendingUndo) => boolean = () => true,
): Promise<{ readonly notUndone: readonly string[]; readonly isStackRemoved: boolean }> {
  const notUndone: string[] = [];
  let isStackRemoved = false;
  for (const pending of undo.pending().filter(isMeant)) {
    if (isOfOperator(pending.action) && pending.begun > 0) {
      notUndone.push(`${undo.failureOf(pending.id) ?? 'The original is not back'} (${ONCE_IN_A_RUN})`);
      continue;
    }
    try {
      if (isOfOperator(pending.action)) undo.markBegun(pending.id);
      const text = await platform.undo(pending.action, AbortSignal.timeout(undoTimeoutMs(pending.action)));
      undo.markDone(pending.id);
      // What happened to somebody else's Airbyte is part of the record; of a stack of its own the scan below says enough.
      if (platform.id === 'cluster') record.append({ type: 'note', level: 'info', text: `Put away: ${text}` }, 0);
      isStackRemoved ||= pending.action.kind === 'remove-stack';
    } catch (error) {
      notUndone.push(describeError(error));
    }
  }
  return { notUndone, isStackRemoved };
}

/** Looks at the stack when it stays and everything could be undone. */
async function recordLeftOvers(
  record: RunRecorder,
  notUndone: readonly string[],
  stays: RunningStack | undefined,
): Promise<void> {
  const isLookedAt = stays !== undefined && notUndone.length === 0;
  const strays = isLookedAt ? await stays.strayProcesses().catch(() => undefined) : [];
  const found = [...notUndone, ...(strays ?? [])];
  record.append({ type: 'leftovers', scope: 'after-teardown', complete: strays !== undefined, found }, 0);
}

/** How the record says that a run ended. */
export function describeEnd(failure: ChaosError | undefined): {
  outcome: 'completed' | 'refused' | 'aborted' | 'interrupted';
  reason?: string;
} {
  if (failure === undefined) return { outcome: 'completed' };
  const reason = describeError(failure);
  if (failure.code === 'interrupted') return { outcome: 'interrupted', reason };
  if (failure.code === 'not-steady' || failure.code === 'no-target') return { outcome: 'refused', reason };
  return { outcome: 'aborted', reason };
}

/** What was thrown, as an error of the harness; an interruption whatever it was when the signal has been given. */
export function asChaosError(error: unknown, signal: AbortSignal): ChaosError {
  if (signal.aborted)
    return new ChaosError({ code: 'interrupted', message: 'The run was interrupted and undone.', cause: error });
  if (error instanceof ChaosError) return error;
  return new ChaosError({ code: 'internal', message: `The harness failed: ${describeError(error)}.`, cause: error });
}
