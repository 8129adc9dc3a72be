import type { History } from '../history.ts';

/** Faults that take a machine away with everything on it. */
const MACHINE_FAULTS: ReadonlySet<string> = new Set(['lose-node', 'lose-machine']);

/**
 * Instances that ran on a machine which was lost, beside those that were meant: they were gone with it, and nothing can be asked of them until
 * they run elsewhere or it is back. Empty on a platform whose instances have no machines of their own.
 */
export function lostWithMachines(history: History): ReadonlySet<string> {
  const injected = history.all('fault.injected').filter(({ fault }) => MACHINE_FAULTS.has(fault));
  const machines = new Set(injected.flatMap(({ targets }) => targets.flatMap(({ node }) => node ?? [])));
  const since = Math.min(...injected.map(({ start }) => start));
  const placed = new Map<string, string>();
  for (const { t, instance, node } of history.all('component')) {
    if (t <= since && node !== undefined) placed.set(instance, node);
  }
  return new Set([...placed].filter(([, node]) => machines.has(node)).map(([instance]) => instance));
}
