/**
 * The record of a run: one JSON object a line in `events.ndjson`, in the order in which the harness learned things.
 * Checks and reporters read nothing else. All times are milliseconds on the harness's monotonic clock, counted from
 * the start of the run, unless the name says otherwise; `wall…` fields are ISO 8601 and only for people.
 */
import { z } from 'zod';
import { ms } from './event-fields.ts';
import * as database from './events/database-events.ts';
import * as fault from './events/fault-events.ts';
import * as machine from './events/machine-events.ts';
import * as probe from './events/probe-events.ts';
import * as recovery from './events/recovery-events.ts';
import * as run from './events/run-events.ts';
import * as schedule from './events/schedule-events.ts';
import * as series from './events/series-events.ts';
import * as service from './events/service-events.ts';
import * as sync from './events/sync-events.ts';

export type { Objective, RetryPolicy } from './objective.ts';

const eventBody = z.discriminatedUnion('type', [
  run.runStarted,
  run.platformReady,
  run.phase,
  run.step,
  run.waited,
  run.component,
  machine.machine,
  machine.eviction,
  machine.autoscaler,
  probe.sample,
  probe.probeDefined,
  probe.proberHealth,
  sync.connection,
  sync.sourceRows,
  sync.job,
  sync.jobsReadable,
  sync.delivery,
  sync.deliveryRead,
  probe.ledgerFrozen,
  probe.ledgerRead,
  fault.faultPlanned,
  fault.faultInjected,
  fault.faultEvidence,
  fault.faultUndone,
  probe.load,
  probe.loadSummary,
  probe.loadRunner,
  service.loadFailure,
  service.attemptLog,
  service.clockTold,
  sync.alert,
  sync.leader,
  schedule.scheduleSet,
  schedule.scheduleWatched,
  schedule.clockRead,
  schedule.leaderClaim,
  schedule.leaseHistory,
  database.database,
  database.databaseClients,
  database.ledgerCopy,
  recovery.backup,
  recovery.archive,
  recovery.archiveAwaited,
  recovery.archiveRead,
  recovery.archiveDamaged,
  recovery.recoveryTarget,
  recovery.databaseRestored,
  recovery.runbookStarted,
  recovery.runbookStep,
  recovery.snapshot,
  run.leftovers,
  run.note,
  run.runFinished,
  series.seriesStarted,
  series.seriesRun,
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
