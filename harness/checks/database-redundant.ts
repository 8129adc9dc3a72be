import { between, elapsed } from '../core/bounds.ts';
import { databaseBefore, hasReplica, lackingRedundancy, redundancyRestored } from '../core/derive/database.ts';
import { healingBegan, injectionTime } from '../core/derive/fault-time.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { describeBounds } from './words.ts';

/**
 * The database is as redundant as before the fault within `within`, counted from when what had been broken was given back, or from
 * the fault where nothing had to be.
 */
export function databaseIsRedundant({ within }: { readonly within: Duration }): Check {
  const limitMs = toMillis(within);
  return {
    id: 'database_redundant',
    title: 'Redundancy of the database came back',
    failure: 'Redundancy of the database did not come back in time',
    judge(history) {
      const injected = injectionTime(history);
      const before = databaseBefore(history);
      const last = history.latest('database');
      if (injected === undefined || before === undefined || last === undefined) {
        return { verdict: 'unknown', summary: 'The database was not looked at before a fault.', evidence: [] };
      }
      // An asynchronous one is never called redundant: what streamed before has to stream again.
      if (!before.isRedundant && !hasReplica(before)) {
        const summary = `It was not redundant before the fault (${before.lacks ?? 'the reason was not seen'}), so no redundancy could come back.`;
        return { verdict: 'unknown', summary, evidence: [before.i] };
      }
      const restored = redundancyRestored(history);
      const healing = healingBegan(history) ?? Infinity;
      const isHealed = healing <= (restored?.at.high ?? history.endMs);
      const from = isHealed ? between(healing, healing) : injected.at;
      const since = isHealed ? 'what was broken began to be given back' : 'the fault';
      if (restored === undefined) {
        const watchedMs = history.endMs - from.high;
        const lacks = lackingRedundancy(before, last) ?? 'it was never seen to lack anything';
        const isMissing = lackingRedundancy(before, last) !== undefined;
        return {
          verdict: isMissing && watchedMs > limitMs ? 'fail' : 'unknown',
          summary: `Not ${formatMillis(watchedMs)} after ${since}: ${lacks}; allowed ${formatMillis(limitMs)}.`,
          evidence: [before.i, last.i],
        };
      }
      const time = elapsed(from, restored.at);
      return {
        verdict: judgeAgainstLimit(time, limitMs),
        summary: `As redundant as before ${describeBounds(time)} after ${since}; allowed ${formatMillis(limitMs)}.`,
        evidence: [before.i, restored.event.i],
      };
    },
  };
}
