/** `journal.json`: the judged run. Derived from the events alone, so the same record gives the same bytes. */
import { z } from 'zod';
import { objectiveSchema } from './objective.ts';

const verdict = z.enum(['pass', 'fail', 'unknown']);
/** Seconds; `high` and `best` are null when the moment was never seen. */
const seconds = z.object({ low: z.number(), best: z.number().nullable(), high: z.number().nullable() });

export const milestoneSchema = z.object({
  id: z.string(),
  title: z.string(),
  /** Seconds after the injection, with bounds. Null when it was not seen. */
  sinceFaultSeconds: seconds.nullable(),
  /** Seconds on the run's time axis (best estimate), for drawing. */
  atSeconds: z.number().nullable(),
  /** True when this part is on the way to the recovery; the others happen beside it. */
  isOnPath: z.boolean(),
  endsRecovery: z.boolean(),
  evidence: z.array(z.int()),
});

export const checkSchema = z.object({
  id: z.string(),
  /** What holds where it passes; the same in every run. */
  title: z.string(),
  /** Only of one that failed: what is so instead. */
  failure: z.string().optional(),
  verdict,
  /** One sentence: what was found, with numbers. */
  summary: z.string(),
  /** Indexes into events.ndjson. */
  evidence: z.array(z.int()),
  /** Set when another check found the cause, and this verdict only follows from it. */
  consequenceOf: z.string().optional(),
});

export const outageSchema = z.object({
  probe: z.string(),
  startSeconds: z.object({ low: z.number(), high: z.number() }),
  endSeconds: z.object({ low: z.number(), high: z.number() }).nullable(),
  durationSeconds: seconds,
  badSamples: z.int(),
  /** The distinct notes of the bad samples, most frequent first. */
  notes: z.array(z.string()),
  firstEvent: z.int(),
});

const attemptSchema = z.object({
  number: z.int(),
  status: z.string(),
  startedSeconds: seconds.nullable(),
  endedSeconds: seconds.nullable(),
  /** Wait before this attempt as measured, and as the retry policy prescribes (null for the first). */
  waitedSeconds: seconds.nullable(),
  policyWaitSeconds: z.number().nullable(),
  recordsEmitted: z.int().nullable(),
  recordsCommitted: z.int().nullable(),
  failure: z.string().nullable(),
});

export const jobSchema = z.object({
  jobId: z.string(),
  connectionId: z.string(),
  connectionName: z.string(),
  role: z.string(),
  trigger: z.string(),
  wasInFlight: z.boolean(),
  /** The harness's own word for how it ended. */
  outcome: z.enum(['succeeded', 'failed', 'hung', 'cancelled', 'lost', 'false-success', 'not-finished']),
  /** What the API claims. */
  claimed: z.string(),
  attempts: z.array(attemptSchema),
  /** For a job in flight at the fault. From the fault until its attempt was given up. */
  detectSeconds: seconds.optional(),
  /** From there until its next attempt began. */
  actSeconds: seconds.optional(),
  /** From the fault until its final status; without `best` when it never came: `low` is then how long it was watched. */
  finishSeconds: seconds.optional(),
  /** From its final failure to its alert, for a job that failed for good. */
  alertSeconds: seconds.optional(),
});

export const deliverySchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  produced: z.int(),
  delivered: z.int(),
  missing: z.int(),
  missingRanges: z.string(),
  /** Records that are there more than once, and how many extra copies there are. */
  repeated: z.int(),
  extraCopies: z.int(),
  unexpected: z.int(),
});

export const ledgerSchema = z.object({
  ledger: z.string(),
  attempted: z.int(),
  acknowledged: z.int(),
  indeterminate: z.int(),
  failed: z.int(),
  recovered: z.int(),
  lost: z.int(),
  lostRanges: z.string(),
  duplicated: z.int(),
  unexpected: z.int(),
  /** False when the final read never happened: then nothing is known of the writes. */
  isRead: z.boolean(),
  /** The span of time that the lost writes cover, in seconds: the recovery point. */
  recoveryPointSeconds: z.number().nullable(),
});

const scheduleSchema = z.object({
  connectionId: z.string(),
  connectionName: z.string(),
  /** `cron 0/4 * * * * ? (UTC)`, `every 1 min`. */
  rule: z.string(),
  /** Fires that fell into the outage, and the job that made up for them; null when none did. */
  missedFires: z.int(),
  madeUpByJob: z.string().nullable(),
  /** From when it was due, and the connection's job before was over, until that job was there. */
  lateSeconds: seconds.nullable(),
  /** Jobs for fires outside the outage, jobs for which there was no fire, fires that were passed over. */
  regularJobs: z.int(),
  jobsTooMany: z.array(z.string()),
  isDropped: z.boolean(),
});

/** A step of the recovery runbook as it was carried out. */
export const runbookStepSchema = z.object({
  id: z.string(),
  title: z.string(),
  outcome: z.enum(['done', 'failed', 'not-reached']),
  /** When it began, and how long it took; null when it was not come to. */
  sinceFaultSeconds: z.number().nullable(),
  tookSeconds: z.number().nullable(),
  details: z.string().nullable(),
  evidence: z.array(z.int()),
});

/** What a restore from backups lost. */
export const recoveryPointSchema = z.object({
  lostWrites: z.int(),
  acknowledgedWrites: z.int(),
  /** From the last moment of which everything is there to the fault. */
  seconds,
  /** Bytes of the database's log that were lost, at least; null when it was not looked at before the fault. */
  walBytes: z.number().nullable(),
  /** True when the restore was to a named time, so that what came later is gone on purpose. */
  isNamedTime: z.boolean(),
});

export const trialSchema = z.object({
  trial: z.int(),
  verdict,
  headline: z.string(),
  /** What was broken, in one sentence. */
  broke: z.string(),
  faultAtSeconds: z.number().nullable(),
  recovery: z.object({
    verdict,
    measuredSeconds: seconds.nullable(),
    fasterThanExpected: z.boolean(),
    /** Where the clock starts on the run's time axis, when that is not the fault but its undo. */
    clockStartsAtSeconds: z.number().optional(),
  }),
  milestones: z.array(milestoneSchema),
  checks: z.array(checkSchema),
  jobs: z.array(jobSchema),
  deliveries: z.array(deliverySchema),
  ledgers: z.array(ledgerSchema),
  /** There when the fires of schedules were followed. */
  schedules: z.array(scheduleSchema).optional(),
  outages: z.array(outageSchema),
  /** Only of scenarios that recover by a runbook. */
  runbook: z.array(runbookStepSchema).optional(),
  /** Only of scenarios that restore from backups. */
  recoveryPoint: recoveryPointSchema.optional(),
});

export const journalSchema = z.object({
  schemaVersion: z.literal(1),
  runId: z.string(),
  scenario: z.object({ id: z.string(), title: z.string(), proves: z.string(), variant: z.string().optional() }),
  verdict,
  /** One sentence that can be read alone. */
  headline: z.string(),
  outcome: z.enum(['completed', 'refused', 'aborted', 'interrupted', 'unfinished']),
  wallStart: z.string(),
  durationSeconds: z.number(),
  objective: objectiveSchema,
  recoveryEnds: z.object({ milestone: z.string(), because: z.string(), from: z.string().optional() }),
  /** Over all trials: median and range of the recovery time, and what the passes allow one to conclude. */
  trials: z.array(trialSchema),
  summary: z.object({
    passed: z.int(),
    failed: z.int(),
    unknown: z.int(),
    medianSeconds: z.number().nullable(),
    lowestSeconds: z.number().nullable(),
    highestSeconds: z.number().nullable(),
    conclusion: z.string(),
  }),
  /** Checks about the run as a whole: left-overs after teardown, the harness's own health. */
  runChecks: z.array(checkSchema),
  command: z.string(),
  seed: z.int(),
  environment: z.record(z.string(), z.string()),
  eventCount: z.int(),
});

export type Journal = z.infer<typeof journalSchema>;
export type Trial = z.infer<typeof trialSchema>;
export type CheckResult = z.infer<typeof checkSchema>;
export type Milestone = z.infer<typeof milestoneSchema>;
export type JournalOutage = z.infer<typeof outageSchema>;
export type JournalJob = z.infer<typeof jobSchema>;
export type JournalDelivery = z.infer<typeof deliverySchema>;
export type JournalSchedule = z.infer<typeof scheduleSchema>;
export type JournalLedger = z.infer<typeof ledgerSchema>;
