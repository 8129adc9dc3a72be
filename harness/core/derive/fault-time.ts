import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';

/** When the (first) fault was injected: the signal was sent somewhere between the start and the end of the call. */
export function injectionTime(history: History): { at: Bounds; event: EventOf<'fault.injected'> } | undefined {
  const event = history.first('fault.injected');
  return event === undefined ? undefined : { at: between(event.start, event.end, event.start), event };
}

/** That whoever cuts an instance off says that it is done. A claim: it shows no effect. */
export const CLAIMED_CUT_OFF = 'claimed-cut-off';
/** That whoever tells an instance a wrong time says that it does. A claim, too. */
export const CLAIMED_CLOCK_OFF = 'claimed-clock-off';
/** That an answer told of a wrong time. */
export const CLOCK_OFF = 'clock-off';

/** Kinds of evidence that show that a fault has taken effect; the others show that it hit the right thing. */
const EFFECTS: ReadonlySet<string> = new Set([
  'process-gone',
  'processes-frozen',
  'node-lost',
  'cut-off',
  CLOCK_OFF,
  'cordoned',
  'load-began',
  'request-accepted',
  'data-gone',
  'source-away',
  'connections-cut',
  'table-gone',
  'api-gone',
]);

/** True for evidence that a fault has done what it is named for. */
export function showsEffect(evidence: EventOf<'fault.evidence'>): boolean {
  return evidence.holds && EFFECTS.has(evidence.kind);
}

/** When the victim was seen to be gone: not before the injection, not after the first evidence of it. */
export function effectTime(history: History): { at: Bounds; event: EventOf<'fault.evidence'> } | undefined {
  const injected = history.first('fault.injected');
  const event = history.first('fault.evidence', showsEffect);
  if (injected === undefined || event === undefined) return undefined;
  return { at: between(injected.start, event.end, event.end), event };
}

/** When what was broken began to be given back; undefined while nothing has been. */
export function healingBegan(history: History): number | undefined {
  const injected = history.latest('fault.injected');
  const undone = history.first('fault.undone', (event) => event.i > (injected?.i ?? Infinity));
  return undone && (undone.start ?? undone.t);
}

/** The last evidence that a fault has done what it is named for: of a compound failure, that of its last fault. */
export function lastEffect(history: History): EventOf<'fault.evidence'> | undefined {
  const injected = history.latest('fault.injected');
  return history.latest('fault.evidence', (event) => showsEffect(event) && event.i > (injected?.i ?? Infinity));
}
