import { elapsed, type Bounds } from '../core/bounds.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { isWithoutPrimary } from '../core/derive/database.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import { isOfInterruptedJob, milestonesOf, type DerivedMilestone } from '../core/derive/milestones.ts';
import { describeBounds } from './words.ts';

/**
 * The measured recovery time of a trial, in milliseconds from the injection to the milestone that ends the RTO. When that
 * was not seen, `low` is how long it was watched and `best` and `high` are Infinity. Undefined without a fault.
 */
export function measuredRecovery(history: History): { time: Bounds; end: DerivedMilestone | undefined } | undefined {
  const injected = injectionTime(history);
  const endsWith = history.first('run.started')?.recoveryEnds.milestone;
  if (injected === undefined || endsWith === undefined) return undefined;
  const end = milestonesOf(history).find((milestone) => milestone.id === endsWith);
  if (end?.at !== undefined) return { time: elapsed(injected.at, end.at), end };
  const watchedMs = Math.max(0, watchedUntil(history) - injected.at.high);
  return { time: { low: watchedMs, best: Infinity, high: Infinity }, end };
}

/** Recovery ended within the objective, bounds included. */
export function recoveryTime(): Check {
  return {
    id: 'recovery_time',
    title: 'Recovered within the objective',
    judge(history) {
      const objective = history.first('run.started')?.objective;
      const measured = measuredRecovery(history);
      if (objective === undefined || measured === undefined) {
        return {
          verdict: 'unknown',
          summary: 'No fault was injected, so there is no recovery to measure.',
          evidence: [],
        };
      }
      const { time, end } = measured;
      const limitMs = objective.recoverySeconds * 1000;
      const limit = formatMillis(limitMs);
      const evidence = [injectionTime(history)?.event.i, ...(end?.evidence ?? [])].filter(
        (index) => index !== undefined,
      );
      if (end?.at === undefined)
        return judgeUnseen(history, end?.id ?? 'new-records-committed', time.low, limitMs, evidence);
      const verdict = judgeAgainstLimit(time, limitMs);
      const cause = verdict === 'fail' ? causeIn(history) : {};
      const relation = { pass: 'within', fail: 'over', unknown: 'too close to decide against' }[verdict];
      return {
        verdict,
        summary: `${describeBounds(time)}: ${relation} the objective of ${limit}.`,
        evidence,
        ...cause,
      };
    },
  };
}

function judgeUnseen(
  history: History,
  milestone: string,
  watchedMs: number,
  limitMs: number,
  evidence: number[],
): ReturnType<Check['judge']> {
  const injected = injectionTime(history);
  const job = injected && isOfInterruptedJob(milestone) ? interruptedJob(history, injected.at) : undefined;
  const watched = formatMillis(watchedMs);
  if (job !== undefined && (job.isGone || isTerminal(job.status))) {
    const end = job.isGone ? 'is lost' : `ended as "${job.status}"`;
    const summary = `Never: the interrupted job ${end} without it (${milestone}).`;
    return {
      verdict: 'fail',
      summary,
      evidence: [...evidence, ...job.events.slice(-1).map((event) => event.i)],
      consequenceOf: 'job_outcome',
    };
  }
  if (watchedMs > limitMs) {
    const summary = `Not recovered ${watched} after the fault; the objective is ${formatMillis(limitMs)}.`;
    const cause = job === undefined ? causeIn(history) : { consequenceOf: 'job_outcome' };
    return { verdict: 'fail', summary, evidence, ...cause };
  }
  return {
    verdict: 'unknown',
    summary: `The run was watched for only ${watched} after the fault and had not recovered by then.`,
    evidence,
  };
}

/** Nothing recovers while the database has no primary. */
function causeIn(history: History): { readonly consequenceOf?: string } {
  return isWithoutPrimary(history) ? { consequenceOf: 'database_failover' } : {};
}

/** Watching ends with the wait for the recovery, which is the first one after the last fault; else with the record. */
export function watchedUntil(history: History): number {
  const injected = history.latest('fault.injected');
  const wait = history.first('wait', (event) => injected !== undefined && event.i > injected.i);
  return wait?.t ?? history.endMs;
}
