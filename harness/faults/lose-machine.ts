import { comesTrue } from '../core/comes-true.ts';
import type { Fault } from '../core/scenario.ts';
import { faultOfMachines, type FaultOfMachinesOptions } from './fault-of-machines.ts';

/** Machines lose power at once, with everything that runs on them, and stay away until the fault is healed. */
export function loseMachines(options: FaultOfMachinesOptions): Fault {
  return faultOfMachines(options, {
    id: 'lose-machine',
    description: `Loss of power of ${options.of.describe}`,
    strike: ({ context, control, names, chosen }) => ({
      undo: [{ kind: 'ensure-machines', dir: context.stack.dir, machines: names }],
      inject: () => control.kill(names),
      async gatherEvidence(report, signal) {
        const isOff = async (): Promise<boolean> =>
          (await control.list()).every(({ name, isUp }) => !isUp || !names.includes(name));
        const areOff = await comesTrue(isOff, { everyMs: 50, signal });
        const words = names.length === 1 ? ['has no power', 'still runs'] : ['have no power', 'still run'];
        const text = `${names.join(', ')} ${words[areOff ? 0 : 1]} (${chosen.why})`;
        report({ kind: 'node-lost', holds: areOff, text });
      },
    }),
  });
}
