import { findMilestone } from '../core/derive/milestones.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { recoveredProbe } from '../core/derive/recovered-probe.ts';
import { toMillis, type Duration } from '../core/duration.ts';
import type { Wait } from '../core/scenario.ts';

/** The API has been good for `span` where it is reached after the recovery. */
export function recoveredApiGood({ span, within }: { readonly span: Duration; readonly within: Duration }): Wait {
  const spanMs = toMillis(span);
  return {
    name: `the API answered well for ${span}`,
    timeoutMs: toMillis(within),
    isOver(history, nowMs) {
      const samples = history.all('sample').filter(({ probe }) => probe === recoveredProbe(history));
      const bad = samples.findLast(({ ok }) => !ok);
      const since = bad?.end ?? samples[0]?.intended;
      if (since === undefined) return 'there is no answer yet';
      return nowMs - since >= spanMs
        ? true
        : `it was bad ${Math.round(nowMs - since)} ms ago: ${bad?.note ?? 'no detail'}`;
    },
  };
}

/** All steps of the recovery are done, and the API answers well. */
export function siteBack({ within }: { readonly within: Duration }): Wait {
  return {
    name: 'all steps are done and the API answers well',
    timeoutMs: toMillis(within),
    isOver: (history) => findMilestone(history, 'site-back') !== undefined || 'the API does not answer well yet',
  };
}

/** A wait that makes no sense any more once a step of the recovery has failed. */
export function unlessStepFailed(wait: Wait): Wait {
  return {
    ...wait,
    isHopeless(history) {
      const failed = failedStep(history);
      if (failed !== undefined) return `step "${failed.title}" failed`;
      return wait.isHopeless?.(history) ?? false;
    },
  };
}
