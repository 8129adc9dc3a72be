import type { RunSummary } from '../../core/game-day/events.ts';
import type { Journal } from '../../core/journal.ts';
import { addLosses } from '../../core/losses.ts';
import { nothingLeftOver } from '../left-overs.ts';
import { describeRun } from '../series/judge-series.ts';

/** What of a judged run counts on a game day. */
export function summarizeRun(journal: Journal): RunSummary {
  const { steadyAgainSeconds: _none, ...run } = describeRun(journal, null);
  const { id } = nothingLeftOver('after-teardown');
  const cleared = journal.runChecks.find((check) => check.id === id);
  return { ...run, losses: addLosses(journal.trials), leftNothing: cleared?.verdict ?? 'unknown' };
}
