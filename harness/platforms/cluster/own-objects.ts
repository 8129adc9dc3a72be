/** How objects that a run has made in an existing cluster are known again. */
import { RUN_ID } from '../../core/run-id.ts';
import type { Labels } from './policy.ts';

const OWN_LABEL = 'app.kubernetes.io/part-of';
const OWN = 'airbyte-chaos';
const RUN_LABEL = 'chaos.airbyte/run';

/** Selects what a run has made, or any run. */
export function ownSelector(runId?: string): string {
  return `${OWN_LABEL}=${OWN}${runId === undefined ? '' : `,${RUN_LABEL}=${runId}`}`;
}

/** What everything carries that a run makes. */
export function ownLabels(runId: string): Labels {
  return { [OWN_LABEL]: OWN, [RUN_LABEL]: runId };
}

/** The run that these labels name; undefined where they do not say to the letter that it was a run. */
export function runOfLabels(labels: Labels): string | undefined {
  const runId = labels[RUN_LABEL];
  return labels[OWN_LABEL] === OWN && runId !== undefined && RUN_ID.test(runId) ? runId : undefined;
}
