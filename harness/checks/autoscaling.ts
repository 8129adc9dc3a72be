import { elapsed } from '../core/bounds.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { scaled } from '../core/derive/milestones/autoscaling-milestones.ts';
import { formatMillis } from '../core/duration.ts';
import type { Check } from '../core/scenario.ts';
import { describeBounds } from './words.ts';

/** Under load there were more instances, and after it as many as before. */
export function scaledOutAndIn(): Check {
  return {
    id: 'scaled_out_and_in',
    title: 'It was scaled out under load, and back after it',
    failure: 'It was not scaled as its load asked for',
    judge(history) {
      const injected = injectionTime(history);
      if (injected === undefined) return { verdict: 'unknown', summary: 'There was no load.', evidence: [] };
      const watchedMs = history.endMs - injected.at.high;
      const autoscalers = history.all('autoscaler');
      if (autoscalers.length === 0)
        return {
          verdict: 'fail',
          summary: 'Nothing scales any component: no autoscaler was seen.',
          evidence: [injected.event.i],
        };
      const change = scaled(history);
      if (change?.wanted === undefined) {
        const last = autoscalers.at(-1);
        const measured =
          last?.utilization === undefined
            ? 'it measures nothing'
            : `it measures ${last.utilization} % and aims at ${last.target ?? '?'} %`;
        const summary = `The autoscaler of ${last?.component ?? '?'} wanted no more instances within ${formatMillis(watchedMs)}: ${measured}.`;
        return { verdict: 'fail', summary, evidence: [injected.event.i, ...(last === undefined ? [] : [last.i])] };
      }
      const evidence = [...change.wanted.evidence, ...(change.out?.evidence ?? []), ...(change.in?.evidence ?? [])];
      const wanted = `More were wanted ${describeBounds(elapsed(injected.at, change.wanted.at))} after the load began`;
      if (change.out === undefined)
        return { verdict: 'fail', summary: `${wanted}, and were never all ready.`, evidence };
      const out = `${change.before} → ${change.most} ready ${describeBounds(elapsed(injected.at, change.out.at))} after it`;
      if (change.in === undefined)
        return {
          verdict: 'fail',
          summary: `${wanted}, ${out}; it was not scaled back within ${formatMillis(watchedMs)}.`,
          evidence,
        };
      const back = describeBounds(elapsed(injected.at, change.in.at));
      return {
        verdict: 'pass',
        summary: `${wanted}, ${out}, and back to ${change.before} ${back} after it.`,
        evidence,
      };
    },
  };
}
