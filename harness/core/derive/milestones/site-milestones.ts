import { between, type Bounds } from '../../bounds.ts';
import type { History } from '../../history.ts';
import { effectTime } from '../fault-time.ts';
import { subjectJobs, type ObservedJob } from '../job-timeline.ts';
import { recoveredProbe } from '../recovered-probe.ts';
import { followedSteps } from '../runbook.ts';
import { availableAfterFault } from './availability-milestones.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments of a site that its operator recovers by commands of their own, as far as they can be seen from outside. */
export const SITE_MILESTONES = {
  'steps-done': { title: 'All steps of the recovery done', of: 'system', judgedBy: 'runbook_steps', find: stepsDone },
  'site-back': {
    title: 'All steps done, and the API answers well',
    of: 'system',
    isToldAtOnce: true,
    find: siteBack,
  },
  'new-sync-succeeded': {
    title: 'A new sync succeeded, by Airbyte’s own count',
    of: 'system',
    judgedBy: 'job_outcome',
    find: newSync,
  },
} as const satisfies Record<string, MilestoneKind>;

/** The end of the last step; each ended between its start and the look that said so. */
function stepsDone(history: History): Seen {
  const steps = followedSteps(history);
  const last = steps.at(-1)?.executed;
  if (last === undefined || steps.some(({ executed }) => executed?.ok !== true)) return undefined;
  return { at: between(last.end, last.end), evidence: [last.i] };
}

/** The later of the two: an API that answered in between, by itself or on a site that stood ready, was not recovered by the steps. */
function siteBack(history: History): Seen {
  const done = stepsDone(history);
  const api = availableAfterFault(history, recoveredProbe(history));
  if (done === undefined || api === undefined) return undefined;
  return { at: later(done.at, api.at), evidence: [...done.evidence, ...api.evidence] };
}

/** The first new sync whose success is borne out by counts: a status alone is not believed. */
function newSync(history: History): Seen {
  const back = siteBack(history);
  const effect = effectTime(history);
  if (back === undefined || effect === undefined) return undefined;
  const job = subjectJobs(history).find((one) => one.created.low >= effect.at.low && isBorneOut(one));
  if (job?.finished === undefined) return undefined;
  return { at: later(back.at, job.finished), evidence: job.events.slice(-1).map(({ i }) => i) };
}

function isBorneOut({ status, attempts }: ObservedJob): boolean {
  const last = attempts.at(-1);
  if (status !== 'succeeded' || last?.recordsEmitted === undefined || last.recordsCommitted === undefined) return false;
  return last.recordsCommitted + (last.recordsRejected ?? 0) >= last.recordsEmitted;
}

function later(a: Bounds, b: Bounds): Bounds {
  return between(Math.max(a.low, b.low), Math.max(a.high, b.high), Math.max(a.best, b.best));
}
