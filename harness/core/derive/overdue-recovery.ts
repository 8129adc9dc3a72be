import type { History } from '../history.ts';
import { scaledDown } from './capacity.ts';
import { lastEffect } from './fault-time.ts';
import { isToldAtOnce, mayHaveCome, milestonesOf } from './milestones.ts';
import { recoveryClock } from './recovery-clock.ts';

/**
 * For so long, in milliseconds, a run has to go on being watched without a recovery once the limit is over. It is more than what lies between a moment and its
 * line in the record (a look and its time-out, three good samples, 100 ms in memory), and than the surprise after a machine that slept.
 */
export const OVERDUE_MARGIN_MS = 5000;

/** A recovery that has certainly not come within a limit. */
export interface OverdueRecovery {
  /** It had not come by then: milliseconds since the moment from which the recovery counts, at the least. */
  readonly lastedMs: number;
  /** The last event of the record by which this is known, and when it was written down, in milliseconds since the start of the run. */
  readonly event: number;
  readonly atMs: number;
}

/**
 * Whether a recovery has taken longer than `limitMs`, from the record of a run that may still go on: undefined while that is not certain. It is certain where
 * the moment that ends the recovery is one that is told at once, every fault was seen to have taken effect, and the record goes on for
 * {@link OVERDUE_MARGIN_MS} after its first line, and its first look at services and destinations, from beyond the limit. What the record does not hold yet, because it lags behind
 * or a look hangs, so never counts as not having come.
 */
export function overdueRecovery(history: History, limitMs: number): OverdueRecovery | undefined {
  const clock = recoveryClock(history);
  const { endMs } = history;
  if (clock === undefined || endMs < clock.at.high + limitMs + OVERDUE_MARGIN_MS) return undefined;
  const ends = history.first('run.started')?.recoveryEnds.milestone ?? '';
  if (!isToldAtOnce(ends) || mayHaveCome(history, ends) || isPutAway(history)) return undefined;
  // Of what is not wanted any more nobody can say that it would not have come.
  if (ends === 'full-capacity' && scaledDown(history).length > 0) return undefined;
  const watchedFrom = watchedBeyond(history, clock.at.high + limitMs);
  if (watchedFrom === undefined || endMs < watchedFrom + OVERDUE_MARGIN_MS) return undefined;
  if (milestonesOf(history).find(({ id }) => id === ends)?.at !== undefined) return undefined;
  const event = history.lastIndex;
  return { lastedMs: endMs - OVERDUE_MARGIN_MS - clock.at.high, event, atMs: endMs };
}

/** What is seen once everything is being put away says nothing of the recovery. */
function isPutAway(history: History): boolean {
  return history.latest('phase')?.name === 'teardown' || history.latest('run.finished') !== undefined;
}

/** From when on, not before `deadline`, everything that the recovery could be seen by has been looked at; undefined while it has not. */
function watchedBeyond(history: History, deadline: number): number | undefined {
  // Then every fault has been injected, and its evidence gathered.
  const recovering = history.latest('phase', ({ name }) => name === 'recovery');
  if (recovering === undefined || lastEffect(history) === undefined) return undefined;
  // Trouble of a watch is told as it begins and as it is over; while there is any, instances may have come back unseen.
  if (history.latest('note', ({ i }) => i > recovering.i)?.level === 'warning') return undefined;
  const looks = [firstFrom(history.all('sample'), deadline), firstFrom(history.all('delivery'), deadline)];
  const known = looks.filter((look) => look !== 'none');
  if (known.length === 0 || known.includes(undefined)) return undefined;
  return Math.max(deadline, recovering.t, ...known.flatMap((look) => look?.t ?? []));
}

/** The first of these looks that began at `ms` or later; `none` where there are no such looks at all. */
function firstFrom<Look extends { readonly start: number; readonly t: number }>(
  looks: readonly Look[],
  ms: number,
): Look | undefined | 'none' {
  return looks.length === 0 ? 'none' : looks.find(({ start }) => start >= ms);
}
