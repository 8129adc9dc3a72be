import { ChaosError } from '../core/errors.ts';
import type { Eviction } from '../core/machines.ts';
import type { Fault, Wait } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';
import { confirmVictims } from './targets.ts';

export interface RemoveInstanceOptions {
  readonly of: TargetSelector;
  readonly when: Wait;
  /** `at-once`: no handler runs to its end; `evicted`: it is asked to leave, as a drain does, and refused where too few would be left. */
  readonly how: 'at-once' | 'evicted';
}

/** Takes instances away for good: where one was, the platform makes another, which may run on another machine. */
export function removeInstance({ of, when, how }: RemoveInstanceOptions): Fault {
  return {
    id: how === 'at-once' ? 'delete-instance' : 'evict-instance',
    description: how === 'at-once' ? `Deletion of ${of.describe}` : `Eviction of ${of.describe}`,
    component: of.component,
    needs: ['remove-instances', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const targets = await chooseTargets(of, context);
      const { removal } = context.stack;
      if (removal === undefined) {
        throw new ChaosError({ code: 'config', message: 'Nothing can be taken away from this stack.' });
      }
      const answers: Eviction[] = [];
      return {
        targets,
        undo: [], // nothing is left of it that could be put right
        async inject() {
          for (const { instance } of targets) {
            answers.push(await (how === 'at-once' ? removal.remove(instance) : removal.evict(instance)));
          }
        },
        async gatherEvidence(report, signal) {
          for (const [index, target] of targets.entries()) {
            const { isAccepted = false, text = 'nobody asked' } = answers[index] ?? {};
            report({
              kind: 'request-accepted',
              holds: isAccepted,
              text: `removal of ${target.instance.name}: ${text}`,
            });
            // Who is asked to leave may take its time.
            if (how === 'at-once') await context.stack.confirmGone(target.instance, report, signal);
            confirmVictims(of, context, [target], report);
          }
        },
      };
    },
  };
}
