import type { RunSummary } from '../../core/game-day/events.ts';
import type { EventOf, RunEvent } from '../../core/events.ts';
import type { Journal } from '../../core/journal.ts';
import { addLosses } from '../../core/losses.ts';
import { nothingLeftOver } from '../left-overs.ts';
import { describeRun } from '../series/judge-series.ts';

/** What of a judged run counts on a game day; `events` is its record. */
export function summarizeRun(journal: Journal, events: readonly RunEvent[]): RunSummary {
  const { steadyAgainSeconds: _none, ...run } = describeRun(journal, null);
  const { id } = nothingLeftOver('after-teardown');
  const cleared = journal.runChecks.find((check) => check.id === id);
  const leftNothing = cleared?.verdict ?? 'unknown';
  return { ...run, losses: addLosses(journal.trials), leftNothing, faultUndoneSeconds: faultUndoneSeconds(events) };
}

/** A fault may be undone in several acts, and an act may be tried again: what counts is the last of each. */
function faultUndoneSeconds(events: readonly RunEvent[]): number | null {
  const of = <T extends RunEvent['type']>(type: T): EventOf<T>[] =>
    events.filter((event): event is EventOf<T> => event.type === type);
  const [first, ...more] = of('fault.injected');
  if (first === undefined) return null;
  const ends = [first, ...more].map(({ nth }) => {
    const last = of('fault.undone').findLast((one) => one.nth === nth);
    return last?.succeeded === true ? last.end : undefined;
  });
  const known = ends.filter((end) => end !== undefined);
  return known.length < ends.length ? null : Math.round(Math.max(...known) - first.end) / 1000;
}
