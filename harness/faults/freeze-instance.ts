import pWaitFor from 'p-wait-for';
import { ChaosError } from '../core/errors.ts';
import type { Instance, InstanceProcess } from '../core/platform.ts';
import type { Fault, Wait } from '../core/scenario.ts';
import type { ProcessFilter } from './processes.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';

export interface FreezeInstanceOptions {
  readonly of: TargetSelector;
  readonly when: Wait;
  /** Which processes of the instance stop; all when it is left out. */
  readonly only?: ProcessFilter;
}

/**
 * Stops the processes of each target with SIGSTOP: they hold what they hold, and answer nothing. The platform leaves them to
 * themselves. Healing lets them go on where they stood.
 */
export function freezeInstance({ of, when, only }: FreezeInstanceOptions): Fault {
  return {
    id: 'freeze-instance',
    description: `SIGSTOP to ${only === undefined ? '' : `${only.describe} of `}${of.describe}`,
    component: of.component,
    needs: ['lose-nodes', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const targets = await chooseTargets(of, context);
      const { stack } = context;
      const frozen = (await Promise.all(targets.map(async ({ instance }) => processesToFreeze(instance)))).flat();
      async function processesToFreeze(instance: Instance): Promise<readonly InstanceProcess[]> {
        const processes = await stack.processesOf(instance);
        const chosen = only === undefined ? processes : processes.filter((one) => only.matches(one));
        if (chosen.length > 0) return chosen;
        throw new ChaosError({
          code: 'no-target',
          message: `${instance.name} has no process ${only?.describe ?? ''}.`,
        });
      }
      return {
        targets,
        undo: [
          ...frozen.map(({ pid, startTicks }) => ({ kind: 'continue-process', pid, startTicks }) as const),
          ...targets.map(
            ({ instance }) => ({ kind: 'ensure-running', dir: stack.dir, instance: instance.name }) as const,
          ),
        ],
        async inject() {
          await Promise.all(targets.map(({ instance }) => stack.holdInstance(instance)));
          for (const one of frozen) stack.signalProcess(one, 'SIGSTOP');
        },
        async gatherEvidence(report, signal) {
          let moving: readonly InstanceProcess[] = frozen;
          // A process that was in the middle of a write stands still only when that is done.
          const standStill = async (): Promise<boolean> => {
            const living = (await Promise.all(targets.map(({ instance }) => stack.processesOf(instance)))).flat();
            moving = frozen.filter((one) => living.some(({ pid }) => pid === one.pid) && !stack.isStopped(one));
            return moving.length === 0;
          };
          await pWaitFor(standStill, { interval: 20, signal }).catch(() => undefined);
          const text =
            moving.length === 0
              ? `${frozen.length} processes stand still`
              : `still moving: ${moving.map(({ pid, command }) => `${pid} (${command})`).join(', ')}`;
          report({ kind: 'processes-frozen', holds: moving.length === 0, text });
          for (const target of targets) if (of.confirm !== undefined) report(of.confirm(context, target));
        },
      };
    },
  };
}
