import { between, elapsed, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import { expectedCapacity, isSwitchedOff, missingCapacity, type History } from '../history.ts';
import { injectionTime } from './fault-time.ts';
import { readyInstances } from './ready-instances.ts';

/** Fewer instances of a component were wanted after the fault than before it. Who changed that is not seen. */
export interface ScaledDown {
  readonly component: string;
  readonly from: number;
  readonly to: number;
  /** When it was changed, in milliseconds since the start of the run: after the last look that still showed what was before. */
  readonly at: Bounds;
  /** In milliseconds since the injection. */
  readonly afterFault: Bounds;
  readonly event: EventOf<'autoscaler'>;
}

type Counts = Readonly<Record<string, number>>;

/**
 * How many instances of each component were wanted and ready before the fault: what there has to be again, whatever is wanted by then. One that an
 * autoscaler had asked for and that was not ready at the fault is no part of it.
 */
export function steadyCapacity(history: History): Counts {
  const faultAt = injectionTime(history)?.event.start ?? Infinity;
  const atFirst = history.latest('platform.ready')?.expected ?? {};
  const ready = readyInstances(history.all('component').filter(({ t }) => t < faultAt));
  return Object.fromEntries(
    Object.entries(expectedCapacity(history, faultAt)).map(([name, wanted]) => {
      const first = atFirst[name] ?? wanted;
      return [name, wanted <= first ? wanted : Math.max(first, Math.min(wanted, ready.count(name)))];
    }),
  );
}

/** Each change after the fault to fewer than were there before it, in the order of the record. */
export function scaledDown(history: History): readonly ScaledDown[] {
  const injected = injectionTime(history);
  if (injected === undefined) return [];
  const steady = steadyCapacity(history);
  return changesAfter(history, injected.event.start).flatMap((event): readonly ScaledDown[] => {
    const { component, desired: to, t, previousStart = t } = event;
    const from = steady[component] ?? 0;
    const at = between(previousStart, t, t);
    return to < from ? [{ component, from, to, at, afterFault: elapsed(injected.at, at), event }] : [];
  });
}

/** Components of which fewer are ready than before the fault, as {@link missingCapacity} says it. */
export function missingSinceFault(history: History): string[] {
  return missingCapacity(history, steadyCapacity(history));
}

/** As {@link missingSinceFault}, but for what is not wanted any more. */
export function missingOfWanted(history: History): string[] {
  const wanted: Record<string, number> = { ...steadyCapacity(history) };
  const last = new Map(scaledDown(history).map((change) => [change.component, change]));
  for (const { component, to, event } of last.values()) {
    const isInForce = !changesAfter(history, event.t).some((later) => later.component === component && later !== event);
    if (isInForce) wanted[component] = to;
  }
  return missingCapacity(history, wanted);
}

/** What fewer are ready of than before the fault, where all of it is not wanted any more; empty where something else is missing, or nothing. */
export function missingUnwanted(history: History): string[] {
  return missingOfWanted(history).length > 0 ? [] : missingSinceFault(history);
}

/**
 * Since when there are as many instances as before the fault, after there were fewer; undefined while there are not. More that are wanted meanwhile do not put it off. What
 * is taken back on purpose once it was whole is not missing in it, but see {@link scaledDown}.
 */
export function capacityBack(
  history: History,
): { readonly at: Bounds; readonly event: EventOf<'component'> } | undefined {
  const injected = injectionTime(history);
  if (injected === undefined) return undefined;
  const steady = Object.entries(steadyCapacity(history));
  const reductions = scaledDown(history);
  const ready = readyInstances();
  const wholeAt = new Map<string, number>();
  let lacked = false;
  let previous = injected.event.start;
  let back: ReturnType<typeof capacityBack>;
  for (const event of history.all('component')) {
    ready.tell(event);
    if (event.t < injected.event.start) continue;
    // Until it is whole again, no more is asked for than was wanted at the least: what is growing again has not been lost.
    const isMeant = ([name, wanted]: readonly [string, number]): boolean =>
      ready.count(name) >=
      Math.min(
        wanted,
        ...reductions
          .filter((one) => one.component === name && one.at.low <= event.t && one.at.high > (wholeAt.get(name) ?? 0))
          .map(({ to }) => to),
      );
    for (const [name, wanted] of steady) if (ready.count(name) >= wanted) wholeAt.set(name, event.t);
    if (steady.every(([name, wanted]) => ready.count(name) >= wanted)) {
      if (lacked) back ??= { at: between(previous, event.t, event.t), event };
    } else {
      lacked = true;
      if (!steady.every(isMeant)) back = undefined;
    }
    previous = event.t;
  }
  return back;
}

/** What was wanted, as it changed. */
function changesAfter(history: History, since: number): readonly EventOf<'autoscaler'>[] {
  return history.all('autoscaler').filter((event) => event.t > since && !isSwitchedOff(event));
}
