import { ChaosError } from '../core/errors.ts';
import type { InstanceProcess, KillEvidence, RunningStack, UndoAction } from '../core/platform.ts';
import type { FaultTarget, TrialContext } from '../core/scenario.ts';
import type { ProcessFilter } from './processes.ts';
import type { TargetSelector } from './selectors.ts';

/** The undo of what ends or stops instances: each of them runs and is looked after again. */
export function ensureRunning({ dir }: RunningStack, targets: readonly FaultTarget[]): UndoAction[] {
  return targets.map(({ instance }) => ({ kind: 'ensure-running', dir, instance: instance.name }));
}

/** Asks the selector, after the fault, whether each was the right victim, where it can tell. */
export function confirmVictims(
  of: TargetSelector,
  context: TrialContext,
  targets: readonly FaultTarget[],
  report: (evidence: KillEvidence) => void,
): void {
  for (const target of targets) if (of.confirm !== undefined) report(of.confirm(context, target));
}

/**
 * The processes of the targets, or those of them that the filter matches.
 * @throws ChaosError `no-target` naming the instance that has none.
 */
export async function processesToHit(
  stack: RunningStack,
  targets: readonly FaultTarget[],
  only?: ProcessFilter,
): Promise<readonly InstanceProcess[]> {
  const chosen = await Promise.all(
    targets.map(async ({ instance }) => {
      const processes = await stack.processesOf(instance);
      const matching = only === undefined ? processes : processes.filter((one) => only.matches(one));
      if (matching.length > 0) return matching;
      throw new ChaosError({ code: 'no-target', message: `${instance.name} has no process ${only?.describe ?? ''}.` });
    }),
  );
  return chosen.flat();
}
