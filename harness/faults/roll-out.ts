import type { Fault, Wait } from '../core/scenario.ts';
import { chooseTargets, instancesOf } from './selectors.ts';
import { ensureRunning } from './targets.ts';

export interface RollOutOptions {
  readonly component: string;
  readonly when: Wait;
}

/**
 * Replaces the instances of a component one after the other, as a deployment of a new version does: each is asked to end, and
 * the next one's turn comes when its successor is ready. Whether that came to its end is the milestone `rolled-out`.
 */
export function rollOut({ component, when }: RollOutOptions): Fault {
  const of = instancesOf(component);
  return {
    id: 'roll-out',
    component,
    description: `Rolling restart of ${of.describe}`,
    needs: ['roll-out', 'watch-instances'],
    when,
    async plan(context) {
      const targets = await chooseTargets(of, context);
      const { stack } = context;
      return {
        targets,
        undo: ensureRunning(stack, targets),
        inject: () => stack.rollOut(component),
        async gatherEvidence(report) {
          // The platform's answer is what `inject` waited for; it throws where the platform refuses.
          const text = `the platform took the order to replace ${targets.map(({ instance }) => instance.name).join(', ')}`;
          report({ kind: 'request-accepted', holds: true, text });
          await Promise.resolve();
        },
      };
    },
  };
}
