import type { Instance } from '../core/platform.ts';
import type { TrialContext } from '../core/scenario.ts';
import { lookRepeatedly } from './look-repeatedly.ts';

/** Between two looks for new instances, in milliseconds. */
const LIST_EVERY_MS = 2000;

/**
 * Begins something with each instance of a component, once for each name: with those that are there at once, and with those that a platform puts in their
 * place as they come. `begin` returns false for one that it cannot begin with yet; it is then asked again.
 */
export async function followInstances(
  context: Pick<TrialContext, 'stack' | 'clock' | 'background'>,
  component: string,
  begin: (instance: Instance) => boolean,
): Promise<void> {
  const begun = new Set<string>();
  const look = async (): Promise<void> => {
    for (const instance of await context.stack.instances()) {
      if (instance.component !== component || begun.has(instance.name)) continue;
      if (begin(instance)) begun.add(instance.name);
    }
  };
  await look();
  context.background(`new instances of ${component}`, (signal) => lookRepeatedly(context, LIST_EVERY_MS, signal, look));
}
