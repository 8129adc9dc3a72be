import { ChaosError } from '../core/errors.ts';
import type { Workload } from '../core/scenario.ts';

/** Follows which machines have power, and what the platform says of them. */
export function watchMachines(): Workload {
  return {
    name: 'a watch on the machines',
    async start(context) {
      const { machines } = context.stack;
      if (machines === undefined)
        throw new ChaosError({ code: 'config', message: 'The platform has no machines of its own.' });
      context.background('the watch of the machines', (signal) =>
        machines.watch(({ name, role, zone, isUp, isReady, isSchedulable }) => {
          context.record.append({
            type: 'machine',
            machine: name,
            role,
            up: isUp,
            ...(zone === undefined ? {} : { zone }),
            ...(isReady === undefined ? {} : { ready: isReady }),
            ...(isSchedulable === undefined ? {} : { schedulable: isSchedulable }),
          });
        }, signal),
      );
      await Promise.resolve();
    },
  };
}
