/** Looks for tests: one connection that runs every hour, all well, and whatever a test changes. */
import type { AirbyteLook, AttemptFacts, ConnectionFacts, JobFacts } from '../../core/airbyte-look.ts';
import { examine, type ExamineOptions } from '../examine.ts';
import type { Finding, FindingKind } from '../report-schema.ts';

export const HOUR = 3_600_000;
export const MINUTE = 60_000;
/** A Saturday at noon, UTC. */
export const NOW = Date.UTC(2026, 10, 28, 12);

export function attempt(changes: Partial<AttemptFacts> = {}): AttemptFacts {
  const createdAt = changes.createdAt ?? NOW - 30 * MINUTE;
  return {
    number: 0,
    status: 'succeeded',
    createdAt,
    updatedAt: changes.endedAt ?? createdAt,
    endedAt: createdAt + MINUTE,
    recordsEmitted: 100,
    recordsCommitted: 100,
    recordsRejected: 0,
    bytes: 1000,
    failures: [],
    ...changes,
  };
}

/** A failed attempt that ended a minute after it began, with nothing committed. */
export function failedAttempt(number: number, createdAt: number, changes: Partial<AttemptFacts> = {}): AttemptFacts {
  return attempt({
    number,
    createdAt,
    status: 'failed',
    recordsEmitted: 0,
    recordsCommitted: 0,
    bytes: 0,
    failures: [{ origin: 'source', type: 'system_error', message: 'the source went away' }],
    ...changes,
  });
}

export function job(id: number, changes: Partial<JobFacts> = {}): JobFacts {
  const createdAt = changes.createdAt ?? NOW - 30 * MINUTE;
  return {
    id,
    connectionId: 'c1',
    type: 'sync',
    status: 'succeeded',
    createdAt,
    startedAt: createdAt,
    updatedAt: createdAt + MINUTE,
    attempts: [attempt({ createdAt })],
    ...changes,
  };
}

export function openJob(
  id: number,
  createdAt: number,
  attempts: readonly AttemptFacts[],
  status = 'running',
): JobFacts {
  return job(id, { status, createdAt, updatedAt: createdAt, attempts });
}

export function failedJob(id: number, changes: Partial<JobFacts> = {}): JobFacts {
  const createdAt = changes.createdAt ?? NOW - 30 * MINUTE;
  return job(id, { status: 'failed', attempts: [failedAttempt(0, createdAt)], ...changes });
}

/** A job every hour of the last `hours`, at half past; the last one half an hour ago. */
export function hourly(hours: number, changes: Partial<JobFacts> = {}): JobFacts[] {
  return Array.from({ length: hours }, (_, index) =>
    job(1000 + index, { createdAt: NOW - (hours - index - 0.5) * HOUR, ...changes }),
  );
}

export function connection(changes: Partial<ConnectionFacts> = {}): ConnectionFacts {
  return {
    connectionId: 'c1',
    workspaceId: 'w1',
    name: 'Orders',
    sourceName: 'Shop',
    destinationName: 'Warehouse',
    status: 'active',
    schedule: { kind: 'basic', everyMs: HOUR, text: 'every 1 hours' },
    createdAt: undefined,
    latestJobAt: undefined,
    ...changes,
  };
}

interface LookChanges extends Omit<Partial<AirbyteLook>, 'jobs' | 'connections'> {
  readonly jobs?: readonly JobFacts[] | AirbyteLook['jobs'];
  readonly connections?: readonly ConnectionFacts[] | AirbyteLook['connections'];
}

export function look({ jobs = hourly(24), connections = [connection()], ...changes }: LookChanges = {}): AirbyteLook {
  return {
    url: 'http://127.0.0.1:8001/api/v1',
    at: NOW,
    clockAheadMs: 0,
    since: NOW - 24 * HOUR,
    version: '2.1.0',
    health: { state: 'healthy', responseMs: 12, detail: 'The server says that it is available.' },
    workspaces: { items: [{ workspaceId: 'w1', name: 'Main', failureNotice: 'set' }], gaps: [] },
    connections: 'items' in connections ? connections : { items: connections, gaps: [] },
    jobs: 'items' in jobs ? jobs : { items: jobs, gaps: [] },
    alerts: { kind: 'not-asked' },
    hasAnswered: true,
    requests: 5,
    ...changes,
  };
}

/** The findings of one kind. */
export function found(kind: FindingKind, seen: AirbyteLook, options?: ExamineOptions): Finding[] {
  return examine(seen, options).findings.filter((finding) => finding.kind === kind);
}
