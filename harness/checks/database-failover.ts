import { elapsed } from '../core/bounds.ts';
import {
  databaseWhenLost,
  describeDatabase,
  leaderKeyGone,
  primaryOf,
  takeover,
  type DatabaseView,
} from '../core/derive/database.ts';
import { healingBegan, injectionTime } from '../core/derive/fault-time.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { watchedUntil } from './recovery-time.ts';
import { describeBounds } from './words.ts';

/** A primary was there again before anything was undone; else why no standby took over. When it came is judged by `recovery_time`. */
export function databaseFailover(): Check {
  return {
    id: 'database_failover',
    title: 'The database had a primary again by itself',
    failure: 'The database did not get a primary again by itself',
    judge(history) {
      const injected = injectionTime(history);
      const lost = databaseWhenLost(history);
      const objective = history.first('run.started')?.objective;
      if (injected === undefined || lost?.leader === undefined || objective === undefined) {
        return { verdict: 'unknown', summary: 'No primary was seen before a fault.', evidence: [] };
      }
      const promoted = takeover(history);
      if (promoted !== undefined) {
        const gone = leaderKeyGone(history);
        if ((healingBegan(history) ?? Infinity) < promoted.at.high) {
          const summary = `${primaryOf(promoted.event)} was first seen to be the primary when what was broken was being given back already: whether it would have been by itself is not known.`;
          return { verdict: 'unknown', summary, evidence: [injected.event.i, promoted.event.i] };
        }
        const given =
          gone && `; ${lost.leader} had lost its right after ${describeBounds(elapsed(injected.at, gone.at))}`;
        return {
          verdict: 'pass',
          summary: `${primaryOf(promoted.event)} was the primary ${describeBounds(elapsed(injected.at, promoted.at))} after the fault${given ?? ''}${describeSettings(lost)}.`,
          evidence: [injected.event.i, ...(gone === undefined ? [] : [gone.event.i]), promoted.event.i],
        };
      }
      const watchedMs = watchedUntil(history, injected.at.high) - injected.at.high;
      const evidence = [injected.event.i, lost.i];
      if (watchedMs <= objective.recoverySeconds * 1000) {
        const summary = `It was watched for only ${formatMillis(watchedMs)} after the fault, and there was no primary by then.`;
        return { verdict: 'unknown', summary, evidence };
      }
      return {
        verdict: 'fail',
        summary: `No standby took over in ${formatMillis(watchedMs)}: ${reasonFor(history, lost)}.`,
        evidence,
      };
    },
  };
}

/** What the cluster's own record said when its primary was lost. */
function reasonFor(history: History, lost: DatabaseView): string {
  const standbys = lost.members.filter(({ name }) => name !== lost.leader);
  const barred = standbys.filter(({ mayBePromoted }) => mayBePromoted === false).map(({ name }) => name);
  if (barred.length > 0 && barred.length === standbys.length)
    return `failover is switched off, ${barred.join(' and ')} must not be promoted`;
  if (!lost.isRedundant)
    return `the database was not redundant when ${lost.leader} was lost (${lost.lacks ?? 'the reason was not seen'}), so no standby was allowed to`;
  const last = history.latest('database');
  return `the reason was not seen (last look: ${last === undefined ? 'none' : describeDatabase(last)})`;
}

function describeSettings({ settings = {} }: DatabaseView): string {
  const timings = Object.entries(settings).filter(([key]) => key !== 'synchronous_mode');
  return timings.length === 0 ? '' : ` (${timings.map(([key, value]) => `${key} ${value}`).join(', ')})`;
}
