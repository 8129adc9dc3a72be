/** Connections, jobs, records, alerts, leaders. */
import { z } from 'zod';
import { attemptStatus, changed, jobStatus, observed, range } from '../event-fields.ts';

export const connection = z.object({
  type: z.literal('connection'),
  connectionId: z.string(),
  name: z.string(),
  /** `subject`: its sync is interrupted; `broken`: its source always fails, to prove the alert path. */
  role: z.enum(['subject', 'broken', 'background']),
  schedule: z.string(),
  /** A mapper of it filters rows: what it leaves out is read and not committed, and Airbyte's API does not tell how much that is. */
  leavesRowsOut: z.boolean().optional(),
});
/** Records that the source system acknowledged: the truth that the destination is held against. */
export const sourceRows = z.object({
  type: z.literal('source.rows'),
  connectionId: z.string(),
  rows: z.array(range),
  ...observed,
});
const attempt = z.object({
  number: z.int(),
  status: attemptStatus,
  /** As the API reports it: a claim. */
  recordsEmitted: z.int().optional(),
  recordsCommitted: z.int().optional(),
  /** By the destination: neither committed nor lost. */
  recordsRejected: z.int().optional(),
  failure: z.string().optional(),
  failureType: z.string().optional(),
  /** Whole seconds since the epoch, as the API writes them: labels only. */
  createdAtEpochSeconds: z.int().optional(),
  endedAtEpochSeconds: z.int().optional(),
});
/** A job as the API showed it, written when it differs from the last look. */
export const job = z.object({
  type: z.literal('job'),
  jobId: z.string(),
  connectionId: z.string(),
  status: jobStatus,
  attempts: z.array(attempt),
  trigger: z.enum(['manual', 'schedule', 'unknown']),
  /** The instance that made the job, as the database noted it. */
  createdBy: z.string().optional(),
  /** The fire that the job says it was made for, in whole seconds since the epoch: a claim. */
  dueAtEpochSeconds: z.int().optional(),
  /** True when the API no longer knows a job that it had shown before; the rest is what it showed last. */
  isGone: z.boolean().optional(),
  ...changed,
});
/** The jobs of a connection cannot be read any more, or can again; `previousStart`: the last look before that was as it should be. */
export const jobsReadable = z.object({
  type: z.literal('jobs.readable'),
  connectionId: z.string(),
  readable: z.boolean(),
  /** Why not. */
  text: z.string().optional(),
  ...changed,
});
/** What the destination held at one look during the run. */
export const delivery = z.object({
  type: z.literal('delivery'),
  connectionId: z.string(),
  rows: z.int(),
  maxSeq: z.int(),
  ...changed,
});
/** The final and complete read of the destination. */
export const deliveryRead = z.object({
  type: z.literal('delivery.read'),
  connectionId: z.string(),
  rows: z.int(),
  present: z.array(range),
  /** Ranges delivered more than once, with how many times each number is there. */
  repeated: z.array(z.object({ range, times: z.int() })),
  ...observed,
});
export const alert = z.object({
  type: z.literal('alert'),
  connectionId: z.string().optional(),
  jobId: z.string().optional(),
  success: z.boolean().optional(),
  text: z.string(),
  /** True for a further delivery of an alert that had been received before, under the same idempotency key. */
  isRepeat: z.boolean().optional(),
  ...changed,
});
export const leader = z.object({
  type: z.literal('leader'),
  component: z.string(),
  holder: z.string(),
  term: z.string().optional(),
  ...changed,
});
