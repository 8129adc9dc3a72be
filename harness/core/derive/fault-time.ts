import { between, type Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';

/** When the fault was injected: the signal was sent somewhere between the start and the end of the call. */
export function injectionTime(history: History): { at: Bounds; event: EventOf<'fault.injected'> } | undefined {
  const event = history.first('fault.injected');
  return event === undefined ? undefined : { at: between(event.start, event.end, event.start), event };
}

/** When the victim was seen to be gone: not before the injection, not after the first evidence of it. */
export function effectTime(history: History): { at: Bounds; event: EventOf<'fault.evidence'> } | undefined {
  const injected = history.first('fault.injected');
  const event = history.first('fault.evidence', (evidence) => evidence.holds && evidence.kind === 'process-gone');
  if (injected === undefined || event === undefined) return undefined;
  return { at: between(injected.start, event.end, event.end), event };
}
