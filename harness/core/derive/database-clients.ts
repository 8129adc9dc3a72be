import { between, type Bounds } from '../bounds.ts';
import type { History } from '../history.ts';
import { primaryOf, promotion } from './database.ts';
import { injectionTime } from './fault-time.ts';
import { lostWithMachines } from './lost-machines.ts';
import type { Seen } from './milestones/milestone-kind.ts';

/** Whether a component that worked on the database before the fault does so on the new primary. */
export interface Reconnection {
  readonly component: string;
  /** Instances that must be seen again and were not. Empty when the component is back. */
  readonly missing: readonly string[];
  /** When the last one that must was seen. */
  readonly seen: Seen;
}

/** Their instances use the database only while they have work, which may go on in another one: one of them is enough. */
const WORKS_ON_DEMAND: ReadonlySet<string> = new Set(['worker']);

/**
 * One for each component that was at work on the database right before the fault; undefined while there is no new primary. Who works on demand and was
 * lost with its machine owes nothing: when there is work for another depends on who notices, which is judged by the outcome of the job.
 */
export function reconnections(history: History): Reconnection[] | undefined {
  const injected = injectionTime(history);
  const promoted = promotion(history);
  const primary = promoted && primaryOf(promoted.event);
  if (injected === undefined || promoted === undefined || primary === undefined) return undefined;
  const looks = history.all('database.clients');
  const before = looks.findLast((look) => look.end <= injected.at.low)?.clients ?? [];
  // Nobody is seen at work on a node before it is a primary in fact, which may be before it was seen to be one.
  const struck = history.latest('fault.injected')?.end ?? injected.at.high;
  const after = looks.filter((look) => look.node === primary && look.end > struck);
  const lost = lostWithMachines(history);
  const expected = before.filter(({ component, name }) => !WORKS_ON_DEMAND.has(component) || !lost.has(name));
  return [...Map.groupBy(expected, ({ component }) => component)].map(([component, clients]) => {
    const names = clients.map(({ name }) => name).filter((name) => !lost.has(name));
    const firstSeen = (matches: (name: string, of: string) => boolean): Moment | undefined => {
      const look = after.find(({ clients: now }) => now.some((client) => matches(client.name, client.component)));
      if (look === undefined) return undefined;
      const low = Math.max(look.previousStart, promoted.at.low <= look.end ? promoted.at.low : 0);
      return { at: between(low, look.end), index: look.i };
    };
    // Where all of them were lost with their machines, one that came in their place will do.
    const moments =
      WORKS_ON_DEMAND.has(component) || names.length === 0
        ? [{ name: component, moment: firstSeen((_name, of) => of === component) }]
        : names.map((name) => ({ name, moment: firstSeen((seen) => seen === name) }));
    return {
      component,
      missing: moments.flatMap(({ name, moment }) => (moment === undefined ? [name] : [])),
      seen: lastOf(moments.map(({ moment }) => moment)),
    };
  });
}

export function reconnectionOf(history: History, component: string): Reconnection | undefined {
  return reconnections(history)?.find((one) => one.component === component);
}

/** When the last of the components was back; undefined while one is missing. */
export function allReconnected(history: History): Seen {
  const all = reconnections(history);
  if (all === undefined || all.length === 0) return undefined;
  return lastOf(all.map(({ seen }) => seen && { at: seen.at, index: seen.evidence[0] ?? 0 }));
}

interface Moment {
  readonly at: Bounds;
  readonly index: number;
}

function lastOf(moments: readonly (Moment | undefined)[]): Seen {
  const all = moments.filter((moment) => moment !== undefined);
  const last = all.toSorted((a, b) => b.at.high - a.at.high)[0];
  return last === undefined || all.length < moments.length ? undefined : { at: last.at, evidence: [last.index] };
}
