import { elapsed } from '../core/bounds.ts';
import { isWithoutPrimary } from '../core/derive/database.ts';
import { reconnections, type Reconnection } from '../core/derive/database-clients.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { combineVerdicts, judgeAgainstLimit } from '../core/verdict.ts';
import { describeBounds } from './words.ts';

/** Every component that worked on the database before the fault works on the new primary within the objective. */
export function servicesReconnected(): Check {
  return {
    id: 'services_reconnected',
    title: 'Every component works on the database again',
    failure: 'Not every component works on the database again',
    judge(history) {
      const injected = injectionTime(history);
      const objective = history.first('run.started')?.objective;
      const all = reconnections(history);
      if (injected === undefined || objective === undefined || all === undefined || all.length === 0) {
        const summary =
          all === undefined
            ? 'There was no new primary to work on.'
            : 'Nobody was seen to work on the database before the fault.';
        return { verdict: 'unknown', summary, evidence: [], ...causeIn(history) };
      }
      const limitMs = objective.recoverySeconds * 1000;
      const watchedMs = history.endMs - injected.at.high;
      const judged = all.map((one) => {
        if (one.seen === undefined) return watchedMs > limitMs ? ('fail' as const) : ('unknown' as const);
        return judgeAgainstLimit(elapsed(injected.at, one.seen.at), limitMs);
      });
      const describe = (one: Reconnection): string =>
        one.seen === undefined
          ? `${one.missing.join(', ')} not within ${formatMillis(watchedMs)}`
          : `${one.component} after ${describeBounds(elapsed(injected.at, one.seen.at))}`;
      const inOrder = all.toSorted((a, b) => b.missing.length - a.missing.length);
      const verdict = combineVerdicts(judged);
      return {
        verdict,
        summary: `${inOrder.map(describe).join('; ')}; the objective is ${formatMillis(limitMs)}.`,
        evidence: [injected.event.i, ...all.flatMap(({ seen }) => seen?.evidence ?? [])],
        ...(verdict === 'pass' ? {} : causeIn(history)),
      };
    },
  };
}

/** Nobody can work on a database that has no primary. */
function causeIn(history: History): { readonly consequenceOf?: string } {
  return isWithoutPrimary(history) ? { consequenceOf: 'database_failover' } : {};
}
