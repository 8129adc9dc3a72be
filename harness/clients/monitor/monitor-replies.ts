/** The part of the config API's replies that the monitor reads, in the shapes of all versions (facts §2.1). Unknown fields are ignored. */
import { z } from 'zod';

export const healthReply = z.object({ available: z.boolean() });
export const instanceReply = z.object({ version: z.string() });

const webhook = z.object({ webhook: z.string().nullish() }).nullish();
export const workspaceReply = z.object({
  workspaceId: z.string(),
  name: z.string().default(''),
  tombstone: z.boolean().nullish(),
  /** Since about 0.50. */
  notificationSettings: z
    .object({
      sendOnFailure: z
        .object({ notificationType: z.array(z.string()).nullish(), slackConfiguration: webhook })
        .nullish(),
    })
    .nullish(),
  /** Before. */
  notifications: z
    .array(
      z.object({
        notificationType: z.string().nullish(),
        sendOnFailure: z.boolean().nullish(),
        slackConfiguration: webhook,
      }),
    )
    .nullish(),
});
export const workspacesReply = z.object({ workspaces: z.array(workspaceReply) });
/** `GET /api/public/v1/workspaces`. */
export const publicWorkspacesReply = z.object({
  data: z.array(z.object({ workspaceId: z.string(), name: z.string().default('') })),
});

const schedule = {
  scheduleType: z.string().nullish(),
  scheduleData: z
    .object({
      basicSchedule: z.object({ timeUnit: z.string(), units: z.number() }).nullish(),
      cron: z.object({ cronExpression: z.string(), cronTimeZone: z.string().nullish() }).nullish(),
    })
    .nullish(),
  /** Deprecated; all that versions before 0.40 have. */
  schedule: z.object({ timeUnit: z.string(), units: z.number() }).nullish(),
};
export type ScheduleReply = z.infer<z.ZodObject<typeof schedule>>;

/** An item of `/web_backend/connections/list`: the only list that names source and destination, and it has no catalogue. */
export const webConnection = z.object({
  connectionId: z.string(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  ...schedule,
  source: z.object({ name: z.string().nullish() }).nullish(),
  destination: z.object({ name: z.string().nullish() }).nullish(),
  latestSyncJobCreatedAt: z.number().nullish(),
});
/** Newer versions give 20 at a time unless they are asked for more, and tell how many there are. */
export const webConnectionsReply = z.object({
  connections: z.array(z.unknown()),
  num_connections: z.number().nullish(),
});

/** ConnectionRead. */
export const plainConnection = z.object({
  connectionId: z.string(),
  name: z.string().nullish(),
  status: z.string().nullish(),
  ...schedule,
  sourceId: z.string().nullish(),
  destinationId: z.string().nullish(),
  created_at: z.number().nullish(),
  createdAt: z.number().nullish(),
});
export const plainConnectionsReply = z.object({ connections: z.array(z.unknown()) });
export const sourcesReply = z.object({ sources: z.array(z.object({ sourceId: z.string(), name: z.string() })) });
export const destinationsReply = z.object({
  destinations: z.array(z.object({ destinationId: z.string(), name: z.string() })),
});

const stats = z
  .object({
    recordsEmitted: z.number().nullish(),
    recordsCommitted: z.number().nullish(),
    recordsRejected: z.number().nullish(),
    bytesEmitted: z.number().nullish(),
  })
  .nullish();
export const attemptReply = z.object({
  id: z.number(),
  status: z.string(),
  createdAt: z.number(),
  updatedAt: z.number().nullish(),
  endedAt: z.number().nullish(),
  bytesSynced: z.number().nullish(),
  totalStats: stats,
  failureSummary: z
    .object({
      failures: z
        .array(
          z.object({
            failureOrigin: z.string().nullish(),
            failureType: z.string().nullish(),
            externalMessage: z.string().nullish(),
            internalMessage: z.string().nullish(),
          }),
        )
        .nullish(),
    })
    .nullish(),
});
const jobRead = z.object({
  id: z.number(),
  configType: z.string().nullish(),
  configId: z.string(),
  status: z.string(),
  createdAt: z.number(),
  startedAt: z.number().nullish(),
  updatedAt: z.number().nullish(),
});
/** An item of `/jobs/list`: the job is wrapped; its attempts are not, but in some versions. */
export const jobReply = z.object({
  job: jobRead,
  attempts: z.array(z.union([attemptReply, z.object({ attempt: attemptReply })])).nullish(),
});
/** Each item is read by itself: one that is not understood does not hide the others. */
export const jobsReply = z.object({ jobs: z.array(z.unknown()), totalJobCount: z.number().nullish() });
