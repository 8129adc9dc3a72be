import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { healingBegan, injectionTime } from './fault-time.ts';

/** One look at the database cluster that differed from the look before. */
export type DatabaseView = EventOf<'database'>;
type Described = Pick<DatabaseView, 'leader' | 'members' | 'isRedundant' | 'lacks'>;

/** When a look first showed something that the look before it did not show. */
export interface SeenAt {
  readonly at: Bounds;
  readonly event: DatabaseView;
}

/** Who is the primary and how the others do: `patroni-0 leads; patroni-1 streaming (synchronous), patroni-2 no answer`. */
export function describeDatabase({ leader, members, isRedundant, lacks }: Described): string {
  const others = members
    .filter(({ name }) => name !== leader)
    .map(({ name, state, isSynchronous }) => `${name} ${state}${isSynchronous === true ? ' (synchronous)' : ''}`);
  const head = leader === undefined ? 'nobody leads' : `${leader} leads`;
  const lacking = isRedundant || lacks === undefined ? '' : ` – ${lacks}`;
  return `${head}; ${others.join(', ')}${lacking}`;
}

/** The cluster as it was when the (first) fault was injected. */
export function databaseBefore(history: History): DatabaseView | undefined {
  const injected = injectionTime(history);
  return history.latest('database', (view) => injected === undefined || view.end <= injected.at.low);
}

/** The cluster as it was when the last fault took effect: what decided whether a replica could take over. */
export function databaseWhenLost(history: History): DatabaseView | undefined {
  const injected = history.latest('fault.injected');
  return history.latest('database', (view) => injected === undefined || view.end <= injected.start);
}

/** When the node that led before the last fault was seen to hold the leader key no longer. */
export function leaderKeyGone(history: History): SeenAt | undefined {
  const lost = databaseWhenLost(history);
  const injected = history.latest('fault.injected');
  if (lost?.leader === undefined || injected === undefined) return undefined;
  const event = history.first('database', (view) => view.end > injected.start && view.leader !== lost.leader);
  return event && seen(event);
}

/** When a node was first seen to be the primary by right and in fact, after the one before it was seen not to be. */
export function promotion(history: History): SeenAt | undefined {
  const lost = databaseWhenLost(history);
  const injected = history.latest('fault.injected');
  if (lost === undefined || injected === undefined) return undefined;
  let isInterrupted = false;
  for (const event of history.all('database')) {
    if (event.end <= injected.start) continue;
    const primary = primaryOf(event);
    if (primary !== undefined && (isInterrupted || primary !== lost.leader)) return seen(event);
    if (primary === undefined) isInterrupted = true;
  }
  return undefined;
}

/** The member that holds the leader key and is a primary in fact. */
export function primaryOf(view: DatabaseView): string | undefined {
  return view.members.find(({ name, role }) => name === view.leader && role === 'primary')?.name;
}

/** What the cluster lacks of what it was before the fault, in words; undefined when it lacks nothing. */
export function lackingRedundancy(before: DatabaseView, view: DatabaseView): string | undefined {
  if (primaryOf(view) === undefined) return 'there is no primary';
  const isUp = (name: string): boolean => view.members.some((one) => one.name === name && isHealthy(one));
  const missing = before.members.filter((one) => isHealthy(one) && !isUp(one.name)).map(({ name }) => name);
  if (missing.length > 0) return `not streaming: ${missing.join(', ')}`;
  return before.isRedundant && !view.isRedundant ? (view.lacks ?? 'it is not redundant') : undefined;
}

/** Since when the cluster has been as redundant as it was before the fault, without a break until the end of the record. */
export function redundancyRestored(history: History): SeenAt | undefined {
  const before = databaseBefore(history);
  const injected = history.latest('fault.injected');
  if (before === undefined || injected === undefined) return undefined;
  const after = history.all('database').filter((view) => view.end > injected.start);
  const lastBad = after.findLastIndex((view) => lackingRedundancy(before, view) !== undefined);
  const event = lastBad < 0 ? undefined : after[lastBad + 1];
  return event && seen(event);
}

/** Whether anything but the primary follows it. */
export function hasReplica({ members }: DatabaseView): boolean {
  return members.some((one) => one.role === 'replica' && isHealthy(one));
}

function isHealthy({ role, state }: DatabaseView['members'][number]): boolean {
  return role === 'primary' || (role === 'replica' && (state === 'streaming' || state === 'available'));
}

function seen(event: DatabaseView): SeenAt {
  return { at: between(event.previousStart, event.end), event };
}

/** A new primary that came by itself: one that may have been there before anything was undone. */
export function takeover(history: History): SeenAt | undefined {
  const promoted = promotion(history);
  return promoted === undefined || (healingBegan(history) ?? Infinity) < promoted.at.low ? undefined : promoted;
}

/** True when the fault took the primary away and no other came by itself: what else is missing follows from that. */
export function isWithoutPrimary(history: History): boolean {
  const lost = databaseWhenLost(history);
  const hit = history.all('fault.injected').flatMap(({ targets }) => targets.map(({ instance }) => instance));
  return lost?.leader !== undefined && hit.includes(lost.leader) && takeover(history) === undefined;
}
