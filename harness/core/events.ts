/**
 * The record of a run: one JSON object a line in `events.ndjson`, in the order in which the harness learned things.
 * Checks and reporters read nothing else. All times are milliseconds on the harness's monotonic clock, counted from
 * the start of the run, unless the name says otherwise; `wall…` fields are ISO 8601 and only for people.
 */
import { z } from 'zod';
import { attemptStatus, changed, componentState, jobStatus, ms, observed, range, runPhase } from './event-fields.ts';
import { objectiveSchema, retryPolicySchema } from './objective.ts';

export type { Objective, RetryPolicy } from './objective.ts';

const runStarted = z.object({
  type: z.literal('run.started'),
  schemaVersion: z.literal(1),
  runId: z.string(),
  wallStart: z.string(),
  scenario: z.object({ id: z.string(), title: z.string(), proves: z.string() }),
  objective: objectiveSchema,
  retryPolicy: retryPolicySchema,
  seed: z.int(),
  trials: z.int().positive(),
  command: z.string(),
  /** Which moment ends the RTO, and why that one. */
  recoveryEnds: z.object({ milestone: z.string(), because: z.string() }),
  /** The moments that the report shows: those that add up to the recovery time, and those beside it. */
  milestones: z.object({ path: z.array(z.string()), beside: z.array(z.string()) }),
  /** Everything a check needs beside the events, as the scenario set it. */
  parameters: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  environment: z.record(z.string(), z.string()),
});
const platformReady = z.object({
  type: z.literal('platform.ready'),
  platform: z.string(),
  profile: z.string(),
  /** Versions and choices of the stack under test, e.g. `{ postgres: "18.6", temporal: "dev server 1.32.0" }`. */
  details: z.record(z.string(), z.string()),
  /** How many instances of each component should be ready. */
  expected: z.record(z.string(), z.int()),
});
const phase = z.object({ type: z.literal('phase'), name: runPhase });
const step = z.object({ type: z.literal('step'), text: z.string() });
const waited = z.object({
  type: z.literal('wait'),
  name: z.string(),
  satisfied: z.boolean(),
  afterMs: ms,
  timeoutMs: ms,
  lastState: z.string(),
});
const component = z.object({
  type: z.literal('component'),
  component: z.string(),
  instance: z.string(),
  state: componentState,
  ready: z.boolean(),
  pid: z.int().optional(),
  restarts: z.int(),
  detail: z.string().optional(),
});
const sample = z.object({
  type: z.literal('sample'),
  probe: z.string(),
  /** When the open-loop schedule wanted the sample to start. */
  intended: ms,
  ...observed,
  ok: z.boolean(),
  /** What was answered, when it is not simply good: `503`, `ECONNREFUSED`, `timeout after 1000 ms`. */
  note: z.string().optional(),
  /** True when no answer came within the time-out: the sample tells about when it was sent, not when it was given up. */
  hung: z.boolean().optional(),
  /** For a probe that writes: the write of the ledger named like the probe. */
  write: z.object({ seq: z.int(), outcome: z.enum(['acknowledged', 'failed', 'indeterminate']) }).optional(),
});
const probeDefined = z.object({
  type: z.literal('probe.defined'),
  probe: z.string(),
  kind: z.string(),
  target: z.string(),
  everyMs: ms,
  timeoutMs: ms,
});
/** The prober's own health over a window: its event-loop delay, so that its stall is never read as an outage. */
const proberHealth = z.object({
  type: z.literal('prober'),
  from: ms,
  to: ms,
  delayP99Ms: ms,
  delayMaxMs: ms,
  samples: z.int(),
});
const connection = z.object({
  type: z.literal('connection'),
  connectionId: z.string(),
  name: z.string(),
  /** `subject`: its sync is interrupted; `broken`: its source always fails, to prove the alert path. */
  role: z.enum(['subject', 'broken', 'background']),
  schedule: z.string(),
});
/** Records that the source system acknowledged: the truth that the destination is held against. */
const sourceRows = z.object({
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
  failure: z.string().optional(),
  failureType: z.string().optional(),
  /** Whole seconds since the epoch, as the API writes them: labels only. */
  createdAtEpochSeconds: z.int().optional(),
  endedAtEpochSeconds: z.int().optional(),
});
/** A job as the API showed it, written when it differs from the last look. */
const job = z.object({
  type: z.literal('job'),
  jobId: z.string(),
  connectionId: z.string(),
  status: jobStatus,
  attempts: z.array(attempt),
  trigger: z.enum(['manual', 'schedule', 'unknown']),
  /** True when the API no longer knows a job that it had shown before; the rest is what it showed last. */
  isGone: z.boolean().optional(),
  ...changed,
});
/** What the destination held at one look during the run. */
const delivery = z.object({
  type: z.literal('delivery'),
  connectionId: z.string(),
  rows: z.int(),
  maxSeq: z.int(),
  ...changed,
});
/** The final and complete read of the destination. */
const deliveryRead = z.object({
  type: z.literal('delivery.read'),
  connectionId: z.string(),
  rows: z.int(),
  present: z.array(range),
  /** Ranges delivered more than once, with how many times each number is there. */
  repeated: z.array(z.object({ range, times: z.int() })),
  ...observed,
});
const ledgerFrozen = z.object({
  type: z.literal('ledger.frozen'),
  ledger: z.string(),
  acknowledged: z.int(),
  failed: z.int(),
  indeterminate: z.int(),
});
const ledgerRead = z.object({
  type: z.literal('ledger.read'),
  ledger: z.string(),
  present: z.array(range),
  repeated: z.array(z.object({ range, times: z.int() })),
  ...observed,
});
const target = z.object({
  component: z.string(),
  instance: z.string(),
  pid: z.int().optional(),
  why: z.string(),
});
const faultPlanned = z.object({
  type: z.literal('fault.planned'),
  fault: z.string(),
  description: z.string(),
  targets: z.array(target),
  /** The undo actions, which are already on disk. */
  undo: z.array(z.string()),
});
const faultInjected = z.object({
  type: z.literal('fault.injected'),
  fault: z.string(),
  targets: z.array(target),
  ...observed,
});
const faultEvidence = z.object({
  type: z.literal('fault.evidence'),
  fault: z.string(),
  /** What was looked at: `process-gone`, `supervisor-saw-exit`, `was-running-the-sync` … */
  kind: z.string(),
  holds: z.boolean(),
  text: z.string(),
  ...observed,
});
const faultUndone = z.object({
  type: z.literal('fault.undone'),
  fault: z.string(),
  succeeded: z.boolean(),
  text: z.string(),
});
/** Load results of one second, from k6. */
const load = z.object({
  type: z.literal('load'),
  from: ms,
  to: ms,
  requests: z.int(),
  failed: z.int(),
  p50Ms: ms,
  p95Ms: ms,
  maxMs: ms,
});
const loadSummary = z.object({
  type: z.literal('load.summary'),
  requests: z.int(),
  failed: z.int(),
  dropped: z.int(),
  exitCode: z.int(),
  note: z.string().optional(),
});
const alert = z.object({
  type: z.literal('alert'),
  connectionId: z.string().optional(),
  jobId: z.string().optional(),
  success: z.boolean().optional(),
  text: z.string(),
  ...changed,
});
const leader = z.object({
  type: z.literal('leader'),
  component: z.string(),
  holder: z.string(),
  term: z.string().optional(),
  ...changed,
});
const leftovers = z.object({
  type: z.literal('leftovers'),
  scope: z.enum(['after-fault', 'after-teardown']),
  /** False when the scan itself could not be made. */
  complete: z.boolean(),
  found: z.array(z.string()),
});
const note = z.object({ type: z.literal('note'), level: z.enum(['info', 'warning', 'error']), text: z.string() });
const runFinished = z.object({
  type: z.literal('run.finished'),
  outcome: z.enum(['completed', 'refused', 'aborted', 'interrupted']),
  reason: z.string().optional(),
});

const eventBody = z.discriminatedUnion('type', [
  runStarted,
  platformReady,
  phase,
  step,
  waited,
  component,
  sample,
  probeDefined,
  proberHealth,
  connection,
  sourceRows,
  job,
  delivery,
  deliveryRead,
  ledgerFrozen,
  ledgerRead,
  faultPlanned,
  faultInjected,
  faultEvidence,
  faultUndone,
  load,
  loadSummary,
  alert,
  leader,
  leftovers,
  note,
  runFinished,
]);

/** What the harness learned, before it has a place in the record. */
export type EventBody = z.infer<typeof eventBody>;

/**
 * One line of `events.ndjson`. `i` is its index (and its line number less one), `t` when it was written down, `trial`
 * the trial that it belongs to, 0 for what all trials share.
 */
export const eventSchema = z.intersection(z.object({ i: z.int(), t: ms, trial: z.int() }), eventBody);
export type RunEvent = EventBody & { readonly i: number; readonly t: number; readonly trial: number };
export type EventType = EventBody['type'];
export type EventOf<T extends EventType> = Extract<RunEvent, { type: T }>;
export type BodyOf<T extends EventType> = Extract<EventBody, { type: T }>;
