import { elapsed } from '../core/bounds.ts';
import { formatMillis } from '../core/duration.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { missingSinceFault } from '../core/derive/capacity.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { describeScaling, fewerWanted } from './fewer-wanted.ts';
import { describeBounds } from './words.ts';

/**
 * Every component has as many instances ready again as before the fault, within the objective; that fewer are wanted by then does not make it so. `isLossExpected`: whether the fault takes an
 * instance away, so that its return has to be seen; else all may have stayed ready.
 */
export function capacityRestored({ isLossExpected = true }: { readonly isLossExpected?: boolean } = {}): Check {
  return {
    id: 'capacity_restored',
    title: 'Full capacity came back',
    failure: 'Full capacity did not come back in time',
    judge(history) {
      const injected = injectionTime(history);
      const objective = history.first('run.started')?.objective;
      if (injected === undefined || objective === undefined)
        return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const limitMs = objective.recoverySeconds * 1000;
      const back = findMilestone(history, 'full-capacity');
      const fewer = fewerWanted(history, limitMs);
      const isLate = back !== undefined && judgeAgainstLimit(elapsed(injected.at, back.at), limitMs) === 'fail';
      if (fewer !== undefined && !isLate) return fewer;
      if (back !== undefined) {
        const time = elapsed(injected.at, back.at);
        return {
          verdict: judgeAgainstLimit(time, limitMs),
          summary: `All instances ready again ${describeBounds(time)} after the fault; the objective is ${formatMillis(limitMs)}.${describeScaling(history)}`,
          evidence: [injected.event.i, ...back.evidence],
        };
      }
      const missing = missingSinceFault(history);
      const watchedMs = history.endMs - injected.at.high;
      if (missing.length === 0 && !isLossExpected)
        return { verdict: 'pass', summary: 'All instances stayed ready.', evidence: [injected.event.i] };
      if (missing.length === 0) {
        return {
          verdict: 'unknown',
          summary: 'The platform never reported an instance as not ready, so its return was not seen.',
          evidence: [injected.event.i],
        };
      }
      return {
        verdict: watchedMs > limitMs ? 'fail' : 'unknown',
        summary: `Still missing ${formatMillis(watchedMs)} after the fault: ${missing.join(', ')}; the objective is ${formatMillis(limitMs)}.${describeScaling(history)}`,
        evidence: [injected.event.i],
      };
    },
  };
}
