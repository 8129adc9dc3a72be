import type { MachineControl } from '../core/machines.ts';
import type { Fault, PlannedFault, TrialContext, Wait } from '../core/scenario.ts';
import {
  chooseMachines,
  instancesOn,
  machinesIn,
  type ChosenMachines,
  type MachineSelector,
} from './machine-selectors.ts';
import { confirmVictims } from './targets.ts';

export interface FaultOfMachinesOptions {
  readonly of: MachineSelector;
  readonly when: Wait;
}

/** The machines that were chosen, at the moment of the strike. */
export interface StruckMachines extends Pick<PlannedFault, 'targets'> {
  readonly context: TrialContext;
  readonly control: MachineControl;
  readonly names: readonly string[];
  readonly chosen: ChosenMachines;
}

interface FaultKind extends Pick<Fault, 'id' | 'description'> {
  /** What is done to them; whether they were the right ones is looked at afterwards. */
  readonly strike: (struck: StruckMachines) => Omit<PlannedFault, 'targets' | 'machines'>;
}

/** A fault that hits whole machines, with whatever runs on them. */
export function faultOfMachines({ of, when }: FaultOfMachinesOptions, { id, description, strike }: FaultKind): Fault {
  return {
    id,
    description,
    needs: ['machines', 'watch-instances'],
    hits: of.describe,
    when,
    prepare: async (context) => of.of?.prepare?.(context),
    async plan(context) {
      const control = machinesIn(context);
      const chosen = await chooseMachines(of, context);
      const names = chosen.machines.map(({ name }) => name);
      const targets = await instancesOn(context, chosen, names);
      const planned = strike({ context, control, names, chosen, targets });
      return {
        ...planned,
        targets,
        machines: names,
        async gatherEvidence(report, signal) {
          await planned.gatherEvidence(report, signal);
          if (of.of !== undefined) confirmVictims(of.of, context, chosen.because, report);
        },
      };
    },
  };
}
