import type {
  AirbyteLook,
  ConnectionFacts,
  HealthFacts,
  JobFacts,
  Reading,
  WorkspaceFacts,
} from '../../core/airbyte-look.ts';
import { forEachBounded } from './bounded.ts';
import { readJobPage } from './job-pages.ts';
import { listConnections } from './list-connections.ts';
import { listJobs } from './list-jobs.ts';
import { listWorkspaces } from './list-workspaces.ts';
import { CONNECTIONS, type MonitorApi } from './monitor-api.ts';
import { healthReply, instanceReply, plainConnection, workspaceReply } from './monitor-replies.ts';
import { readAlerts } from './read-alerts.ts';
import { toWorkspace } from './to-facts.ts';

export interface LookOptions {
  readonly windowMs: number;
  /** Health may block for 30 s when the database is away (facts §0.1): it has its own, shorter, time. */
  readonly healthTimeoutMs: number;
  readonly workspaceId?: string;
  readonly alertSink?: URL;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Milliseconds since 1970. */
  readonly wallNow?: () => number;
}

/** A server that answers nothing is not waited for again and again. */
const NOT_ASKED: Reading<JobFacts> = {
  items: [],
  gaps: [{ sentence: 'jobs: not asked for, as nothing was answered' }],
};

/** Looks once at everything that the monitor judges. Never throws for what the server does: what was not read is a gap. */
export async function readLook(api: MonitorApi, options: LookOptions): Promise<AirbyteLook> {
  const { wallNow = Date.now, alertSink, timeoutMs, signal } = options;
  const requestsBefore = api.requests();
  const [health, instance, workspaces] = await Promise.all([
    readHealth(api, options.healthTimeoutMs),
    api.get('/instance_configuration', instanceReply),
    readWorkspaces(api, options.workspaceId),
  ]);
  const own = wallNow();
  const at = health.date ?? instance.date ?? own;
  const hasClock = (health.date ?? instance.date) !== undefined;
  const since = at - options.windowMs;
  const lists = await Promise.all(workspaces.items.map((one) => listConnections(api, one.workspaceId)));
  const listed = merge(lists);
  const ids = listed.items.map(({ connectionId }) => connectionId);
  const hasAnswered = health.facts.state !== 'unreachable' || instance.ok || workspaces.items.length > 0;
  const [jobs, alerts] = await Promise.all([
    hasAnswered ? listJobs(api, { since, connectionIds: ids, tellsVersion: instance.ok }) : NOT_ASKED,
    alertSink === undefined ? ({ kind: 'not-asked' } as const) : readAlerts(alertSink, timeoutMs, signal),
  ]);
  const known = new Set(ids);
  const kept = options.workspaceId === undefined ? jobs.items : jobs.items.filter((job) => known.has(job.connectionId));
  const completed = await completeConnections(api, listed, kept);
  return {
    url: api.shownUrl,
    at,
    clockAheadMs: hasClock ? own - at : undefined,
    since,
    version: instance.ok ? instance.value.version : undefined,
    health: health.facts,
    workspaces,
    connections: completed,
    jobs: { items: kept, gaps: jobs.gaps },
    alerts,
    hasAnswered,
    requests: api.requests() - requestsBefore,
  };
}

async function readHealth(
  api: MonitorApi,
  timeoutMs: number,
): Promise<{ readonly facts: HealthFacts; readonly date: number | undefined }> {
  const called = await api.get('/health', healthReply, { timeoutMs, isOpen: true });
  const responseMs = Math.round(called.ms);
  const { date } = called;
  if (called.ok) {
    const facts: HealthFacts = called.value.available
      ? { state: 'healthy', responseMs, detail: 'The server says that it is available.' }
      : {
          state: 'unhealthy',
          responseMs,
          detail: 'The server answers, and says that it is not available: it has no database.',
        };
    return { facts, date };
  }
  const state = called.status === undefined ? 'unreachable' : 'unhealthy';
  return { facts: { state, responseMs, detail: `${called.detail}.` }, date };
}

async function readWorkspaces(api: MonitorApi, wanted: string | undefined): Promise<Reading<WorkspaceFacts>> {
  if (wanted === undefined) {
    const { items, gaps } = await listWorkspaces(api);
    return { items: items.map(toWorkspace), gaps };
  }
  const one = await api.post('/workspaces/get', { workspaceId: wanted }, workspaceReply);
  if (one.ok) return { items: [toWorkspace(one.value)], gaps: [] };
  return { items: [], gaps: [{ sentence: `workspace ${wanted}: ${one.detail}` }] };
}

function merge<T>(readings: readonly Reading<T>[]): Reading<T> {
  return { items: readings.flatMap(({ items }) => items), gaps: readings.flatMap(({ gaps }) => gaps) };
}

/** A scheduled connection without a job in the window: when was its last one, and if never, since when is it there? Asked for those alone. */
async function completeConnections(
  api: MonitorApi,
  listed: Reading<ConnectionFacts>,
  jobs: readonly JobFacts[],
): Promise<Reading<ConnectionFacts>> {
  const withJobs = new Set(jobs.map(({ connectionId }) => connectionId));
  const isIncomplete = (one: ConnectionFacts): boolean =>
    one.status === 'active' &&
    (one.schedule.kind === 'basic' || one.schedule.kind === 'cron') &&
    one.latestJobAt === undefined &&
    !withJobs.has(one.connectionId);
  const found = new Map<string, Partial<ConnectionFacts>>();
  const unread = new Map<string, string>();
  let failures = 0;
  await forEachBounded(
    listed.items.filter(isIncomplete),
    CONNECTIONS,
    async ({ connectionId, createdAt }) => {
      const last = await readJobPage(api, { configTypes: ['sync'], configId: connectionId }, 0, 1);
      const read =
        createdAt === undefined ? await api.post('/connections/get', { connectionId }, plainConnection) : undefined;
      if (!last.ok) {
        failures += 1;
        unread.set(connectionId, last.detail);
        return;
      }
      const seconds = read?.ok === true ? (read.value.created_at ?? read.value.createdAt) : undefined;
      const [newest] = last.value.jobs;
      found.set(connectionId, {
        latestJobAt: newest === undefined ? undefined : newest.createdAt * 1000,
        ...(typeof seconds === 'number' ? { createdAt: seconds * 1000 } : {}),
      });
    },
    () => failures >= CONNECTIONS,
  );
  const items = listed.items.map((one) => {
    const more = found.get(one.connectionId);
    return more === undefined ? one : { ...one, ...more };
  });
  const [detail] = unread.values();
  if (detail === undefined) return { items, gaps: listed.gaps };
  const missing = new Set(listed.items.filter(isIncomplete).map(({ connectionId }) => connectionId));
  for (const id of found.keys()) missing.delete(id);
  const gap = { sentence: `the last job of ${missing.size} connections: ${detail}`, connectionIds: missing };
  return { items, gaps: [...listed.gaps, gap] };
}
