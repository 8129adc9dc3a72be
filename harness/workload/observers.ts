import { JOBS_PER_LOOK, type AirbyteApi } from '../clients/airbyte-api.ts';
import type { JobInfo } from '../clients/airbyte-replies.ts';
import { receiveAlerts } from '../clients/alert-sink.ts';
import type { Warehouse } from '../clients/data-systems.ts';
import { describeError } from '../core/errors.ts';
import type { BodyOf } from '../core/events.ts';
import type { Endpoint } from '../core/platform.ts';
import type { TrialContext } from '../core/scenario.ts';
import { lookRepeatedly } from './look-repeatedly.ts';

/** Time between two looks, in milliseconds: half of it is the uncertainty that it adds to what it sees. */
const JOBS_EVERY_MS = 200;
const DELIVERY_EVERY_MS = 150;
/** How long a poll for alerts waits: as uncertain is the moment at which one came. */
const ALERT_POLL_MS = 250;

type JobView = Omit<BodyOf<'job'>, 'type' | 'previousStart' | 'start' | 'end'>;

export interface ObserveJobsOptions {
  /** Between two looks, in milliseconds. */
  readonly everyMs?: number;
  /** Whether it is written down when nobody can read the jobs: whether an API answers is the probes' business, but what it shows last may be old then. */
  readonly tellsUnread?: boolean;
}

/** Follows the jobs of one connection; writes a `job` event whenever one looks different from before, or is gone. */
export function observeJobs(
  context: Pick<TrialContext, 'clock' | 'record' | 'background'>,
  { listJobs }: Pick<AirbyteApi, 'listJobs'>,
  connectionId: string,
  { everyMs = JOBS_EVERY_MS, tellsUnread = false }: ObserveJobsOptions = {},
): void {
  const lastSeen = new Map<string, JobView>();
  let isReadable = true;
  const tellReadable = (
    readable: boolean,
    look: Pick<BodyOf<'job'>, 'previousStart' | 'start'>,
    text?: string,
  ): void => {
    if (!tellsUnread || readable === isReadable) return;
    isReadable = readable;
    const why = text === undefined ? {} : { text };
    context.record.append({ type: 'jobs.readable', connectionId, readable, ...why, ...look, end: context.clock.now() });
  };
  context.background(`jobs of ${connectionId}`, (signal) =>
    lookRepeatedly(context, everyMs, signal, async (previousStart, start) => {
      const jobs = await listJobs(connectionId).catch((error: unknown) => {
        if (!signal.aborted) tellReadable(false, { previousStart, start }, describeError(error));
        throw error;
      });
      const end = context.clock.now();
      tellReadable(true, { previousStart, start });
      for (const view of changedViews(lastSeen, jobs.toReversed().map(describeJob))) {
        lastSeen.set(view.jobId, view);
        context.record.append({ type: 'job', ...view, previousStart, start, end });
      }
    }),
  );
}

/** The views that differ from the last look, and those of jobs that the API showed before and no longer knows. */
export function changedViews(lastSeen: ReadonlyMap<string, JobView>, views: readonly JobView[]): JobView[] {
  const changed = views.filter((view) => JSON.stringify(lastSeen.get(view.jobId)) !== JSON.stringify(view));
  // A full page may have pushed older jobs out; only a shorter one shows that a job is not there. Airbyte 0.64 to 1.2 fill a page with attempts.
  if (views.reduce((rows, { attempts }) => rows + Math.max(1, attempts.length), 0) >= JOBS_PER_LOOK) return changed;
  const known = new Set(views.map((view) => view.jobId));
  const gone = [...lastSeen.values()].filter((view) => !known.has(view.jobId) && view.isGone !== true);
  return [...changed, ...gone.map((view) => ({ ...view, isGone: true }))];
}

function describeJob({ job, attempts }: JobInfo): JobView {
  return {
    jobId: String(job.id),
    connectionId: job.configId,
    status: job.status,
    trigger: job.isScheduled === undefined ? 'unknown' : job.isScheduled ? 'schedule' : 'manual',
    ...defined('createdBy', job.createdBy),
    ...defined('dueAtEpochSeconds', job.dueAt),
    attempts: attempts
      .toSorted((a, b) => a.id - b.id)
      .map((attempt) => {
        const failure = attempt.failureSummary?.failures?.[0];
        return {
          number: attempt.id,
          status: attempt.status,
          ...defined('recordsEmitted', attempt.totalStats?.recordsEmitted),
          ...defined('recordsCommitted', attempt.totalStats?.recordsCommitted),
          ...defined('recordsRejected', attempt.totalStats?.recordsRejected),
          ...defined('failure', failure?.externalMessage ?? failure?.internalMessage),
          ...defined('failureType', failure?.failureType),
          ...defined('createdAtEpochSeconds', attempt.createdAt),
          ...defined('endedAtEpochSeconds', attempt.endedAt),
        };
      }),
  };
}

function defined<K extends string, V>(key: K, value: V | null | undefined): { [key in K]?: V } {
  const object: { [key in K]?: V } = {};
  if (value !== undefined && value !== null) object[key] = value;
  return object;
}

/** Follows how many records a destination table holds. */
export function observeDelivery(
  context: TrialContext,
  warehouse: Warehouse,
  connectionId: string,
  table: TableName,
): void {
  context.background(`delivery of ${connectionId}`, (signal) =>
    lookRepeatedly(context, DELIVERY_EVERY_MS, signal, async (previousStart, start) => {
      const progress = await warehouse.progress(table.namespace, table.stream);
      context.record.append({
        type: 'delivery',
        connectionId,
        ...progress,
        previousStart,
        start,
        end: context.clock.now(),
      });
    }),
  );
}

export interface TableName {
  readonly namespace: string;
  readonly stream: string;
}

/** Follows the webhook calls that the alert sink receives from now on. */
export function observeAlerts(
  context: Pick<TrialContext, 'clock' | 'record' | 'signal' | 'background' | 'beforeJudging'>,
  sink: Endpoint,
): void {
  const repeatsSeen = new Map<number, number>();
  let before: number | undefined;
  context.background('alerts', async (signal) => {
    let after = await lastAlert(sink, signal);
    before = after;
    await lookRepeatedly(context, 50, signal, async (_previous, start) => {
      for (const alert of await receiveAlerts(sink, after, ALERT_POLL_MS, signal)) {
        after = Math.max(after, alert.id);
        const end = context.clock.now();
        const { id, repeats: _repeats, ...said } = alert;
        repeatsSeen.set(id, start);
        // A long poll answers when the alert comes, so it came just before the answer and not before the poll began.
        context.record.append({ type: 'alert', ...said, previousStart: start, start, end });
      }
    });
  });
  // A poll for what is new does not show that an alert came again: the sink counts it on the first. So all are read once more.
  context.beforeJudging('alerts that came again', async () => {
    if (before === undefined) return;
    const start = context.clock.now();
    for (const { id, repeats, ...said } of await receiveAlerts(sink, before, 0, context.signal)) {
      const previousStart = repeatsSeen.get(id) ?? start;
      for (let count = 0; count < repeats; count += 1) {
        const end = context.clock.now();
        context.record.append({ type: 'alert', ...said, isRepeat: true, previousStart, start, end });
      }
    }
  });
}

async function lastAlert(sink: Endpoint, signal: AbortSignal): Promise<number> {
  const earlier = await receiveAlerts(sink, 0, 0, signal).catch(() => []);
  return earlier.reduce((highest, alert) => Math.max(highest, alert.id), 0);
}
