/**
 * What is read of the Cloud SQL Admin API's replies. Fields and words: REST reference v1, resources `instances`
 * (DatabaseInstance) and `operations` (Operation); the same in the discovery document from which `@googleapis/sqladmin` is made.
 */
import { z } from 'zod';

export const instanceReply = z.object({
  name: z.string(),
  /** `RUNNABLE`, `SUSPENDED`, `PENDING_CREATE`, `MAINTENANCE`, `FAILED` … */
  state: z.string().default('unknown'),
  instanceType: z.string().optional(),
  masterInstanceName: z.string().optional(),
  /** Where it is served from now; changes with a failover. */
  gceZone: z.string().optional(),
  secondaryGceZone: z.string().optional(),
  /** The legacy high availability of MySQL only: replication, which can fall behind. */
  failoverReplica: z.object({ name: z.string().optional(), available: z.boolean().optional() }).optional(),
  settings: z.object({
    availabilityType: z.string().optional(),
    /** An int64, so a string in JSON. */
    settingsVersion: z.string(),
    activationPolicy: z.string().optional(),
  }),
});
export type CloudSqlInstance = z.infer<typeof instanceReply>;

export const operationReply = z.object({
  name: z.string(),
  operationType: z.string().default('unknown operation'),
  /** `PENDING`, `RUNNING`, `DONE`. */
  status: z.string().default('unknown'),
  insertTime: z.string().optional(),
  startTime: z.string().optional(),
  endTime: z.string().optional(),
  error: z
    .object({
      errors: z.array(z.object({ code: z.string().default(''), message: z.string().default('') })).default([]),
    })
    .optional(),
});
export type CloudSqlOperation = z.infer<typeof operationReply>;

/** `items` is left out when there are none. */
export const operationListReply = z.object({
  items: z.array(operationReply).default([]),
  nextPageToken: z.string().optional(),
});

/** The body of an error: "Cloud SQL Admin API error messages", in the form that all of Google's JSON APIs use. */
export const errorReply = z.object({
  error: z.object({
    code: z.number().optional(),
    message: z.string().default(''),
    status: z.string().optional(),
    errors: z.array(z.object({ reason: z.string().optional() })).default([]),
  }),
});
