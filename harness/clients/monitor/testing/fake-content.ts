/** Connections and jobs as the three generations show them. */
import type { FakeConnection, FakeJob } from './fake-airbyte.ts';

export const WORKSPACE = {
  workspaceId: 'w1',
  name: 'Main',
  notificationSettings: {
    sendOnFailure: {
      notificationType: ['slack'],
      slackConfiguration: { webhook: 'http://hooks.invalid/webhook-canary' },
    },
  },
};

export interface ConnectionShape {
  readonly status?: string;
  readonly scheduleType?: string;
  readonly scheduleData?: unknown;
  readonly latestSyncJobCreatedAt?: number;
  readonly createdAt?: number;
}

export function fakeConnection(id: string, shape: ConnectionShape = {}): FakeConnection {
  const {
    status = 'active',
    scheduleType = 'basic',
    scheduleData = { basicSchedule: { timeUnit: 'hours', units: 1 } },
    latestSyncJobCreatedAt,
    createdAt,
  } = shape;
  const common = { connectionId: id, name: `Connection ${id}`, status, scheduleType, scheduleData };
  return {
    connectionId: id,
    web: {
      ...common,
      source: { sourceId: 's1', name: 'Shop', sourceName: 'Postgres' },
      destination: { destinationId: 'd1', name: 'Warehouse', destinationName: 'BigQuery' },
      isSyncing: false,
      ...(latestSyncJobCreatedAt === undefined ? {} : { latestSyncJobCreatedAt }),
    },
    plain: {
      ...common,
      sourceId: 's1',
      destinationId: 'd1',
      syncCatalog: { streams: [] },
      ...(createdAt === undefined ? {} : { created_at: createdAt }),
    },
  };
}

export interface JobShape {
  readonly connectionId?: string;
  readonly type?: string;
  readonly status?: string;
  readonly createdAt: number;
  readonly updatedAt?: number;
  /** Wrapped as `/jobs/get` does, which some versions do in lists too. */
  readonly isWrapped?: boolean;
  /** All but the last have failed. */
  readonly attempts?: number;
}

export function fakeJob(id: number, shape: JobShape): FakeJob {
  const { connectionId = 'c1', type = 'sync', status = 'succeeded', createdAt, updatedAt = createdAt + 60 } = shape;
  const failures = [{ failureOrigin: 'source', failureType: 'system_error', externalMessage: 'the source went away' }];
  const isOver = ['succeeded', 'failed', 'cancelled'].includes(status);
  const attempt = {
    id: 0,
    status: status === 'succeeded' ? 'succeeded' : status === 'failed' ? 'failed' : 'running',
    createdAt,
    updatedAt,
    ...(isOver ? { endedAt: updatedAt } : {}),
    bytesSynced: 4096,
    recordsSynced: 100,
    totalStats: { recordsEmitted: 100, bytesEmitted: 4096, recordsCommitted: 100, recordsRejected: 0 },
    streamStats: [{ streamName: 'orders', stats: { recordsEmitted: 100, bytesEmitted: 4096, recordsCommitted: 100 } }],
    ...(status === 'failed' ? { failureSummary: { failures } } : {}),
  };
  const job = {
    id,
    configType: type,
    configId: connectionId,
    enabledStreams: [{ name: 'orders' }],
    createdAt,
    startedAt: createdAt,
    updatedAt,
    status,
    aggregatedStats: { recordsEmitted: 100, bytesEmitted: 4096, recordsCommitted: 100, bytesCommitted: 4096 },
    streamAggregatedStats: [{ streamName: 'orders', recordsEmitted: 100, recordsCommitted: 100 }],
  };
  const { attempts: count = 1 } = shape;
  const earlier = { ...attempt, status: 'failed', endedAt: updatedAt, failureSummary: { failures } };
  const all = Array.from({ length: count }, (_, nth) => ({ ...(nth === count - 1 ? attempt : earlier), id: nth }));
  const attempts = all.map((one) => (shape.isWrapped === true ? { attempt: one, logType: 'formatted' } : one));
  return { id, connectionId, type, status, createdAt, updatedAt, json: JSON.stringify({ job, attempts }) };
}
