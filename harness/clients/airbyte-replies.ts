/** The part of the config API's replies that the harness reads (Airbyte openapi `config.yaml`). Unknown fields are ignored. */
import { z } from 'zod';
import { attemptStatus, jobStatus } from '../core/event-fields.ts';

export const workspaceListReply = z.object({ workspaces: z.array(z.object({ workspaceId: z.string() })) });
export const sourceReply = z.object({ sourceId: z.string() });
export const sourceListReply = z.object({ sources: z.array(z.object({ sourceId: z.string(), name: z.string() })) });
export const destinationReply = z.object({ destinationId: z.string() });
export const connectionIdReply = z.object({ connectionId: z.string() });
export const sourceDefinitionsReply = z.object({
  sourceDefinitions: z.array(z.object({ sourceDefinitionId: z.string(), name: z.string() })),
});
export const destinationDefinitionsReply = z.object({
  destinationDefinitions: z.array(z.object({ destinationDefinitionId: z.string(), name: z.string() })),
});
/** For calls whose answer is not used. */
export const definitionReply = z.unknown();

const stats = z.object({
  recordsEmitted: z.int().nullish(),
  recordsCommitted: z.int().nullish(),
  /** Since 1.8. */
  recordsRejected: z.int().nullish(),
});
const failure = z.object({
  failureType: z.string().nullish(),
  externalMessage: z.string().nullish(),
  internalMessage: z.string().nullish(),
});
const attempt = z.object({
  /** 0-based number of the attempt within its job. */
  id: z.int(),
  status: attemptStatus,
  /** Whole seconds since the epoch. */
  createdAt: z.int().nullish(),
  endedAt: z.int().nullish(),
  totalStats: stats.nullish(),
  failureSummary: z.object({ failures: z.array(failure).nullish() }).nullish(),
});
const job = z.object({
  id: z.int(),
  configId: z.string(),
  status: jobStatus,
  createdAt: z.int(),
  /** These are not part of Airbyte's API; the reference stack tells them. */
  isScheduled: z.boolean().optional(),
  dueAt: z.int().optional(),
  createdBy: z.string().optional(),
});

export const jobInfoReply = z.object({
  job,
  attempts: z.array(z.union([attempt, z.object({ attempt }).transform((wrapped) => wrapped.attempt)])).default([]),
});
/** `/jobs/get`: logs are lines in old versions and structured events in new ones. */
export const jobLogsReply = z.object({
  attempts: z.array(
    z.object({
      attempt: z.object({ id: z.int(), status: attemptStatus }),
      logs: z.object({ logLines: z.array(z.string()).optional(), events: z.array(z.unknown()).optional() }).nullish(),
    }),
  ),
});
export const jobListReply = z.object({ jobs: z.array(jobInfoReply), totalJobCount: z.int().nullish() });
export type JobList = z.infer<typeof jobListReply>;
export type JobInfo = z.infer<typeof jobInfoReply>;
