import type { AirbyteLook, AttemptFacts, ConnectionFacts, JobFacts } from '../core/airbyte-look.ts';

const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);
const OPEN: ReadonlySet<string> = new Set(['pending', 'queued', 'running', 'incomplete']);

export function hasEnded({ status }: JobFacts): boolean {
  return ENDED.has(status);
}

/** False for a status that this harness does not know: such a job is neither open nor over. */
export function isOpen({ status }: JobFacts): boolean {
  return OPEN.has(status);
}

/** Moves records: a reset or clear does not. */
export function movesData({ type }: JobFacts): boolean {
  return type === 'sync' || type === 'refresh';
}

export function lastAttempt({ attempts }: JobFacts): AttemptFacts | undefined {
  return attempts.length < 2
    ? attempts[0]
    : attempts.reduce((newest, attempt) => (attempt.number > newest.number ? attempt : newest));
}

/** When a job that has ended did. */
export function endOf(job: JobFacts): number {
  return lastAttempt(job)?.endedAt ?? job.updatedAt;
}

/** A look with what every finder asks of it. */
export interface Indexed {
  readonly look: AirbyteLook;
  readonly connections: ReadonlyMap<string, ConnectionFacts>;
  /** Of each connection, oldest first. */
  readonly jobsOf: ReadonlyMap<string, readonly JobFacts[]>;
  /** What a connection is called; its id when it is not listed, as one that was deleted. */
  readonly nameOf: (connectionId: string) => string;
}

export function indexLook(look: AirbyteLook): Indexed {
  const connections = new Map(look.connections.items.map((one) => [one.connectionId, one]));
  const jobsOf = new Map<string, JobFacts[]>();
  for (const job of look.jobs.items) {
    const known = jobsOf.get(job.connectionId);
    if (known === undefined) jobsOf.set(job.connectionId, [job]);
    else known.push(job);
  }
  for (const [connectionId, jobs] of jobsOf) {
    jobsOf.set(
      connectionId,
      jobs.toSorted((a, b) => a.createdAt - b.createdAt || a.id - b.id),
    );
  }
  return { look, connections, jobsOf, nameOf: (id) => connections.get(id)?.name ?? id };
}

/** Fields that name what a finding is about. */
export function subjectOf(
  { connections, nameOf }: Indexed,
  job: Pick<JobFacts, 'id' | 'connectionId'>,
): { jobId: number; connectionId: string; connectionName: string; workspaceId?: string } {
  const { id: jobId, connectionId } = job;
  const workspaceId = connections.get(connectionId)?.workspaceId;
  return {
    jobId,
    connectionId,
    connectionName: nameOf(connectionId),
    ...(workspaceId === undefined ? {} : { workspaceId }),
  };
}
