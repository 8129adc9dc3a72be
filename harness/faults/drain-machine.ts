import pWaitFor from 'p-wait-for';
import type { Instance } from '../core/platform.ts';
import type { Fault, TrialContext } from '../core/scenario.ts';
import { faultOfMachines, type FaultOfMachinesOptions } from './fault-of-machines.ts';
import { machinesIn } from './machine-selectors.ts';

/** A refused eviction is asked for again after so long, as `kubectl drain` does. */
const ASK_AGAIN_MS = 5000;

/**
 * Empties a machine for maintenance: nothing new is put on it, and everything on it is asked to end in good order. What the platform refuses,
 * because too few would be left, is written down and asked for again.
 */
export function drainMachine(options: FaultOfMachinesOptions): Fault {
  return faultOfMachines(options, {
    id: 'drain-machine',
    description: `A drain of ${options.of.describe}`,
    strike: ({ context, control, names, chosen, targets }) => ({
      undo: names.map((machine) => ({ kind: 'uncordon', dir: context.stack.dir, machine }) as const),
      async inject() {
        for (const name of names) await control.cordon(name);
        const waiting = targets.map(({ instance }) => instance);
        const refused = await askAll(context, waiting);
        if (refused.length > 0) context.background('the drain', (signal) => askUntilDone(context, refused, signal));
      },
      async gatherEvidence(report) {
        const machines = (await control.list()).filter(({ name }) => names.includes(name));
        const isCordoned = machines.every(({ isSchedulable }) => isSchedulable === false);
        const text = `${names.join(', ')} ${isCordoned ? 'takes nothing new' : 'still takes new instances'} (${chosen.why})`;
        report({ kind: 'cordoned', holds: isCordoned, text });
      },
    }),
  });
}

/** Asks for the end of each, all at once. Returns those that were refused. */
async function askAll(context: TrialContext, instances: readonly Instance[]): Promise<readonly Instance[]> {
  const answers = await Promise.all(
    instances.map(async (instance) => {
      const start = context.clock.now();
      const { isAccepted, text } = await machinesIn(context).evict(instance);
      const which = { component: instance.component, instance: instance.name };
      context.record.append({
        type: 'eviction',
        ...which,
        accepted: isAccepted,
        text,
        start,
        end: context.clock.now(),
      });
      return isAccepted ? [] : [instance];
    }),
  );
  return answers.flat();
}

async function askUntilDone(context: TrialContext, refused: readonly Instance[], signal: AbortSignal): Promise<void> {
  let left = refused;
  const ask = async (): Promise<boolean> => {
    left = await askAll(context, left);
    return left.length === 0;
  };
  await pWaitFor(ask, { interval: ASK_AGAIN_MS, before: false, signal });
}
