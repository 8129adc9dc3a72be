import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { injectionTime } from './fault-time.ts';
import { isTerminal, observedJobs } from './job-timeline.ts';

export type Snapshot = EventOf<'snapshot'>;
export type SnapshotItem = Snapshot['items'][number];
export type SnapshotJob = Snapshot['jobs'][number];

/** What there was before the fault, and what there is after the recovery. */
export interface Comparison {
  /** Held by the archive, and not there afterwards. */
  readonly missing: readonly SnapshotItem[];
  readonly missingJobs: readonly SnapshotJob[];
  /** Held by the archive, there afterwards, and not the same. */
  readonly changed: readonly SnapshotItem[];
  readonly changedJobs: readonly SnapshotJob[];
  /** Newer than what the archive was seen to hold, and not there afterwards: part of the recovery point. */
  readonly lostLater: readonly SnapshotItem[];
  readonly lostLaterJobs: readonly SnapshotJob[];
}

/** The last look of that moment. One that calls itself of after the recovery was not made before the fault, nor the other way round. */
export function snapshotAt(history: History, moment: Snapshot['moment']): Snapshot | undefined {
  const faultAt = injectionTime(history)?.at;
  const isAfter = moment === 'recovered' || moment === 'followed';
  return history.latest(
    'snapshot',
    (event) =>
      event.moment === moment &&
      (faultAt === undefined || (isAfter ? event.start >= faultAt.high : event.end <= faultAt.low)),
  );
}

export function compareSnapshots(archived: Snapshot, last: Snapshot, recovered: Snapshot): Comparison {
  const now = new Map(recovered.items.map((item) => [keyOf(item), item]));
  const held = new Set(archived.items.map(keyOf));
  const nowJobs = new Map(recovered.jobs.map((job) => [jobKey(job), job]));
  const heldJobs = new Map(archived.jobs.map((job) => [jobKey(job), job]));
  const moved = movedConnections(archived, recovered);
  return {
    missing: archived.items.filter((item) => !now.has(keyOf(item))),
    changed: archived.items.filter((item) => {
      const found = now.get(keyOf(item));
      // The state of a connection that has run since has moved on, as it should.
      const mayDiffer = item.kind === 'state' && moved.has(item.id);
      return found !== undefined && found.digest !== item.digest && !mayDiffer;
    }),
    missingJobs: archived.jobs.filter((job) => !nowJobs.has(jobKey(job))),
    changedJobs: archived.jobs.filter((job) => {
      const found = nowJobs.get(jobKey(job));
      return found !== undefined && isTerminal(job.status) && !isSameJob(found, job);
    }),
    lostLater: last.items.filter((item) => !held.has(keyOf(item)) && !now.has(keyOf(item))),
    lostLaterJobs: last.jobs.filter((job) => {
      const before = heldJobs.get(jobKey(job));
      const found = nowJobs.get(jobKey(job));
      if (found === undefined) return before === undefined;
      const wasOpen = before === undefined || !isTerminal(before.status);
      return wasOpen && isTerminal(job.status) && !isSameJob(found, job);
    }),
  };
}

/** Jobs that were open when the site died, and what is known of them. */
export interface DeadSiteJob {
  readonly jobId: string;
  /** True when the archive was seen to hold it, so that it must be there afterwards. */
  readonly isArchived: boolean;
  /** Its status after the recovery; undefined when it is not there. */
  readonly status: SnapshotJob['status'] | undefined;
}

/** Undefined when nobody looked after the recovery: then nothing is known. */
export function deadSiteJobs(history: History): DeadSiteJob[] | undefined {
  const recovered = snapshotAt(history, 'recovered');
  const injected = injectionTime(history);
  if (recovered === undefined || injected === undefined) return undefined;
  const archived = snapshotAt(history, 'archived')?.jobs ?? [];
  const seen = (snapshotAt(history, 'last')?.jobs ?? archived).filter(({ status }) => !isTerminal(status));
  // Looks fail while there is no site, so a job of the new one may seem to be as old as the last good look: what was seen counts.
  const observed = observedJobs(history).filter(({ events, finished }) => {
    const firstSeen = events[0]?.end ?? Infinity;
    return firstSeen <= injected.at.high && (finished === undefined || finished.high > injected.at.low);
  });
  const ids = new Set([...seen, ...observed].map(({ jobId }) => jobId));
  return [...ids].map((jobId) => {
    const before = seen.find((job) => job.jobId === jobId);
    const after = recovered.jobs.find(
      (job) => job.jobId === jobId && (before === undefined || jobKey(job) === jobKey(before)),
    );
    return { jobId, isArchived: archived.some((job) => job.jobId === jobId), status: after?.status };
  });
}

function movedConnections(archived: Snapshot, recovered: Snapshot): Set<string> {
  const finished = new Set(archived.jobs.filter(({ status }) => isTerminal(status)).map(jobKey));
  const ran = recovered.jobs.filter((job) => !finished.has(jobKey(job)));
  const open = archived.jobs.filter(({ status }) => !isTerminal(status));
  return new Set([...ran, ...open].map(({ connectionId }) => connectionId));
}

function isSameJob(a: SnapshotJob, b: SnapshotJob): boolean {
  return a.status === b.status && a.attempts === b.attempts && a.connectionId === b.connectionId;
}

function keyOf({ kind, id }: SnapshotItem): string {
  return `${kind} ${id}`;
}

/** With its time of creation, because a sequence that was restored may give an id out twice. */
export function jobKey({ jobId, createdAtEpochSeconds }: Pick<SnapshotJob, 'jobId' | 'createdAtEpochSeconds'>): string {
  return `${jobId} ${createdAtEpochSeconds}`;
}
