import { formatMillis, toMillis } from '../../core/duration.ts';
import type { RunSummary } from '../../core/game-day/events.ts';
import type { AbortCriterion } from '../../core/game-day/plan.ts';
import { isCountedFromHealing } from '../../core/derive/recovery-clock.ts';
import { overdueRecovery, type OverdueRecovery } from '../../core/derive/overdue-recovery.ts';
import type { History } from '../../core/history.ts';
import type { StepProgress } from '../../core/game-day/progress.ts';
import { count } from '../words.ts';

/** What a criterion says of a step that has ended. `unknown` does not end the day by itself, and is no "no" either. */
export interface CriterionResult {
  readonly state: 'met' | 'not-met' | 'unknown';
  readonly text: string;
}

const NOT_MET: CriterionResult = { state: 'not-met', text: '' };

/** Holds a criterion against what a step left in the record. What only a person can see is never met here. */
export function judgeCriterion(criterion: AbortCriterion, { step, ended }: StepProgress): CriterionResult {
  if (ended === undefined || criterion.when === 'person') return NOT_MET;
  if (ended.type === 'manual.ended') {
    if (criterion.when !== 'manual_step_late' || !('manual' in step)) return NOT_MET;
    return judgeManual(ended, toMillis(step.within), step.owner);
  }
  if (criterion.when === 'manual_step_late') return NOT_MET;
  if (ended.run === null) return { state: 'unknown', text: `Nothing is known of it: ${ended.detail}` };
  return judgeRun(criterion, ended.run);
}

/**
 * Holds a criterion against the record of a run that still goes on: `met` where that is certain already. Data can be called lost only once all of it has been
 * read again, so that is left to the end, as are the others.
 */
export function judgeWhileRunning(
  criterion: AbortCriterion,
  history: History,
): (CriterionResult & { readonly state: 'met'; readonly seenAt: OverdueRecovery }) | undefined {
  if (criterion.when !== 'recovery_longer_than') return undefined;
  const limitMs = toMillis(criterion.limit);
  const overdue = overdueRecovery(history, limitMs);
  if (overdue === undefined) return undefined;
  const since = isCountedFromHealing(history) ? 'the cause was removed' : 'the fault';
  const text = `Not recovered ${formatMillis(overdue.lastedMs)} after ${since}; the limit is ${formatMillis(limitMs)}. The run was stopped there.`;
  return { state: 'met', text, seenAt: overdue };
}

function judgeRun(
  criterion: Exclude<AbortCriterion, { when: 'person' | 'manual_step_late' }>,
  run: RunSummary,
): CriterionResult {
  switch (criterion.when) {
    case 'data_lost':
      return judgeLosses(run);
    case 'recovery_longer_than':
      return judgeRecovery(run, toMillis(criterion.limit) / 1000);
    case 'scenario_failed':
      return run.verdict === 'fail' ? { state: 'met', text: run.headline } : asUnknown(run.verdict, run.headline);
    case 'not_put_right':
      return run.leftNothing === 'fail'
        ? { state: 'met', text: 'Something was left behind, or is still broken.' }
        : asUnknown(run.leftNothing, 'Whether everything was put right is not known.');
    default:
      return criterion satisfies never;
  }
}

function asUnknown(verdict: 'pass' | 'fail' | 'unknown', text: string): CriterionResult {
  return verdict === 'unknown' ? { state: 'unknown', text } : NOT_MET;
}

/** A loss that the objective allows is none that ends the day: it is one when the run failed as well. */
function judgeLosses({ verdict, losses, outcome }: RunSummary): CriterionResult {
  const { missingRecords, lostWrites, isEveryLedgerRead, producedRecords, acknowledgedWrites } = losses;
  const text = `${count(missingRecords, 'record')} and ${count(lostWrites, 'acknowledged write')} missing`;
  if (verdict === 'fail' && missingRecords + lostWrites > 0) return { state: 'met', text: `${text}.` };
  // On an existing Airbyte nothing is counted but by Airbyte itself.
  if (producedRecords + acknowledgedWrites === 0)
    return { state: 'unknown', text: 'No record and no write was counted by the harness.' };
  if (outcome === 'completed' && isEveryLedgerRead) return NOT_MET;
  return { state: 'unknown', text: `What was written was not all read again; so far: ${text}.` };
}

function judgeRecovery({ recoverySeconds }: RunSummary, limit: number): CriterionResult {
  if (recoverySeconds === null) return { state: 'unknown', text: 'No recovery was measured.' };
  const { low, high } = recoverySeconds;
  const seen = high === null ? `more than ${formatMillis(low * 1000)}` : formatMillis(high * 1000);
  if (low > limit) return { state: 'met', text: `It took ${seen}; the limit is ${formatMillis(limit * 1000)}.` };
  if (high !== null && high <= limit) return NOT_MET;
  return { state: 'unknown', text: `Whether it took longer than ${formatMillis(limit * 1000)} is not known.` };
}

function judgeManual(
  { outcome, tookMs, clock }: Extract<StepProgress['ended'], { type: 'manual.ended' }>,
  limitMs: number,
  owner: string,
): CriterionResult {
  if (outcome === 'nobody') return { state: 'unknown', text: 'Nobody was there to do it.' };
  if (outcome === 'not-done') return { state: 'met', text: `${owner} could not do it.` };
  if (tookMs === null || tookMs <= limitMs) return NOT_MET;
  const text = `It took ${formatMillis(tookMs)}; the limit is ${formatMillis(limitMs)}.`;
  // Over a restart nobody worked on it for a part of that time.
  return { state: clock === 'wall' ? 'unknown' : 'met', text };
}
