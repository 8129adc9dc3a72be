import { elapsed, type Bounds } from '../core/bounds.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { isWithoutPrimary } from '../core/derive/database.ts';
import { RECOVERY_WAIT } from '../core/wait-names.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { interruptedJob, isTerminal } from '../core/derive/job-timeline.ts';
import {
  checkBehind,
  isOfInterruptedJob,
  mayHaveCome,
  milestonesOf,
  type DerivedMilestone,
} from '../core/derive/milestones.ts';
import { isCountedFromHealing, recoveryClock } from '../core/derive/recovery-clock.ts';
import { fewerWanted } from './fewer-wanted.ts';
import { describeBounds } from './words.ts';

/**
 * The measured recovery time of a trial, in milliseconds from the injection (or from the undo of the fault, where the scenario
 * counts from there) to the milestone that ends the RTO. When that was not seen, `low` is how long it was watched and `best` and
 * `high` are Infinity. Undefined when the clock never started.
 */
export function measuredRecovery(history: History): { time: Bounds; end: DerivedMilestone | undefined } | undefined {
  const clock = recoveryClock(history);
  const endsWith = history.first('run.started')?.recoveryEnds.milestone;
  if (injectionTime(history) === undefined || clock === undefined || endsWith === undefined) return undefined;
  const end = milestonesOf(history).find((milestone) => milestone.id === endsWith);
  if (end?.at !== undefined) return { time: elapsed(clock.at, end.at), end };
  const watchedMs = Math.max(0, watchedUntil(history, clock.at.high) - clock.at.high);
  return { time: { low: watchedMs, best: Infinity, high: Infinity }, end };
}

/** Recovery ended within the objective, bounds included. */
export function recoveryTime(): Check {
  return {
    id: 'recovery_time',
    title: 'Recovered within the objective',
    failure: 'Not recovered within the objective',
    judge(history) {
      const objective = history.first('run.started')?.objective;
      const measured = measuredRecovery(history);
      if (objective === undefined || measured === undefined) {
        const reason = injectionTime(history) === undefined ? 'No fault was injected' : 'The fault was never undone';
        return { verdict: 'unknown', summary: `${reason}, so there is no recovery to measure.`, evidence: [] };
      }
      const { time, end } = measured;
      const limitMs = objective.recoverySeconds * 1000;
      const limit = formatMillis(limitMs);
      const evidence = [...(recoveryClock(history)?.evidence ?? []), ...(end?.evidence ?? [])];
      const isLate = end?.at !== undefined && judgeAgainstLimit(time, limitMs) === 'fail';
      const fewer = end?.id === 'full-capacity' && !isLate ? fewerWanted(history, limitMs) : undefined;
      if (fewer !== undefined) return fewer;
      if (end?.at === undefined)
        return {
          ...causeOf(end),
          ...judgeUnseen(history, end?.id ?? 'new-records-committed', time.low, limitMs, evidence),
        };
      const verdict = judgeAgainstLimit(time, limitMs);
      const cause = verdict === 'fail' ? causeIn(history) : {};
      const relation = { pass: 'within', fail: 'over', unknown: 'too close to decide against' }[verdict];
      const from = isCountedFromHealing(history) ? ' after the cause was removed' : '';
      return {
        verdict,
        summary: `${describeBounds(time)}${from}: ${relation} the objective of ${limit}.`,
        evidence,
        ...cause,
      };
    },
  };
}

function causeOf(end: DerivedMilestone | undefined): { consequenceOf?: string } {
  const check = end && checkBehind(end.id);
  return check === undefined ? {} : { consequenceOf: check };
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
  const since = isCountedFromHealing(history) ? 'the cause was removed' : 'the fault';
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
  if (mayHaveCome(history, milestone)) {
    const summary =
      'Records arrived after the fault, but no further attempt was seen that they could be of: they may be the last of the one that was interrupted.';
    return { verdict: 'unknown', summary, evidence };
  }
  if (watchedMs > limitMs) {
    const summary = `Not recovered ${watched} after ${since}; the objective is ${formatMillis(limitMs)}.`;
    const cause = job === undefined ? causeIn(history) : { consequenceOf: 'job_outcome' };
    return { verdict: 'fail', summary, evidence, ...cause };
  }
  return {
    verdict: 'unknown',
    summary: `The run was watched for only ${watched} after ${since} and had not recovered by then.`,
    evidence,
  };
}

/** Nothing recovers while the database has no primary. */
function causeIn(history: History): { readonly consequenceOf?: string } {
  return isWithoutPrimary(history) ? { consequenceOf: 'database_failover' } : {};
}

/** Watching ends with the wait for the recovery, or the first one after the last fault and the start of the clock; else with the record. */
export function watchedUntil(history: History, clockMs: number): number {
  const lastFault = history.latest('fault.injected')?.i ?? -1;
  const waits = history.all('wait').filter((event) => event.t > clockMs && event.i > lastFault);
  const wait = waits.find(({ name }) => name === RECOVERY_WAIT) ?? waits[0];
  return wait?.t ?? history.endMs;
}
