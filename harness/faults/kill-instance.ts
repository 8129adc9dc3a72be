import type { Fault, Wait } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';
import { confirmVictims, ensureRunning } from './targets.ts';

export interface KillInstanceOptions {
  readonly of: TargetSelector;
  readonly when: Wait;
  /** SIGTERM asks it to end, as a deployment or a drain does; SIGKILL (the default) lets no handler run. */
  readonly signal?: 'SIGKILL' | 'SIGTERM';
}

/**
 * Ends the main process of each target: with SIGKILL as the kernel's out-of-memory killer does, when nothing is handed over.
 * The platform restarts it; the undo makes sure of that.
 */
export function killInstance({ of, when, signal = 'SIGKILL' }: KillInstanceOptions): Fault {
  return {
    id: signal === 'SIGKILL' ? 'kill-instance' : 'terminate-instance',
    description: `${signal} to ${of.describe}`,
    component: of.component,
    needs: ['signal-instances', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const targets = await chooseTargets(of, context);
      const { stack } = context;
      return {
        targets,
        undo: ensureRunning(stack, targets),
        async inject() {
          await Promise.all(targets.map(({ instance }) => stack.signalInstance(instance, signal)));
        },
        async gatherEvidence(report, until) {
          for (const target of targets) {
            await stack.confirmGone(target.instance, report, until);
            confirmVictims(of, context, [target], report);
          }
        },
      };
    },
  };
}
