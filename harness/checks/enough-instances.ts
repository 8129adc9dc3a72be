import { injectionTime } from '../core/derive/fault-time.ts';
import { readyInstances } from '../core/derive/ready-instances.ts';
import type { EventOf } from '../core/events.ts';
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
      const before = readyInstances(history.all('component').filter(({ t }) => t < injected.at.low));
      const unseen = Object.entries(minimum).filter(([component, wanted]) => before.count(component) < wanted);
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

function firstShortage(
  events: readonly EventOf<'component'>[],
  since: number,
  minimum: Readonly<Record<string, number>>,
): { readonly event: EventOf<'component'>; readonly ready: number; readonly wanted: number } | undefined {
  const instances = readyInstances();
  for (const event of events) {
    instances.tell(event);
    const ready = instances.count(event.component);
    const wanted = minimum[event.component];
    if (event.t >= since && wanted !== undefined && ready < wanted) return { event, ready, wanted };
  }
  return undefined;
}
