/** Backups, the archive of the log, the recovery runbook, and what was there before and after. */
import { z } from 'zod';
import { changed, jobStatus, observed } from '../event-fields.ts';

/** A backup that was asked for and is there. */
export const backup = z.object({
  type: z.literal('backup'),
  kind: z.enum(['base', 'logical', 'configuration']),
  backupId: z.string(),
  bytes: z.int().optional(),
  /** For a base backup: the segments of the log between which it was taken; without them it is worth nothing. */
  firstSegment: z.string().optional(),
  lastSegment: z.string().optional(),
  ...observed,
});
/** One look at the archive from outside, beside what the database says of it; written when it differs from the last look. */
export const archive = z.object({
  type: z.literal('archive'),
  /** The newest segment that the store really holds; null when it holds none. */
  newest: z.string().nullable(),
  /** What the database claims to have archived last. A claim: `archive_command` may have lied to it. */
  claimed: z.string().nullable(),
  /** How often archiving has failed, as the database counts it. */
  failures: z.int(),
  /** Where the log ended at this look. */
  lsn: z.string(),
  /** Bytes of the log that the store did not hold yet. */
  lagBytes: z.number(),
  segmentBytes: z.int(),
  ...changed,
});
/** A position of the log was awaited in the archive. */
export const archiveAwaited = z.object({
  type: z.literal('archive.awaited'),
  what: z.string(),
  lsn: z.string(),
  /** False when the archive did not hold it within the time. */
  isHeld: z.boolean(),
  timeoutMs: z.number(),
  ...observed,
});
/** Every segment from the base backup on was listed and read. */
export const archiveRead = z.object({
  type: z.literal('archive.read'),
  from: z.string(),
  to: z.string().nullable(),
  segments: z.int(),
  bytes: z.int(),
  missing: z.array(z.string()),
  unreadable: z.array(z.object({ segment: z.string(), problem: z.string() })),
  ...observed,
});
/** The harness itself damaged the archive, because the variant asks for it. */
export const archiveDamaged = z.object({
  type: z.literal('archive.damaged'),
  segment: z.string(),
  how: z.enum(['corrupted', 'deleted']),
  ...observed,
});
/** The time that a restore to a point in time is to reach. */
export const recoveryTarget = z.object({
  type: z.literal('recovery.target'),
  /** ISO 8601 with milliseconds, read between `start` and `end`. */
  wall: z.string(),
  ...observed,
});
/** What the restore of the database says of itself. */
export const databaseRestored = z.object({
  type: z.literal('database.restored'),
  backupId: z.string(),
  timeline: z.int(),
  lsn: z.string(),
  segmentsReplayed: z.int(),
  problems: z.array(z.object({ segment: z.string(), problem: z.string() })),
  ...observed,
});
export const runbookStarted = z.object({
  type: z.literal('runbook.started'),
  runbook: z.string(),
  title: z.string(),
  steps: z.array(z.object({ id: z.string(), title: z.string() })),
});
/** A step of a runbook that was carried out and looked at. */
export const runbookStep = z.object({
  type: z.literal('runbook.step'),
  runbook: z.string(),
  step: z.string(),
  title: z.string(),
  ok: z.boolean(),
  details: z.string(),
  ...observed,
});
const item = z.object({
  kind: z.enum(['connection', 'source', 'destination', 'state']),
  id: z.string(),
  name: z.string(),
  /** Of an active connection. */
  schedule: z.enum(['manual', 'basic', 'cron']).optional(),
  /** Of its whole content as the API shows it. */
  digest: z.string(),
});
const snapshotJob = z.object({
  jobId: z.string(),
  connectionId: z.string(),
  status: jobStatus,
  trigger: z.enum(['manual', 'schedule', 'unknown']),
  attempts: z.int(),
  /** Whole seconds since the epoch: with the id it names one job, should a restored sequence give an id out twice. */
  createdAtEpochSeconds: z.int(),
  /** When it last changed: of one that is over, not before its end. Only where a stranger's Airbyte is looked at. */
  updatedAtEpochSeconds: z.int().optional(),
  /** When its first attempt began; as the one above. */
  startedAtEpochSeconds: z.int().optional(),
});
const due = z.object({
  connectionId: z.string(),
  name: z.string(),
  /** Between these two its first job has to be made. */
  fromEpochMs: z.int().optional(),
  byEpochMs: z.int().optional(),
  why: z.string().optional(),
  /** What prescribes the jobs after the first: an interval, or a cron expression of Quartz. Missing in older records. */
  everyMs: z.number().positive().optional(),
  cron: z.object({ expression: z.string(), timeZone: z.string() }).optional(),
});
/**
 * Everything of the configuration and the jobs as the API showed it: `archived` is held by the archive by the time of the fault, `last` is
 * what there was just before the fault, `recovered` what there is after the recovery, `followed` when the schedules had been watched after it.
 */
export const snapshot = z.object({
  type: z.literal('snapshot'),
  moment: z.enum(['archived', 'last', 'recovered', 'followed']),
  items: z.array(item),
  jobs: z.array(snapshotJob),
  /** What could not be read, in sentences; missing where a look is either whole or fails. */
  gaps: z.array(z.string()).optional(),
  /** The clock of the server at this look, in milliseconds since 1970, good to a second; missing where it tells none. */
  serverEpochMs: z.int().optional(),
  /** Scheduled connections whose job has not come, in sentences. Only where a stranger's Airbyte is looked at. */
  overdue: z.array(z.string()).optional(),
  /** Of each scheduled connection, between when its first job has to be made and what prescribes the others, or why none can be asked for. Only of `recovered`, of a stranger's Airbyte. */
  due: z.array(due).optional(),
  /** All jobs that are due until then are waited for, by the clock of the server, in milliseconds since 1970. With `due`. */
  dueUntilEpochMs: z.int().optional(),
  /** When the site was seen to be gone, by the clock of the server, in milliseconds since 1970. With `due`. */
  lostEpochMs: z.int().optional(),
  ...observed,
});
