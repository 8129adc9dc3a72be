import { ChaosError } from '../core/errors.ts';
import type { Machine, MachineControl } from '../core/machines.ts';
import type { FaultTarget, TrialContext } from '../core/scenario.ts';
import { chooseTargets, type TargetSelector } from './selectors.ts';

/** Machines to be hit, and for whose sake. */
export interface ChosenMachines {
  readonly machines: readonly Machine[];
  /** What made them the ones to hit; undefined where that is no instance. */
  readonly because: readonly FaultTarget[];
  readonly why: string;
}

/** Chooses machines. Its words go into the error when it matches none. */
export interface MachineSelector {
  readonly describe: string;
  /** The instances for whose sake; they confirm that it was the right machine. */
  readonly of?: TargetSelector;
  choose(context: TrialContext): Promise<ChosenMachines>;
}

/** The machine that an instance runs on. */
export function machineOf(of: TargetSelector): MachineSelector {
  return {
    describe: `the machine of ${of.describe}`,
    of,
    async choose(context) {
      const because = await chooseTargets(of, context);
      const names = new Set(because.map(({ instance }) => instance.node));
      const machines = (await machinesIn(context).list()).filter(({ name }) => names.has(name));
      return { machines, because, why: because.map(({ instance, why }) => `${instance.name}: ${why}`).join(', ') };
    },
  };
}

/** The machines that keep and answer what the platform itself has to know. */
export function controlPlane(): MachineSelector {
  return {
    describe: 'the control plane',
    async choose(context) {
      const machines = (await machinesIn(context).list()).filter(({ role }) => role === 'control-plane');
      return { machines, because: [], why: 'the control plane of the platform' };
    },
  };
}

/** The machine of this name. */
export function machineCalled(name: string): MachineSelector {
  return {
    describe: `the machine ${name}`,
    async choose(context) {
      const machines = (await machinesIn(context).list()).filter((one) => one.name === name);
      return { machines, because: [], why: 'it was named' };
    },
  };
}

/** All workers of the zone of this name. */
export function zoneCalled(name: string): MachineSelector {
  return {
    describe: `zone ${name}`,
    async choose(context) {
      const all = await machinesIn(context).list();
      const machines = all.filter(({ role, zone }) => role === 'worker' && zone === name);
      return { machines, because: [], why: 'it was named' };
    },
  };
}

/** All workers of the zone that holds the fewest instances of a component, or the most of them. */
export function zoneWith(amount: 'fewest' | 'most', component: string): MachineSelector {
  return {
    describe: `the zone with the ${amount} instances of ${component}`,
    async choose(context) {
      const all = (await machinesIn(context).list()).filter(
        ({ role, zone }) => role === 'worker' && zone !== undefined,
      );
      const instances = (await context.stack.instances()).filter((one) => one.component === component);
      const zones = [...Map.groupBy(all, ({ zone }) => zone ?? '')].map(([zone, machines]) => {
        const names = new Set(machines.map(({ name }) => name));
        return { zone, machines, held: instances.filter(({ node = '' }) => names.has(node)).length };
      });
      const [chosen] = zones.toSorted((a, b) => (amount === 'fewest' ? a.held - b.held : b.held - a.held));
      if (chosen === undefined || zones.length < 2) return { machines: [], because: [], why: '' };
      return {
        machines: chosen.machines,
        because: [],
        why: `zone ${chosen.zone} with ${chosen.held} of ${instances.length} instances of ${component}`,
      };
    },
  };
}

/**
 * The machines that the selector matches.
 * @throws ChaosError `no-target` naming the selector when there are none.
 */
export async function chooseMachines(of: MachineSelector, context: TrialContext): Promise<ChosenMachines> {
  const chosen = await of.choose(context);
  if (chosen.machines.length > 0) return chosen;
  throw new ChaosError({
    code: 'no-target',
    message: `No machine matched the selector "${of.describe}", so nothing was broken.`,
    tryThis: 'npm run chaos -- status, with --platform, shows what runs on which machine.',
  });
}

/** What runs on the machines of these names, each with the reason for which it is hit. */
export async function instancesOn(
  context: TrialContext,
  { because, why }: Pick<ChosenMachines, 'because' | 'why'>,
  machines: readonly string[],
): Promise<readonly FaultTarget[]> {
  const names = new Set(machines);
  const reasons = new Map(because.map((target) => [target.instance.name, target.why]));
  const all = (await context.stack.instances()).filter(({ node = '' }) => names.has(node));
  return all.map((instance) => ({
    instance,
    why: reasons.get(instance.name) ?? (because.length > 0 ? `it runs on the same machine, ${instance.node}` : why),
  }));
}

/** What can be done to the machines of the stack. @throws ChaosError `config` where it has none of its own. */
export function machinesIn({ stack }: TrialContext): MachineControl {
  if (stack.machines !== undefined) return stack.machines;
  throw new ChaosError({ code: 'config', message: 'The platform has no machines of its own that could be hit.' });
}
