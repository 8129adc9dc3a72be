import type { AirbyteLook, ConnectionFacts, Gap } from '../core/airbyte-look.ts';
import { formatMillis } from '../core/duration.ts';
import type { Indexed } from './jobs.ts';
import type { Memory } from './memory.ts';
import { missedFires, type MissedFires } from './missed-fires.ts';
import type { Finding } from './report-schema.ts';

/**
 * Scheduled connections for which a job ought to be there and is not. Connections that are off, locked or manual have no fires. Where jobs may not have
 * been read, an absence proves nothing: one finding says for how many connections it could not be told.
 */
export function findMissedSchedules(indexed: Indexed, memory: Memory | undefined): Finding[] {
  const findings: Finding[] = [];
  const unjudged: ConnectionFacts[] = [];
  const { look } = indexed;
  for (const connection of look.connections.items.filter(({ status }) => status === 'active')) {
    if (connection.schedule.kind === 'unknown') {
      findings.push(noSchedule(connection, connection.schedule.detail));
      continue;
    }
    const missed = missedOf(indexed, connection, memory);
    if (missed === undefined) continue;
    if (missed === 'not-known' || mayHideJobs(look, connection)) {
      unjudged.push(connection);
    } else findings.push(describe(indexed, connection, missed));
  }
  const [one] = unjudged;
  if (one !== undefined) findings.push(notJudged(unjudged, one));
  return findings;
}

function missedOf(
  { look, jobsOf }: Indexed,
  connection: ConnectionFacts,
  memory: Memory | undefined,
): MissedFires | 'not-known' | undefined {
  const changedAt = memory?.schedules.get(connection.connectionId)?.since;
  const from = Math.max(look.since, connection.createdAt ?? -Infinity, changedAt ?? -Infinity);
  const jobs = jobsOf.get(connection.connectionId) ?? [];
  const { schedule, latestJobAt, createdAt } = connection;
  const existsSince = createdAt ?? changedAt;
  const hasNothing = jobs.length === 0 && latestJobAt === undefined && existsSince === undefined;
  if (schedule.kind === 'basic' && hasNothing) return 'not-known';
  return missedFires(schedule, { jobs, latestJobAt, from, existsSince, at: look.at });
}

/** Whether a job of the connection may not have been read: a gap that names no connections may hold any. */
function mayHideJobs({ jobs, connections }: AirbyteLook, { connectionId }: ConnectionFacts): boolean {
  const isNamed = ({ connectionIds }: Gap): boolean => connectionIds?.has(connectionId) === true;
  return jobs.gaps.some((gap) => gap.connectionIds === undefined || isNamed(gap)) || connections.gaps.some(isNamed);
}

function describe({ look }: Indexed, connection: ConnectionFacts, { count, first, isOverdue }: MissedFires): Finding {
  const { connectionId, name, workspaceId } = connection;
  const since = `since ${new Date(first).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  const times = count === 1 ? 'once' : `${count} times`;
  const known = [`schedule: ${scheduleText(connection)}`, `first missed ${formatMillis(look.at - first)} ago`];
  return {
    kind: 'schedule_missed',
    verdict: 'problem',
    severity: isOverdue ? 'critical' : 'warning',
    summary: isOverdue
      ? `${name} is overdue ${since}: its schedule fired ${times} and no job was made.`
      : `${name} was passed over ${times} ${since}; it runs again.`,
    known,
    cannotTell: [
      'Whether its schedule was changed, or it was switched on, after that: the API does not show when.',
      ...(look.clockAheadMs === undefined ? ['The server tells no time: the clock of this machine was used.'] : []),
    ],
    connectionId,
    connectionName: name,
    workspaceId,
  };
}

export function scheduleText({ schedule }: ConnectionFacts): string {
  switch (schedule.kind) {
    case 'manual':
      return 'manual';
    case 'basic':
      return schedule.text;
    case 'cron':
      return `cron ${schedule.expression} (${schedule.timeZone})`;
    case 'unknown':
      return 'not understood';
    default:
      return schedule satisfies never;
  }
}

function noSchedule({ connectionId, name, workspaceId }: ConnectionFacts, detail: string): Finding {
  return {
    kind: 'schedule_missed',
    verdict: 'unknown',
    severity: 'warning',
    summary: `Whether ${name} runs when it should cannot be told: its schedule is not understood.`,
    known: [detail],
    cannotTell: ['When it should run.'],
    connectionId,
    connectionName: name,
    workspaceId,
  };
}

function notJudged(connections: readonly ConnectionFacts[], one: ConnectionFacts): Finding {
  const others = connections.length === 1 ? one.name : `${one.name} and ${connections.length - 1} other connections`;
  return {
    kind: 'schedule_missed',
    verdict: 'unknown',
    severity: 'warning',
    summary: `Whether ${others} missed a schedule cannot be told: no job was seen, and not all was read that would show one.`,
    known: [],
    cannotTell: ['Whether there are jobs that were not read.'],
    ...(connections.length === 1
      ? { connectionId: one.connectionId, connectionName: one.name, workspaceId: one.workspaceId }
      : {}),
  };
}
