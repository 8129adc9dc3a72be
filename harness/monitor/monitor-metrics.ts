import type { MetricFamily, Sample } from './prometheus-text.ts';
import { findingKind, findingSchema, severity, type MonitorReport } from './report-schema.ts';

/** How one collection went. `partial`: something was not read; `silent`: nothing was answered; `error`: the monitor itself failed. */
export const COLLECTION_OUTCOMES = ['complete', 'partial', 'silent', 'error'] as const;
export type CollectionOutcome = (typeof COLLECTION_OUTCOMES)[number];

/** What a monitor that serves metrics knows of its own work. Times in seconds; those of the past since 1970. */
export interface CollectorState {
  readonly intervalSeconds: number;
  readonly collections: Readonly<Record<CollectionOutcome, number>>;
  /** When the newest collection that was answered ended; undefined before. */
  readonly answeredAt: number | undefined;
  readonly completeAt: number | undefined;
  readonly durationSeconds: number | undefined;
  /** Of the newest collection; undefined before the first, and when the monitor itself failed. */
  readonly report: MonitorReport | undefined;
}

export function outcomeOf({ isComplete, health, totals }: MonitorReport): CollectionOutcome {
  if (health.state === 'unreachable' && totals.workspaces === 0 && totals.jobs === 0) return 'silent';
  return isComplete ? 'complete' : 'partial';
}

const STATES = ['healthy', 'unhealthy', 'unreachable'] as const;

/** Every metric that the monitor exports. What is not known has no sample: it is not zero. */
export function monitorMetrics(state: CollectorState): MetricFamily[] {
  const { report } = state;
  return [
    gauge(
      'interval_seconds',
      'How often the monitor collects; a scrape does not make it collect.',
      state.intervalSeconds,
    ),
    {
      name: 'airbyte_monitor_collections_total',
      help: 'Collections since the monitor was started, by how they went.',
      type: 'counter',
      samples: COLLECTION_OUTCOMES.map((outcome) => ({ labels: { outcome }, value: state.collections[outcome] })),
    },
    gauge(
      'last_collection_timestamp_seconds',
      'When the newest collection that Airbyte answered ended. A monitor that is stale shows here.',
      state.answeredAt,
    ),
    gauge(
      'last_complete_collection_timestamp_seconds',
      'When the newest collection ended in which everything could be read.',
      state.completeAt,
    ),
    gauge('collection_duration_seconds', 'How long the newest collection took.', state.durationSeconds),
    ...(report === undefined ? [] : reportMetrics(report)),
  ];
}

function reportMetrics(report: MonitorReport): MetricFamily[] {
  const { health, totals } = report;
  const isSilent = outcomeOf(report) === 'silent';
  const hasConnections = totals.connections > 0 || report.isComplete;
  return [
    gauge('window_seconds', 'How far back jobs are looked at.', report.windowHours * 3600),
    family('info', 'The Airbyte that is monitored.', [
      { labels: { url: report.url, airbyte_version: report.airbyteVersion ?? '' }, value: 1 },
    ]),
    family(
      'api_state',
      'State of the API by the body of its health answer: 1 for the state that it is in.',
      STATES.map((state) => ({ labels: { state }, value: health.state === state ? 1 : 0 })),
    ),
    gauge(
      'api_health_response_seconds',
      'How long the health answer took, or was waited for.',
      health.responseMs / 1000,
    ),
    family('connections', 'Connections by status.', hasConnections ? countSamples(totals.connectionsByStatus) : []),
    family(
      'jobs',
      'Jobs created or changed in the window, or open, by status.',
      isSilent ? [] : countSamples(totals.jobsByStatus),
    ),
    family(
      'findings',
      'Findings of the newest collection. Verdict unknown: it could not be told.',
      findingSamples(report),
    ),
    family('connection_findings', 'Problems of the newest collection by connection.', connectionFindings(report)),
    family(
      'connection_last_job_timestamp_seconds',
      'When the newest job that was read of a connection was created.',
      report.connections.flatMap(({ lastJob, connectionId, name, workspaceId }) =>
        lastJob === null
          ? []
          : {
              labels: { connection_id: connectionId, connection: name, workspace_id: workspaceId },
              value: Date.parse(lastJob.createdAt) / 1000,
            },
      ),
    ),
  ];
}

/** All combinations, also those of which there is none: an alert rule then sees a zero, and not nothing. A silent Airbyte shows no zeros. */
function findingSamples(report: MonitorReport): Sample[] {
  const counts = new Map<string, number>();
  for (const { kind, severity: grave, verdict } of report.findings) {
    const key = `${kind} ${grave} ${verdict}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const isSilent = outcomeOf(report) === 'silent';
  return findingKind.options.flatMap((kind) =>
    severity.options.flatMap((grave) =>
      findingSchema.shape.verdict.options.flatMap((verdict) => {
        const value = counts.get(`${kind} ${grave} ${verdict}`) ?? 0;
        return isSilent && value === 0 ? [] : [{ labels: { kind, severity: grave, verdict }, value }];
      }),
    ),
  );
}

function connectionFindings({ findings }: MonitorReport): Sample[] {
  const counts = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const { kind, verdict, connectionId, connectionName = '', workspaceId = '' } of findings) {
    if (verdict !== 'problem' || connectionId === undefined) continue;
    const key = `${connectionId} ${kind}`;
    const labels = { connection_id: connectionId, connection: connectionName, workspace_id: workspaceId, kind };
    const known = counts.get(key);
    if (known === undefined) counts.set(key, { labels, value: 1 });
    else known.value += 1;
  }
  return [...counts.values()];
}

function countSamples(counts: Readonly<Record<string, number>>): Sample[] {
  return Object.entries(counts).map(([status, value]) => ({ labels: { status }, value }));
}

function gauge(name: string, help: string, value: number | undefined): MetricFamily {
  return family(name, help, value === undefined ? [] : [{ value }]);
}

function family(name: string, help: string, samples: readonly Sample[]): MetricFamily {
  return { name: `airbyte_monitor_${name}`, help, type: 'gauge', samples };
}
