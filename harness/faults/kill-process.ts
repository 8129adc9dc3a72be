import { comesTrue } from '../core/comes-true.ts';
import type { InstanceProcess } from '../core/platform.ts';
import type { Fault, Wait } from '../core/scenario.ts';
import type { ProcessFilter } from './processes.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';
import { confirmVictims, ensureRunning, processesToHit } from './targets.ts';

export interface KillProcessOptions {
  readonly of: TargetSelector;
  readonly only: ProcessFilter;
  readonly when: Wait;
}

/** SIGKILL to some processes of each target while the rest of it goes on, as when only PostgreSQL crashes and its Patroni does not. */
export function killProcess({ of, only, when }: KillProcessOptions): Fault {
  return {
    id: 'kill-process',
    component: of.component,
    description: `SIGKILL to ${only.describe} of ${of.describe}`,
    needs: ['signal-instances', 'watch-instances'],
    when,
    prepare: async (context) => of.prepare?.(context),
    async plan(context) {
      const targets = await chooseTargets(of, context);
      const { stack } = context;
      const doomed = await processesToHit(stack, targets, only);
      return {
        targets,
        undo: ensureRunning(stack, targets),
        async inject() {
          await Promise.all(doomed.map((found) => stack.signalProcess(found, 'SIGKILL')));
        },
        async gatherEvidence(report, signal) {
          const isDead = async (): Promise<boolean> => {
            const living = (await Promise.all(targets.map(({ instance }) => stack.processesOf(instance)))).flat();
            return doomed.every((one) => !living.some(({ pid, startTicks }) => same(one, pid, startTicks)));
          };
          const isGone = await comesTrue(isDead, { everyMs: 10, signal });
          const text = `${only.describe} of ${targets.map(({ instance }) => instance.name).join(', ')} ${isGone ? 'is gone' : 'survived'}`;
          report({ kind: 'process-gone', holds: isGone, text });
          confirmVictims(of, context, targets, report);
        },
      };
    },
  };
}

function same(one: InstanceProcess, pid: number, startTicks: number): boolean {
  return one.pid === pid && one.startTicks === startTicks;
}
