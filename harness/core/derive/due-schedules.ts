import { jobKey, type Snapshot, type SnapshotJob } from './snapshots.ts';

/** What has become of a job that a schedule prescribed after a recovery. */
export interface DueState {
  readonly name: string;
  /** `put-off`: a job that was made before took its place. `not-due`: none was asked for, and `why`. */
  readonly state: 'made' | 'missed' | 'put-off' | 'awaited' | 'not-due';
  readonly why: string;
  readonly job?: SnapshotJob;
}

/** What was due after the look `recovered`, held against a later look; `atMs` is the time of that on the server's clock. */
export function dueStates(
  { due = [], lostEpochMs = 0 }: Snapshot,
  { jobs, last, atMs }: { readonly jobs: readonly SnapshotJob[]; readonly last: Snapshot; readonly atMs: number },
): readonly DueState[] {
  const before = new Set(last.jobs.map(jobKey));
  const fresh = jobs.filter((job) => !before.has(jobKey(job)) && (job.createdAtEpochSeconds + 1) * 1000 > lostEpochMs);
  return due.map(({ connectionId, name, fromEpochMs, byEpochMs, why = '' }) => {
    if (fromEpochMs === undefined || byEpochMs === undefined) return { name, state: 'not-due', why };
    const own = fresh.filter((job) => job.connectionId === connectionId);
    const job = own.find(({ createdAtEpochSeconds: at }) => at * 1000 >= fromEpochMs - 1000 && at * 1000 <= byEpochMs);
    if (job !== undefined) return { name, state: 'made', why, job };
    if (own.some(({ createdAtEpochSeconds: at }) => at * 1000 < fromEpochMs)) {
      return { name, state: 'put-off', why: 'a job that was made in between put it off' };
    }
    return atMs > byEpochMs ? { name, state: 'missed', why } : { name, state: 'awaited', why: 'its time was not over' };
  });
}
