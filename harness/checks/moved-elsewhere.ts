import { elapsed } from '../core/bounds.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { movableTargets } from '../core/derive/milestones/machine-milestones.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import { latestInstances } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { describeBounds } from './words.ts';

/** What ran on a machine that was lost or emptied, and is tied to none, was started on others within the limit. */
export function movedElsewhere({ within }: { readonly within: Duration }): Check {
  const limitMs = toMillis(within);
  return {
    id: 'moved_elsewhere',
    title: 'What ran on the machine was started elsewhere',
    failure: 'Not all that ran on the machine was started elsewhere in time',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const movable = movableTargets(injected.event);
      if (movable.length === 0)
        return {
          verdict: 'unknown',
          summary: 'Nothing ran there that could have moved.',
          evidence: [injected.event.i],
        };
      const moved = findMilestone(history, 'instances-moved');
      if (moved !== undefined) {
        const time = elapsed(injected.at, moved.at);
        return {
          verdict: judgeAgainstLimit(time, limitMs),
          summary: `${movable.length} instances were ready on other machines ${describeBounds(time)} after the fault; the limit is ${formatMillis(limitMs)}.`,
          evidence: [injected.event.i, ...moved.evidence],
        };
      }
      // What has been put back since may stand where it stood: what waits now says why.
      const waiting = [...latestInstances(history).values()].filter(({ ready, state }) => !ready && state !== 'exited');
      const refused = history
        .all('component')
        .findLast(({ state, detail }) => state === 'pending' && detail !== undefined);
      const watchedMs = history.endMs - injected.at.high;
      const why = refused === undefined ? '' : ` ${refused.instance}: ${refused.detail}.`;
      return {
        verdict: watchedMs > limitMs ? 'fail' : 'unknown',
        summary: `Not all of the ${movable.length} instances that could have moved were started elsewhere within ${formatMillis(Math.min(watchedMs, limitMs))}; ${waiting.length} wait.${why}`,
        evidence: [injected.event.i, ...(refused === undefined ? [] : [refused.i])],
      };
    },
  };
}
