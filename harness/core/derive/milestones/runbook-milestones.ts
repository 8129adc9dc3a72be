import { between } from '../../bounds.ts';
import type { EventOf } from '../../events.ts';
import type { History } from '../../history.ts';
import { highestProduced } from '../deliveries.ts';
import { effectTime } from '../fault-time.ts';
import { subjectJobs, type ObservedJob } from '../job-timeline.ts';
import type { MilestoneKind, Seen } from './milestone-kind.ts';

/** Moments of a recovery that follows a runbook: a step is over when it was looked at and found to be done. */
export const RUNBOOK_MILESTONES = {
  'site-provisioned': stepDone('new-site', 'New site there'),
  'database-restored': stepDone('database', 'Database restored'),
  'temporal-restored': stepDone('temporal', 'Temporal back'),
  'stack-redeployed': stepDone('deploy', 'Stack redeployed'),
  'secrets-restored': stepDone('secrets', 'Secrets in place'),
  'endpoints-switched': stepDone('endpoints', 'Endpoints switched'),
  'jobs-reconciled': stepDone('jobs', 'Jobs of the dead site reconciled'),
  'schedules-alive': stepDone('schedules', 'Schedules alive'),
  'first-sync-succeeded': {
    title: 'First scheduled sync succeeded, with its records',
    of: 'system',
    find: firstSync,
  },
} as const satisfies Record<string, MilestoneKind>;

function stepDone(step: string, title: string): MilestoneKind {
  return {
    title,
    of: 'system',
    find(history) {
      const done = history.latest('runbook.step', (event) => event.step === step && event.ok);
      // The step's own look says when it was done; it came at the earliest when the step began.
      return done && { at: between(done.start, done.end, done.end), evidence: [done.i] };
    },
  };
}

/** The first job of the subject that its schedule started on the new site, and that succeeded with all that it owed. */
function firstSync(history: History): Seen {
  const effect = effectTime(history);
  if (effect === undefined) return undefined;
  for (const job of subjectJobs(history)) {
    const firstSeen = job.events[0]?.end ?? 0;
    if (job.trigger !== 'schedule' || firstSeen <= effect.at.high || job.status !== 'succeeded') continue;
    const last = job.attempts.at(-1);
    if (job.isGone || (last !== undefined && last.status !== 'succeeded')) continue;
    const arrived = arrival(history, job);
    if (job.finished === undefined || arrived === undefined) continue;
    const at = between(
      Math.max(job.finished.low, arrived.previousStart),
      Math.max(job.finished.high, arrived.end),
      Math.max(job.finished.best, arrived.previousStart),
    );
    return { at, evidence: [...job.events.slice(-1).map((event) => event.i), arrived.i] };
  }
  return undefined;
}

/** The first look at the destination that shows all that the source held when the job began. */
function arrival(history: History, job: ObservedJob): EventOf<'delivery'> | undefined {
  // It was not seen before the fault, so it is of the new site, however long nobody could look.
  const deployed = history.latest('runbook.step', (event) => event.step === 'deploy')?.start ?? 0;
  const owed = highestProduced(history, job.connectionId, Math.max(job.created.low, deployed));
  return history.first('delivery', (look) => look.connectionId === job.connectionId && look.maxSeq >= owed && owed > 0);
}
