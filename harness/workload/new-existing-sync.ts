import type { ExistingAirbyte } from '../clients/existing-airbyte.ts';
import type { JobInfo } from '../clients/airbyte-replies.ts';
import { isTerminal } from '../core/derive/job-timeline.ts';
import { failedStep } from '../core/derive/runbook.ts';
import { jobKey, snapshotAt } from '../core/derive/snapshots.ts';
import type { Verification } from '../core/scenario.ts';
import { observeJobs } from './observers.ts';

export interface NewExistingSyncOptions {
  /** As it is reached after the recovery. */
  readonly airbyte: ExistingAirbyte;
  readonly connectionId: string;
  /** Whether a sync may be started; else the schedule of the connection has to bring one. */
  readonly mayStart: boolean;
}

const LOOK_EVERY_MS = 1000;

/** Follows the first syncs that the recovered site makes, and starts one where that is allowed and none runs. Syncs of the site that is gone are no news. */
export function newExistingSync({ airbyte, connectionId, mayStart }: NewExistingSyncOptions): Verification {
  return {
    name: `a new sync of connection ${connectionId}`,
    async run(context) {
      if (failedStep(context.history) !== undefined) return;
      const before = new Set(snapshotAt(context.history, 'last')?.jobs.map(jobKey));
      const there = (await airbyte.syncsOf(connectionId)).map(({ job }) => ({
        key: keyOf(job),
        status: job.status,
      }));
      // What was open before the fault was seen then: what is open now and was not is of the new site.
      const fresh = there.filter(({ key, status }) => !before.has(key) && !isTerminal(status)).map(({ key }) => key);
      const old = new Set(there.map(({ key }) => key).filter((key) => !fresh.includes(key)));
      const { name, leavesRowsOut } = await airbyte.connectionOf(connectionId);
      context.record.append({
        type: 'connection',
        connectionId,
        name,
        role: 'subject',
        schedule: 'its own',
        ...(leavesRowsOut ? { leavesRowsOut } : {}),
      });
      const listJobs: ExistingAirbyte['syncsOf'] = async (id) =>
        (await airbyte.syncsOf(id)).filter(({ job }) => !old.has(keyOf(job)));
      observeJobs(context, { listJobs: async (id) => [...(await listJobs(id))] }, connectionId, {
        everyMs: LOOK_EVERY_MS,
        tellsUnread: true,
      });
      if (fresh.length === 0 && mayStart) await airbyte.startSync(connectionId);
    },
  };
}

function keyOf({ id, createdAt }: JobInfo['job']): string {
  return jobKey({ jobId: String(id), createdAtEpochSeconds: createdAt });
}
