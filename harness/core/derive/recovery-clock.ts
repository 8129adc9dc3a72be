import { between } from '../bounds.ts';
import type { History } from '../history.ts';
import { injectionTime } from './fault-time.ts';
import type { Seen } from './milestones/milestone-kind.ts';

/**
 * When the last fault of the trial was undone: the undo took effect between its start and its end, and where it was late after the last look that still
 * showed the fault. Undefined while one that was
 * injected has not been.
 */
export function healTime(history: History): Seen {
  const undone = history.all('fault.undone').filter((event) => event.succeeded);
  const last = undone.at(-1);
  const isOpen = history
    .all('fault.injected')
    .some(({ fault, nth, i }) => !undone.some((event) => event.fault === fault && event.nth === nth && event.i > i));
  if (last === undefined || isOpen) return undefined;
  const end = last.end ?? last.t;
  return { at: between(last.lastThere ?? last.start ?? end, end, end), evidence: [last.i] };
}

/** True when the recovery of this run is counted from the undo of the fault, not from its injection. */
export function isCountedFromHealing(history: History): boolean {
  return history.first('run.started')?.recoveryEnds.from === 'fault-healed';
}

/** Where the clock of the recovery starts; undefined when that moment was not seen. */
export function recoveryClock(history: History): Seen {
  if (isCountedFromHealing(history)) return healTime(history);
  const injected = injectionTime(history);
  return injected && { at: injected.at, evidence: [injected.event.i] };
}
