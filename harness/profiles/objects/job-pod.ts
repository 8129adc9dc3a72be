import type { Pod } from './pod.ts';

/** A pod that does the work of one job and is never made anew (facts: airbyte.md, section 1.4). */
export interface JobPod {
  readonly name: string;
  readonly phase: string;
  /** `sync`, `check`, `discover`, `spec`; `unknown` where it does not say. */
  readonly jobType: string;
  readonly jobId: string | undefined;
  readonly connectionId: string | undefined;
  /** It moves data: the loss of any other job pod loses nothing. */
  readonly isReplication: boolean;
}

const REPLICATION_STEPS: ReadonlySet<string> = new Set(['replication', 'orchestrator-replication', 'read', 'write']);

/** By its own labels, in each generation: `airbyte=job-pod`, or the job and the attempt that it is for. */
export function isJobPod({ labels }: Pod): boolean {
  return labels['airbyte'] === 'job-pod' || (labels['job_id'] !== undefined && labels['attempt_id'] !== undefined);
}

export function jobPodOf({ name, phase, labels }: Pod): JobPod {
  const step = labels['sync_step'];
  return {
    name,
    phase,
    jobType: labels['job_type'] ?? 'unknown',
    jobId: labels['job_id'],
    connectionId: labels['connection_id'],
    isReplication: step === undefined ? labels['job_type'] === 'sync' : REPLICATION_STEPS.has(step),
  };
}
