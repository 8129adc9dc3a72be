import type { JobFacts } from '../core/airbyte-look.ts';
import { endOf, hasEnded, lastAttempt, movesData, subjectOf, type Indexed } from './jobs.ts';
import type { FailedJob, Finding } from './report-schema.ts';

/** Jobs that failed for good within the window, whenever they were made, the newest first. */
export function failedJobs({ look }: Indexed): JobFacts[] {
  return look.jobs.items
    .filter((job) => job.status === 'failed' && endOf(job) >= look.since)
    .toSorted((a, b) => endOf(b) - endOf(a) || b.id - a.id);
}

/** One finding for each; it is critical while no later job of the connection has succeeded. */
export function findFailedJobs(indexed: Indexed, failed: readonly JobFacts[]): Finding[] {
  return failed.map((job) => {
    const later = (indexed.jobsOf.get(job.connectionId) ?? []).filter(
      (other) => other.createdAt >= job.createdAt && other.id !== job.id && hasEnded(other) && movesData(other),
    );
    const hasRecovered = later.some(({ status }) => status === 'succeeded');
    const { origin, type, message } = lastAttempt(job)?.failures[0] ?? {};
    const reason = message ?? 'the API tells no reason';
    const attempts = job.attempts.length === 1 ? '1 attempt' : `${job.attempts.length} attempts`;
    return {
      kind: 'job_failed',
      verdict: 'problem',
      severity: hasRecovered ? 'warning' : 'critical',
      summary: `Job ${job.id} of ${indexed.nameOf(job.connectionId)} failed after ${attempts}: ${reason}`,
      known: [
        `origin ${origin ?? 'not told'}, type ${type ?? 'not told'}`,
        hasRecovered ? 'a later job of the connection has succeeded' : 'no later job of the connection has succeeded',
      ],
      cannotTell: message === undefined ? ['Why it failed.'] : [],
      ...subjectOf(indexed, job),
    };
  });
}

/** The line of a failed job in the report. */
export function toFailedJob({ nameOf }: Indexed, job: JobFacts): FailedJob {
  const { origin, type, message } = lastAttempt(job)?.failures[0] ?? {};
  const bytes = job.attempts.flatMap((attempt) => attempt.bytes ?? []);
  return {
    jobId: job.id,
    connectionId: job.connectionId,
    connectionName: nameOf(job.connectionId),
    type: job.type,
    createdAt: new Date(job.createdAt).toISOString(),
    failedAt: new Date(endOf(job)).toISOString(),
    attempts: job.attempts.length,
    bytesSynced: bytes.length === 0 ? null : bytes.reduce((sum, one) => sum + one, 0),
    failureOrigin: origin ?? null,
    failureType: type ?? null,
    message: message ?? null,
  };
}
