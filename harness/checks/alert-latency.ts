import { elapsed } from '../core/bounds.ts';
import { findMilestone } from '../core/derive/milestones.ts';
import { formatMillis, toMillis, type Duration } from '../core/duration.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { describeBounds } from './words.ts';

/** The alert of a sync that failed while its receiver was away came within a stated time of the receiver's return. */
export function alertLatency({ within }: { readonly within: Duration }): Check {
  const limitMs = toMillis(within);
  return {
    id: 'alert_latency',
    title: 'The alert came soon after its receiver was back',
    failure: 'The alert came late, or not at all',
    judge(history) {
      const failed = findMilestone(history, 'sync-failed');
      const healed = findMilestone(history, 'healed');
      if (failed === undefined || healed === undefined) {
        const missing = failed === undefined ? 'No sync failed for good' : 'The receiver was not put back';
        return { verdict: 'unknown', summary: `${missing}, so no alert was put to the test.`, evidence: [] };
      }
      const evidence = [...failed.evidence, ...healed.evidence];
      if (failed.at.best > healed.at.best) {
        const summary = 'The receiver was back before the sync failed, so its absence was not put to the test.';
        return { verdict: 'unknown', summary, evidence };
      }
      const received = findMilestone(history, 'alert-received');
      const limit = formatMillis(limitMs);
      if (received === undefined) {
        const summary = `No alert ${formatMillis(history.endMs - healed.at.high)} after the receiver was back; the limit is ${limit}.`;
        const isLate = history.endMs - healed.at.high > limitMs;
        return { verdict: isLate ? 'fail' : 'unknown', summary, evidence, consequenceOf: 'alert_delivery' };
      }
      if (received.at.high < healed.at.low) {
        const summary = 'The alert arrived before its receiver was put back, so its absence was not put to the test.';
        return { verdict: 'unknown', summary, evidence: [...evidence, ...received.evidence] };
      }
      const time = elapsed(healed.at, received.at);
      return {
        verdict: judgeAgainstLimit(time, limitMs),
        summary: `${describeBounds(time)} after the receiver was back; the limit is ${limit}.`,
        evidence: [...evidence, ...received.evidence],
      };
    },
  };
}
