import type { AirbyteLook, ConnectionFacts } from '../core/airbyte-look.ts';
import { findBlindSpots, findHealth } from './find-blind-spots.ts';
import { failedJobs, findFailedJobs, toFailedJob } from './find-failed-jobs.ts';
import { findFalseSuccesses } from './find-false-successes.ts';
import { findHungJobs } from './find-hung-jobs.ts';
import { findMissedSchedules, scheduleText } from './find-missed-schedules.ts';
import { findMissingAlerts } from './find-missing-alerts.ts';
import { indexLook, type Indexed } from './jobs.ts';
import type { Memory } from './memory.ts';
import type { ConnectionLine, Finding, MonitorReport, Severity } from './report-schema.ts';

export interface ExamineOptions {
  /** What was remembered after this look and those before; undefined for a single look. */
  readonly memory?: Memory;
  /** A job that is open for longer is hung, whatever the version's timers say. */
  readonly hungAfterMs?: number;
}

const GRAVITY: Readonly<Record<Severity, number>> = { critical: 0, warning: 1, info: 2 };

/** Judges one look. Pure: the same look and memory give the same report. */
export function examine(look: AirbyteLook, { memory, hungAfterMs }: ExamineOptions = {}): MonitorReport {
  const indexed = indexLook(look);
  const failed = failedJobs(indexed);
  const findings = [
    ...findHealth(look),
    ...findBlindSpots(look),
    ...findFailedJobs(indexed, failed),
    ...findHungJobs(indexed, memory, hungAfterMs),
    ...findMissedSchedules(indexed, memory),
    ...findFalseSuccesses(indexed),
    ...findMissingAlerts(indexed, failed),
  ].toSorted((a, b) => rank(a) - rank(b));
  const problems = findings.filter(({ verdict }) => verdict === 'problem').length;
  const unknowns = findings.length - problems;
  const gaps = look.workspaces.gaps.length + look.connections.gaps.length + look.jobs.gaps.length;
  return {
    schema: 'airbyte-chaos/monitor',
    version: 1,
    at: new Date(look.at).toISOString(),
    url: look.url,
    windowHours: (look.at - look.since) / 3_600_000,
    airbyteVersion: look.version ?? null,
    clockAheadSeconds: look.clockAheadMs === undefined ? null : Math.round(look.clockAheadMs / 1000),
    verdict: problems > 0 ? 'problems' : unknowns > 0 ? 'unknown' : 'nothing_wrong',
    health: { ...look.health },
    totals: { ...totalsOf(look), problems, unknowns },
    isComplete: gaps === 0,
    connections: connectionLines(indexed, findings),
    failedJobs: failed.map((job) => toFailedJob(indexed, job)),
    findings,
    requests: look.requests,
  };
}

/** Problems before what is unknown, the gravest first. */
function rank({ verdict, severity }: Finding): number {
  return GRAVITY[severity] * 2 + (verdict === 'problem' ? 0 : 1);
}

function totalsOf({
  workspaces,
  connections,
  jobs,
}: AirbyteLook): Omit<MonitorReport['totals'], 'problems' | 'unknowns'> {
  const active = connections.items.filter(({ status }) => status === 'active').length;
  return {
    workspaces: workspaces.items.length,
    connections: connections.items.length,
    activeConnections: active,
    inactiveConnections: connections.items.length - active,
    connectionsByStatus: countBy(connections.items),
    jobs: jobs.items.length,
    jobsByStatus: countBy(jobs.items),
  };
}

function countBy(items: readonly { readonly status: string }[]): Record<string, number> {
  const counts = new Map<string, number>();
  for (const { status } of items) counts.set(status, (counts.get(status) ?? 0) + 1);
  return Object.fromEntries(counts);
}

function connectionLines({ look, jobsOf }: Indexed, findings: readonly Finding[]): ConnectionLine[] {
  const counts = new Map<string, number>();
  for (const { connectionId = '' } of findings) counts.set(connectionId, (counts.get(connectionId) ?? 0) + 1);
  return look.connections.items.map((one) => {
    const newest = jobsOf.get(one.connectionId)?.at(-1);
    return {
      connectionId: one.connectionId,
      workspaceId: one.workspaceId,
      name: one.name,
      source: one.sourceName ?? null,
      destination: one.destinationName ?? null,
      status: one.status,
      schedule: scheduleLine(one),
      lastJob:
        newest === undefined
          ? null
          : { jobId: newest.id, status: newest.status, createdAt: new Date(newest.createdAt).toISOString() },
      findings: counts.get(one.connectionId) ?? 0,
    };
  });
}

function scheduleLine(one: ConnectionFacts): ConnectionLine['schedule'] {
  const { schedule } = one;
  const text = schedule.kind === 'cron' ? schedule.expression : scheduleText(one);
  return { kind: schedule.kind, text, ...(schedule.kind === 'cron' ? { timeZone: schedule.timeZone } : {}) };
}
