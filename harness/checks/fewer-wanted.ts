import { elapsed } from '../core/bounds.ts';
import type { History } from '../core/history.ts';
import type { CheckResult } from '../core/journal.ts';
import { capacityBack, missingOfWanted, missingSinceFault, scaledDown } from '../core/derive/capacity.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { recoveryClock } from '../core/derive/recovery-clock.ts';
import { describeBounds } from './words.ts';

/**
 * The judgement where something is missing at the end that is not wanted any more: nobody can tell whether it would have come back, or stayed. Undefined where as many are
 * there as before the fault, where something else is missing too, or where it had been missing for more than `limitMs` before fewer were wanted.
 */
export function fewerWanted(history: History, limitMs: number): Omit<CheckResult, 'id' | 'title'> | undefined {
  const reductions = scaledDown(history);
  const [first] = reductions;
  const [injected, clock] = [injectionTime(history), recoveryClock(history)];
  const missing = missingSinceFault(history);
  if (first === undefined || injected === undefined || missing.length === 0) return undefined;
  const back = capacityBack(history);
  const isOverdue = clock !== undefined && first.at.low - clock.at.high > limitMs;
  if (back === undefined && (isOverdue || missingOfWanted(history).length > 0)) return undefined;
  const rest =
    back === undefined
      ? 'So whether it comes back was not put to the test.'
      : `Everything had come back ${describeBounds(elapsed(injected.at, back.at))} after the fault; whether it would have stayed is not known.`;
  return {
    verdict: 'unknown',
    summary: `At the end there are fewer than before the fault: ${missing.join(', ')}.${describeScaling(history)} ${rest}`,
    evidence: [
      injected.event.i,
      ...reductions.map(({ event }) => event.i),
      ...(back === undefined ? [] : [back.event.i]),
    ],
  };
}

/** ` Of worker 3 were wanted before the fault, and 2 from 12.0 s (9.00 s – 12.0 s) after it on; who changed that is not seen.`; empty where nothing was scaled down. */
export function describeScaling(history: History): string {
  const latest = new Map(scaledDown(history).map((change) => [change.component, change]));
  return [...latest.values()]
    .map(
      ({ component, from, to, afterFault }) =>
        ` Of ${component} ${from} were wanted before the fault, and ${to} from ${describeBounds(afterFault)} after it on; who changed that is not seen.`,
    )
    .join('');
}
