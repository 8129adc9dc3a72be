import { ChaosError, describeError } from '../core/errors.ts';
import type { BodyOf } from '../core/events.ts';
import type { Platform } from '../core/platform.ts';
import type { PlannedFault, ScenarioPlan, TrialContext, Wait } from '../core/scenario.ts';
import { openTrial, type TrialSetting } from './open-trial.ts';
import type { UndoJournal } from './undo-journal.ts';

export interface TrialOptions extends TrialSetting {
  readonly plan: ScenarioPlan;
  readonly platform: Platform;
  readonly undo: UndoJournal;
}

/** Evidence must be there within this time, in milliseconds. */
const EVIDENCE_MS = 10_000;

/**
 * One rehearsal: steady state, workload, fault, recovery, verification. Whatever ends it, what it set up is put away.
 * @throws ChaosError `not-steady` before anything was broken, `no-target`, `interrupted`, or what a part threw.
 */
export async function runTrial(options: TrialOptions): Promise<void> {
  const open = await openTrial(options, options.plan.probes(options.stack, options.trial));
  try {
    await Promise.race([rehearse(options, open.context), open.backgroundFailure]);
    await open.finishRecord();
  } finally {
    const problems = await open.close();
    for (const text of problems)
      options.record.append({ type: 'note', level: 'warning', text: `Not put away: ${text}` }, options.trial);
  }
}

async function rehearse(options: TrialOptions, context: TrialContext): Promise<void> {
  const { plan } = options;
  const enter = (name: BodyOf<'phase'>['name']): void => void context.record.append({ type: 'phase', name });
  const say = (text: string): void => void context.record.append({ type: 'step', text });

  enter('steady-state');
  for (const wait of plan.steadyState) await requireSteady(context, wait);
  enter('workload');
  for (const workload of plan.workload) {
    say(`Starting ${workload.name}`);
    await workload.start(context);
  }
  for (const wait of plan.underway) await requireSteady(context, wait);
  await plan.fault.prepare?.(context);
  await requireSteady(context, plan.fault.when);

  enter('fault');
  const fault = await plan.fault.plan(context);
  await strike(options, context, fault);

  enter('recovery');
  for (const wait of plan.recovery.until) await context.waitFor(wait);

  enter('verification');
  for (const verification of plan.verification) {
    say(`Verifying: ${verification.name}`);
    if ('isOver' in verification) {
      await context.waitFor(verification);
      continue;
    }
    await verification.run(context).catch((error: unknown) => {
      if (context.signal.aborted) throw error;
      // A look that failed leaves its events out, and the check that needs them says unknown.
      context.record.append({
        type: 'note',
        level: 'error',
        text: `${verification.name} failed: ${describeError(error)}`,
      });
    });
  }
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

/** Undo to disk, inject, gather the evidence, and queue the undo. */
async function strike(options: TrialOptions, context: TrialContext, fault: PlannedFault): Promise<void> {
  const { undo, platform, plan, record, trial } = options;
  const id = plan.fault.id;
  const targets = fault.targets.map(({ instance, why }) => ({
    component: instance.component,
    instance: instance.name,
    why,
    ...(instance.pid === undefined ? {} : { pid: instance.pid }),
  }));
  const undoIds = fault.undo.map((action) => ({ action, undoId: undo.plan(platform.id, action) }));
  context.record.append({
    type: 'fault.planned',
    fault: id,
    description: plan.fault.description,
    targets,
    undo: fault.undo.map(describeUndo),
  });
  context.afterTrial('undo of the fault', async (signal) => {
    for (const { action, undoId } of undoIds) {
      const text = await platform.undo(action, signal).catch((error: unknown) => {
        record.append({ type: 'fault.undone', fault: id, succeeded: false, text: describeError(error) }, trial);
        throw error;
      });
      undo.markDone(undoId);
      record.append({ type: 'fault.undone', fault: id, succeeded: true, text }, trial);
    }
  });
  record.sync();
  const start = context.clock.now();
  await fault.inject();
  context.record.append({ type: 'fault.injected', fault: id, targets, start, end: context.clock.now() });
  await fault.gatherEvidence(
    (item) => context.record.append({ type: 'fault.evidence', fault: id, ...item, start, end: context.clock.now() }),
    AbortSignal.any([context.signal, AbortSignal.timeout(EVIDENCE_MS)]),
  );
}

function describeUndo(action: PlannedFault['undo'][number]): string {
  switch (action.kind) {
    case 'remove-stack':
      return `remove stack ${action.stackId}`;
    case 'ensure-running':
      return `make sure that ${action.instance} runs`;
    case 'continue-process':
      return `let process ${action.pid} continue`;
    default:
      return action satisfies never;
  }
}
