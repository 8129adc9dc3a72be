import type { z } from 'zod';
import type { ConnectionFacts, FailureNotice, ScheduleFacts, WorkspaceFacts } from '../../core/airbyte-look.ts';
import { describeQuartzProblem } from '../../core/quartz-fires.ts';
import type { AttemptSeconds, JobSeconds } from './job-table.ts';
import type { attemptReply, jobReply, ScheduleReply, workspaceReply } from './monitor-replies.ts';

const UNIT_MS: Readonly<Record<string, number>> = {
  minutes: 60_000,
  hours: 3_600_000,
  days: 86_400_000,
  weeks: 7 * 86_400_000,
  /** As Airbyte counts them: 30 days. */
  months: 30 * 86_400_000,
};
/** A message may hold a whole stack trace. */
const SHOWN_MESSAGE = 300;

export function toWorkspace(reply: z.infer<typeof workspaceReply>): WorkspaceFacts {
  const { workspaceId, name } = reply;
  return { workspaceId, name: name === '' ? workspaceId : name, failureNotice: failureNoticeOf(reply) };
}

/** A webhook counts with its address. The address is not kept: whoever has it can post there. */
function failureNoticeOf({ notificationSettings, notifications }: z.infer<typeof workspaceReply>): FailureNotice {
  if (isFilled(notificationSettings)) {
    const { notificationType, slackConfiguration } = notificationSettings.sendOnFailure ?? {};
    const types = notificationType ?? [];
    const hasWebhook = types.includes('slack') && isText(slackConfiguration?.webhook);
    if (hasWebhook) return 'set';
    return types.some((type) => type !== 'slack') ? 'mail' : 'none';
  }
  if (isFilled(notifications)) {
    const isSet = notifications.some(
      ({ sendOnFailure, slackConfiguration }) => sendOnFailure === true && isText(slackConfiguration?.webhook),
    );
    return isSet ? 'set' : 'none';
  }
  return 'unknown';
}

function isFilled<T>(value: T | null | undefined): value is T {
  return value !== null && value !== undefined;
}

function isText(value: string | null | undefined): boolean {
  return isFilled(value) && value.trim() !== '';
}

export function toSchedule(reply: ScheduleReply): ScheduleFacts {
  const { scheduleType, scheduleData, schedule } = reply;
  const basic = scheduleData?.basicSchedule ?? schedule;
  const cron = scheduleData?.cron;
  // Before there were types, a connection without a schedule was a manual one.
  const type = scheduleType ?? (isFilled(cron) ? 'cron' : isFilled(basic) ? 'basic' : 'manual');
  if (type === 'manual') return { kind: 'manual' };
  if (type === 'basic' && isFilled(basic)) {
    const unitMs = UNIT_MS[basic.timeUnit];
    const text = `every ${basic.units} ${basic.timeUnit}`;
    if (unitMs === undefined || basic.units <= 0) return { kind: 'unknown', detail: `"${text}" is no interval` };
    return { kind: 'basic', everyMs: basic.units * unitMs, text };
  }
  if (type === 'cron' && isFilled(cron)) {
    const timeZone = cron.cronTimeZone ?? 'UTC';
    const problem = describeQuartzProblem(cron.cronExpression, timeZone);
    if (problem !== undefined) return { kind: 'unknown', detail: problem };
    return { kind: 'cron', expression: cron.cronExpression, timeZone };
  }
  return { kind: 'unknown', detail: `the API tells the type "${type}" and no data to it` };
}

/** What both lists of connections tell in the same way. */
export function toConnection(
  reply: ScheduleReply & {
    readonly connectionId: string;
    readonly name?: string | null | undefined;
    readonly status?: string | null | undefined;
  },
  workspaceId: string,
): Pick<ConnectionFacts, 'connectionId' | 'workspaceId' | 'name' | 'status' | 'schedule'> {
  const { connectionId, name, status } = reply;
  return {
    connectionId,
    workspaceId,
    name: name ?? connectionId,
    status: status ?? 'unknown',
    schedule: toSchedule(reply),
  };
}

export function toJob({ job, attempts }: z.infer<typeof jobReply>): JobSeconds {
  return {
    id: job.id,
    connectionId: job.configId,
    type: job.configType ?? 'sync',
    status: job.status,
    createdAt: job.createdAt,
    startedAt: job.startedAt ?? undefined,
    updatedAt: job.updatedAt ?? job.createdAt,
    attempts: (attempts ?? []).map((item) => toAttempt('attempt' in item ? item.attempt : item)),
  };
}

function toAttempt(reply: z.infer<typeof attemptReply>): AttemptSeconds {
  const failures = reply.failureSummary?.failures ?? [];
  return {
    number: reply.id,
    status: reply.status,
    createdAt: reply.createdAt,
    updatedAt: reply.updatedAt ?? reply.createdAt,
    endedAt: reply.endedAt ?? undefined,
    recordsEmitted: reply.totalStats?.recordsEmitted ?? undefined,
    recordsCommitted: reply.totalStats?.recordsCommitted ?? undefined,
    recordsRejected: reply.totalStats?.recordsRejected ?? undefined,
    bytes: reply.bytesSynced ?? reply.totalStats?.bytesEmitted ?? undefined,
    failures: failures.map(({ failureOrigin, failureType, externalMessage, internalMessage }) => ({
      origin: failureOrigin ?? undefined,
      type: failureType ?? undefined,
      message: (externalMessage ?? internalMessage ?? undefined)?.slice(0, SHOWN_MESSAGE),
    })),
  };
}
