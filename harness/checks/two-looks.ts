import { failedStep } from '../core/derive/runbook.ts';
import { snapshotAt, type Snapshot } from '../core/derive/snapshots.ts';
import type { History } from '../core/history.ts';
import type { CheckResult } from '../core/journal.ts';
import type { Check } from '../core/scenario.ts';

type Result = Omit<CheckResult, 'id' | 'title'>;

/** What an API showed before the fault and after the recovery. */
export interface Looks {
  readonly last: Snapshot;
  readonly recovered: Snapshot;
}

/** `beside`: events that are evidence beside the two looks. */
export type Judged = Pick<Result, 'verdict' | 'summary'> & { readonly beside?: readonly number[] };

/** A judgement of what was seen before the fault and after the recovery; both looks are its evidence. Without one of them nothing is known. */
export function byLooks(judge: (history: History, looks: Looks) => Judged): Check['judge'] {
  return (history) => {
    const looks = looksOf(history);
    if ('verdict' in looks) return looks;
    const { beside = [], ...judged } = judge(history, looks);
    return { ...judged, evidence: [looks.last.i, looks.recovered.i, ...beside] };
  };
}

function looksOf(history: History): Looks | Result {
  const [last, recovered] = [snapshotAt(history, 'last'), snapshotAt(history, 'recovered')];
  if (last === undefined) return { verdict: 'unknown', summary: 'Nobody looked before the fault.', evidence: [] };
  if (recovered !== undefined) return { last, recovered };
  const isStopped = failedStep(history) !== undefined;
  const summary = 'Nobody could look after the recovery.';
  return { verdict: 'unknown', summary, evidence: [last.i], ...(isStopped ? { consequenceOf: 'runbook_steps' } : {}) };
}
