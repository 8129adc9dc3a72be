import { ChaosError, describeError } from '../core/errors.ts';
import type { BodyOf } from '../core/events.ts';
import type { Platform, UndoneUntil } from '../core/platform.ts';
import {
  faultsOf,
  type Fault,
  type PlannedFault,
  type ScenarioPlan,
  type TrialContext,
  type Verification,
  type Wait,
} from '../core/scenario.ts';
import { openTrial, type TrialSetting } from './open-trial.ts';
import { followLateness } from './late-undo.ts';
import { isOfOperator, undoTimeoutMs, type UndoJournal } from './undo-journal.ts';

export interface TrialOptions extends Omit<TrialSetting, 'healFaults'> {
  readonly plan: ScenarioPlan;
  readonly platform: Platform;
  readonly undo: UndoJournal;
}

interface HowUndone {
  readonly until?: UndoneUntil;
  /** See {@link Patience}. */
  readonly lateMs?: number;
}

/** The undo of one fault, done once: when the scenario heals it, or else at the end of the trial. */
interface PendingUndo {
  /** The operator's own commands: what is put away otherwise does not wait for them. */
  readonly isSlow: boolean;
  run(signal: AbortSignal, how?: HowUndone): Promise<void>;
}

interface Rehearsal extends TrialOptions {
  readonly healing: PendingUndo[];
}

/** What is undone at once after an interruption has this long, in milliseconds, before the rest is put away. */
const UNDO_AT_ONCE_MS = 20_000;
/** Evidence must be there within this time, in milliseconds. */
const EVIDENCE_MS = 10_000;

/**
 * One rehearsal: steady state, workload, fault, recovery, verification. Whatever ends it, what it set up is put away.
 * @throws ChaosError `not-steady` before anything was broken, `no-target`, `interrupted`, or what a part threw.
 */
export async function runTrial(options: TrialOptions): Promise<void> {
  const healing: PendingUndo[] = [];
  const healFaults = async (signal: AbortSignal, lateMs?: number): Promise<void> => {
    for (const pending of healing.toReversed()) await pending.run(signal, lateMs === undefined ? {} : { lateMs });
  };
  const open = await openTrial({ ...options, healFaults }, options.plan.probes(options.stack, options.trial));
  try {
    await Promise.race([rehearse({ ...options, healing }, open.context), open.backgroundFailure]);
    await open.finishRecord();
  } catch (error) {
    // Somebody stopped it: what is broken is given back before the probes are waited for, whose samples hang where it is not.
    if (options.signal.aborted) await undoAtOnce(healing);
    throw error;
  } finally {
    const problems = await open.close();
    for (const text of problems)
      options.record.append({ type: 'note', level: 'warning', text: `Not put away: ${text}` }, options.trial);
  }
}

/** What fails is tried again when everything is put away, and told then. */
async function undoAtOnce(healing: readonly PendingUndo[]): Promise<void> {
  const signal = AbortSignal.timeout(UNDO_AT_ONCE_MS);
  for (const pending of healing.toReversed()) {
    if (!pending.isSlow) await pending.run(signal, { until: 'begun' }).catch(() => undefined);
  }
}

async function rehearse(options: Rehearsal, context: TrialContext): Promise<void> {
  const { plan } = options;
  const enter = (name: BodyOf<'phase'>['name']): void => void context.record.append({ type: 'phase', name });
  const say = (text: string): void => void context.record.append({ type: 'step', text });
  const faults = faultsOf(plan);

  enter('steady-state');
  for (const wait of plan.steadyState) await requireSteady(context, wait);
  enter('workload');
  for (const workload of plan.workload) {
    say(`Starting ${workload.name}`);
    await workload.start(context);
  }
  for (const wait of plan.underway) await requireSteady(context, wait);
  for (const fault of faults) await fault.prepare?.(context);
  await requireSteady(context, plan.fault.when);

  enter('fault');
  await breakThings(options, context, faults);

  enter('recovery');
  for (const step of plan.recovery.until) await lookOrWait(context, step);

  enter('verification');
  for (const verification of plan.verification) {
    say(`Verifying: ${verification.name}`);
    await lookOrWait(context, verification);
  }
}

/** A look that failed leaves its events out, and the check that needs them says unknown. */
async function lookOrWait(context: TrialContext, step: Wait | Verification): Promise<void> {
  if ('isOver' in step) {
    await context.waitFor(step);
    return;
  }
  await step.run(context).catch((error: unknown) => {
    if (context.signal.aborted) throw error;
    context.record.append({ type: 'note', level: 'error', text: `${step.name} failed: ${describeError(error)}` });
  });
}

/** Injects one fault after the other; evidence of the first is gathered while the moment of the second is awaited. */
async function breakThings(options: Rehearsal, context: TrialContext, faults: readonly Fault[]): Promise<void> {
  const evidence: Promise<void>[] = [];
  try {
    for (const [index, fault] of faults.entries()) {
      if (index > 0 && !(await context.waitFor(fault.when))) {
        throw new ChaosError({
          code: 'wait-timeout',
          message: `The moment for "${fault.description}" never came: ${fault.when.name}.`,
        });
      }
      const struck = await strike(options, context, fault, await fault.plan(context));
      struck.evidence.catch(() => undefined); // awaited below, when all faults are injected
      evidence.push(struck.evidence);
    }
  } finally {
    await Promise.allSettled(evidence);
  }
  await Promise.all(evidence);
}

async function requireSteady(context: TrialContext, wait: Wait): Promise<void> {
  if (await context.waitFor(wait)) return;
  const lastState = context.history.latest('wait')?.lastState;
  throw new ChaosError({
    code: 'not-steady',
    message: `Nothing was broken, because the system was not in its steady state: ${wait.name}.`,
    afterMs: context.history.latest('wait')?.afterMs ?? wait.timeoutMs,
    ...(lastState === undefined ? {} : { lastState }),
    tryThis: 'Look at the component states and probes in the report; a run needs a healthy system to begin with.',
  });
}

/** Undo to disk, queue the undo, inject. What is returned gathers the evidence, which must not hold up the next fault. */
async function strike(
  { undo, platform, record, trial, healing }: Rehearsal,
  context: TrialContext,
  { id, description }: Fault,
  fault: PlannedFault,
): Promise<{ readonly evidence: Promise<void> }> {
  const targets = fault.targets.map(({ instance, why }) => ({
    component: instance.component,
    instance: instance.name,
    why,
    ...(instance.pid === undefined ? {} : { pid: instance.pid }),
    ...(instance.incarnation === undefined ? {} : { incarnation: instance.incarnation }),
    ...(instance.uid === undefined ? {} : { uid: instance.uid }),
    ...(instance.node === undefined ? {} : { node: instance.node }),
    ...(instance.isTied === true ? { tied: true } : {}),
  }));
  const hit = { targets, ...(fault.machines === undefined ? {} : { machines: [...fault.machines] }) };
  const undoIds = fault.undo.map((action) => ({ action, undoId: undo.plan(platform.id, action) }));
  const which = { fault: id, nth: context.history.all('fault.planned').length + 1 };
  context.record.append({
    type: 'fault.planned',
    ...which,
    description,
    ...hit,
    undo: fault.undo.map(describeUndo),
  });
  // Only what others carry out may take longer than what is put away otherwise.
  const slow = fault.undo.filter((action) => isOfOperator(action) || action.kind === 'remove-chaos');
  const warn = (text: string): void => void record.append({ type: 'note', level: 'warning', text }, trial);
  let isUndone = false;
  const begun = new Set<number>();
  const pending: PendingUndo = {
    isSlow: fault.undo.some(isOfOperator),
    async run(signal, { until, lateMs = 0 } = {}) {
      if (isUndone) return;
      for (const alike of Map.groupBy(undoIds, ({ action }) => action.kind).values()) {
        const start = context.clock.now();
        const said: string[] = [];
        const late = followLateness({ clock: context.clock, warn }, alike[0]?.action, lateMs);
        for (const { action, undoId } of alike) {
          if (isOfOperator(action)) {
            // A run has the commands of others run once, also where they fail.
            if (begun.has(undoId)) return;
            begun.add(undoId);
            undo.markBegun(undoId);
          }
          const text = await platform
            .undo(action, signal, { until, patience: late.patience })
            .catch((error: unknown) => {
              const why = describeError(error);
              undo.noteFailure(undoId, why);
              record.append({ type: 'fault.undone', ...which, succeeded: false, text: why, start }, trial);
              throw error;
            });
          undo.markDone(undoId);
          said.push(text);
        }
        const text = said.length > 3 ? `${said[0]}, and ${said.length - 1} more like it` : said.join(', ');
        const end = context.clock.now();
        record.append({ type: 'fault.undone', ...which, succeeded: true, text, start, end, ...late.at(end) }, trial);
      }
      isUndone = true;
    },
  };
  healing.push(pending);
  const budgetMs = slow.length === 0 ? undefined : slow.reduce((sum, action) => sum + undoTimeoutMs(action), 0);
  context.afterTrial('undo of the fault', (signal) => pending.run(signal), budgetMs);
  record.sync();
  await fault.awaitMoment?.();
  const start = context.clock.now();
  await fault.inject();
  context.record.append({ type: 'fault.injected', ...which, ...hit, start, end: context.clock.now() });
  const evidence = fault.gatherEvidence(
    (item) => context.record.append({ type: 'fault.evidence', ...which, ...item, start, end: context.clock.now() }),
    AbortSignal.any([context.signal, AbortSignal.timeout(fault.evidenceWithinMs ?? EVIDENCE_MS)]),
  );
  return { evidence };
}

function describeUndo(action: PlannedFault['undo'][number]): string {
  switch (action.kind) {
    case 'remove-stack':
      return `remove stack ${action.stackId}`;
    case 'end-programs':
      return `end what a dead harness left running beside ${action.stackId}`;
    case 'ensure-site':
      return `remove stack ${action.stackId} unless its site is up again`;
    case 'ensure-running':
      return `make sure that ${action.instance} runs`;
    case 'continue-process':
      return `let process ${action.pid} continue${action.node === undefined ? '' : ` on ${action.node}`}`;
    case 'ensure-machines':
      return `give ${action.machines.join(', ')} power again`;
    case 'join-again':
      return `end every cut of the network on ${action.machine}`;
    case 'uncordon':
      return `put new instances on ${action.machine} again`;
    case 'restore-source':
      return `give the source ${action.table === undefined ? '' : `with its table ${action.table} `}back`;
    case 'run-commands':
      return `run what brings the original back: ${action.commands.map(({ command }) => command.join(' ')).join('; ')}`;
    case 'remove-own':
      return `remove what run ${action.runId} made in workspace ${action.workspaceId}`;
    case 'remove-chaos':
      return `have Chaos Mesh end the ${action.chaos === 'partition' ? 'cut' : 'wrong time'} of run ${action.runId}, and wait until it is over`;
    case 'remove-load':
      return `remove what puts load on the API for run ${action.runId}`;
    default:
      return action satisfies never;
  }
}
