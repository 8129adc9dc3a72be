import { comesTrue } from '../core/comes-true.ts';
import type { Fault, Wait } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';
import { confirmVictims, ensureRunning } from './targets.ts';

export interface LoseNodeOptions {
  readonly of: TargetSelector;
  readonly when: Wait;
}

/**
 * The machine of each target is lost: every process of it ends at once with SIGKILL, and nothing restarts it until the fault is
 * healed (`healFaults`, or the end of the trial).
 */
export function loseNode({ of, when }: LoseNodeOptions): Fault {
  return {
    id: 'lose-node',
    description: `Loss of the machine of ${of.describe}`,
    component: of.component,
    needs: ['lose-nodes', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const targets = await chooseTargets(of, context);
      const { stack } = context;
      return {
        targets,
        undo: ensureRunning(stack, targets),
        async inject() {
          await stack.loseMachines(targets.map(({ instance }) => instance));
        },
        async gatherEvidence(report, signal) {
          for (const target of targets) {
            const { name } = target.instance;
            const hasNone = async (): Promise<boolean> => (await stack.processesOf(target.instance)).length === 0;
            const isLost = await comesTrue(hasNone, { everyMs: 20, signal });
            const text = isLost ? `no process of ${name} is left` : `processes of ${name} survived`;
            report({ kind: 'node-lost', holds: isLost, text });
            confirmVictims(of, context, [target], report);
          }
        },
      };
    },
  };
}
