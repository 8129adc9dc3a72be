import {
  seen,
  type AutoscalerSeen,
  type BudgetSeen,
  type ComponentSeen,
  type DrillSeen,
  type Observations,
} from '../../../core/audit-observations.ts';

export const AT = '2026-11-28T10:00:00.000Z';

/** A moment before the audit. */
export function ago(hours: number): string {
  return new Date(Date.parse(AT) - hours * 3_600_000).toISOString();
}

export const budget: BudgetSeen = {
  name: 'keeps-one',
  allows: 'minAvailable 1',
  isCurrent: true,
  expectedPods: 2,
  desiredHealthy: 1,
  currentHealthy: 2,
  disruptionsAllowed: 1,
};

export function component(name: string, changes: Partial<ComponentSeen> = {}): ComponentSeen {
  return {
    component: name,
    workload: `Deployment/airbyte-${name}`,
    wanted: 2,
    ready: 2,
    nodes: ['node-1', 'node-2'],
    budgets: seen([budget]),
    image: `airbyte/${name}:2.2.0`,
    probes: ['liveness', 'readiness'],
    ...changes,
  };
}

export const autoscaler: AutoscalerSeen = {
  name: 'workers',
  target: 'Deployment/airbyte-worker',
  doesTargetExist: true,
  component: 'worker',
  min: 2,
  max: 10,
  conditions: [
    { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: '' },
    { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: '' },
  ],
  metricsWanted: 1,
  metricsMeasured: 1,
};

export const drill: DrillSeen = {
  runId: '2026-11-01T00-00-00Z-cluster_failure-0001',
  scenario: 'cluster_failure',
  at: ago(24 * 20),
  verdict: 'pass',
  platform: 'cluster',
  headline: 'recovered after 12 min.',
};

/** A system that every point is met on, with what a test changes. */
export function readySystem(changes: Partial<Observations> = {}): Observations {
  return {
    at: AT,
    platform: 'cluster',
    topology: seen({
      members: [
        { name: 'db-0', role: 'primary', state: 'running' },
        { name: 'db-1', role: 'replica', state: 'streaming', isSynchronous: true },
      ],
      leader: 'db-0',
      isRedundant: true,
    }),
    replication: seen({
      isStandby: false,
      synchronousCommit: 'on',
      standbys: [{ name: 'db-1', state: 'streaming', syncState: 'sync', lagBytes: 0 }],
    }),
    baseBackups: seen([{ backupId: '20261128T020000', status: 'DONE', endedAt: ago(8), bytes: 5e6, lacks: undefined }]),
    archive: seen({
      mode: 'on',
      timeoutSeconds: 60,
      claimed: '000000010000000000000009',
      isFailing: false,
      stored: { segment: '000000010000000000000009', at: ago(0.01), problem: undefined },
      claimedBeyondStored: false,
      segmentsBehind: 0,
      isMoving: false,
      openBytes: 100,
      missing: [],
    }),
    exports: seen([{ exportId: '20261125T000000Z.json', at: ago(72), bytes: 1000, problem: undefined }]),
    drills: seen([drill]),
    autoscalers: seen([autoscaler]),
    components: seen(['server', 'worker', 'temporal'].map((name) => component(name))),
    notifications: seen([{ workspace: 'Default', failuresGoTo: 'hooks.example' }]),
    testAlert: seen({ how: 'A test', outcome: 'arrived', waitedMs: 800, detail: 'sent.' }),
    runbooks: seen([{ file: 'recovery.md', changedAt: ago(24 * 30), changedBy: 'commit', words: 400 }]),
    airbyte: seen({
      version: '2.2.0',
      hungJobs: { is: 'on', because: 'it is always on' },
      external: [{ what: 'object-store', where: 'S3' }],
    }),
    ...changes,
  };
}
