import pWaitFor from 'p-wait-for';
import type { InstanceProcess, UndoAction } from '../core/platform.ts';
import type { Fault, Wait } from '../core/scenario.ts';
import type { ProcessFilter } from './processes.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';
import { confirmVictims, ensureRunning, processesToHit } from './targets.ts';

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
      const frozen = await processesToHit(stack, targets, only);
      return {
        targets,
        undo: [
          ...frozen.map(({ pid, startTicks, node }): UndoAction => ({
            kind: 'continue-process',
            pid,
            startTicks,
            ...(node === undefined ? {} : { node }),
          })),
          ...ensureRunning(stack, targets),
        ],
        async inject() {
          await Promise.all(targets.map(({ instance }) => stack.holdInstance(instance)));
          for (const one of frozen) await stack.signalProcess(one, 'SIGSTOP');
        },
        async gatherEvidence(report, signal) {
          let moving: readonly InstanceProcess[] = frozen;
          let frozenCount = 0;
          // A process that was in the middle of a write stands still only when that is done. What the first look shows counts: the next fault may
          // end them all.
          const standStill = async (): Promise<boolean> => {
            const stopped = await Promise.all(frozen.map((one) => stack.isStopped(one)));
            frozenCount = stopped.filter(Boolean).length;
            if (frozenCount === frozen.length) moving = [];
            else {
              const living = (await Promise.all(targets.map(({ instance }) => stack.processesOf(instance)))).flat();
              moving = frozen.filter((one, index) => !stopped[index] && living.some(({ pid }) => pid === one.pid));
            }
            return moving.length === 0;
          };
          await pWaitFor(standStill, { interval: 20, signal }).catch(() => undefined);
          const holds = moving.length === 0 && frozenCount > 0;
          const text = holds
            ? `${frozenCount === 1 ? '1 process stands' : `${frozenCount} processes stand`} still`
            : `not frozen: ${moving.map(({ pid, command }) => `${pid} (${command})`).join(', ') || 'all had ended'}`;
          report({ kind: 'processes-frozen', holds, text });
          confirmVictims(of, context, targets, report);
        },
      };
    },
  };
}
