import { injectionTime } from '../core/derive/fault-time.ts';
import type { EventOf } from '../core/events.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';

/**
 * While a machine is emptied in good order, no component falls below what its disruption budget promises, and what was asked of the platform
 * against a budget was refused.
 * @param minimum instances that must be ready, by component
 */
export function enoughInstances(minimum: Readonly<Record<string, number>>): Check {
  return {
    id: 'enough_instances',
    title: 'No component fell below its disruption budget',
    failure: 'A component fell below its disruption budget',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const evictions = history.all('eviction');
      if (evictions.length === 0)
        return { verdict: 'unknown', summary: 'Nothing was asked to end.', evidence: [injected.event.i] };
      const short = firstShortage(history.all('component'), injected.at.low, minimum);
      if (short !== undefined) {
        const summary = `${short.event.component} had ${short.ready} instances ready; its budget promises ${short.wanted}.`;
        return { verdict: 'fail', summary, evidence: [short.event.i] };
      }
      const unseen = Object.entries(minimum).filter(
        ([component, wanted]) => readyBefore(history, component, injected.at.low) < wanted,
      );
      if (unseen.length > 0) {
        const names = unseen.map(([component, wanted]) => `${component} (${wanted} promised)`).join(', ');
        const summary = `So many instances as the budget promises were not seen before the fault, of ${names}.`;
        return { verdict: 'unknown', summary, evidence: [injected.event.i] };
      }
      const refused = evictions.filter(({ accepted }) => !accepted);
      const accepted = evictions.length - refused.length;
      if (accepted === 0) {
        const summary = 'Every instance that was asked to end refused, so nothing was put to the test.';
        return { verdict: 'unknown', summary, evidence: evictions.map(({ i }) => i) };
      }
      const words =
        refused.length === 0 ? 'none was refused' : `${refused.length} were refused first (${refused[0]?.text})`;
      return {
        verdict: 'pass',
        summary: `${accepted} instances were asked to end in good order, ${words}; every component kept what its budget promises.`,
        evidence: evictions.map(({ i }) => i),
      };
    },
  };
}

/** How many instances of the component were ready at the fault, by what the platform had said of each. */
function readyBefore(history: History, component: string, atMs: number): number {
  const told = history.all('component').filter((event) => event.component === component && event.t < atMs);
  return [...new Map(told.map((event) => [event.instance, event.ready])).values()].filter(Boolean).length;
}

function firstShortage(
  events: readonly EventOf<'component'>[],
  since: number,
  minimum: Readonly<Record<string, number>>,
): { readonly event: EventOf<'component'>; readonly ready: number; readonly wanted: number } | undefined {
  const readyBy = new Map<string, Set<string>>();
  for (const event of events) {
    const ready = readyBy.get(event.component) ?? new Set<string>();
    readyBy.set(event.component, ready);
    if (event.ready) ready.add(event.instance);
    else ready.delete(event.instance);
    const wanted = minimum[event.component];
    if (event.t >= since && wanted !== undefined && ready.size < wanted) return { event, ready: ready.size, wanted };
  }
  return undefined;
}
