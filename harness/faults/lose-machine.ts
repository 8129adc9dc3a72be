import pWaitFor from 'p-wait-for';
import type { Fault, Wait } from '../core/scenario.ts';
import { chooseMachines, instancesOn, machinesIn, type MachineSelector } from './machine-selectors.ts';
import { confirmVictims } from './targets.ts';

export interface LoseMachinesOptions {
  readonly of: MachineSelector;
  readonly when: Wait;
}

/** Machines lose power at once, with everything that runs on them, and stay away until the fault is healed. */
export function loseMachines({ of, when }: LoseMachinesOptions): Fault {
  return {
    id: 'lose-machine',
    description: `Loss of power of ${of.describe}`,
    needs: ['machines', 'watch-instances'],
    hits: of.describe,
    when,
    prepare: async (context) => of.of?.prepare?.(context),
    async plan(context) {
      const control = machinesIn(context);
      const chosen = await chooseMachines(of, context);
      const targets = await instancesOn(context, chosen);
      const names = chosen.machines.map(({ name }) => name);
      return {
        targets,
        undo: [{ kind: 'ensure-machines', dir: context.stack.dir, machines: names }],
        inject: () => control.kill(names),
        async gatherEvidence(report, signal) {
          const isOff = async (): Promise<boolean> =>
            (await control.list()).every(({ name, isUp }) => !isUp || !names.includes(name));
          const areOff = await pWaitFor(isOff, { interval: 50, signal }).then(
            () => true,
            () => false,
          );
          const words = names.length === 1 ? ['has no power', 'still runs'] : ['have no power', 'still run'];
          const text = `${names.join(', ')} ${words[areOff ? 0 : 1]} (${chosen.why})`;
          report({ kind: 'node-lost', holds: areOff, text });
          if (of.of !== undefined) confirmVictims(of.of, context, chosen.because, report);
        },
      };
    },
  };
}
