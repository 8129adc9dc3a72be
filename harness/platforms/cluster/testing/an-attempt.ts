import { clusterConfigSchema, type ClusterConfig } from '../cluster-config.ts';
import { RELEASE_LABEL, type Attempt, type Victim } from '../policy.ts';

const KUBE_SYSTEM = '0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11';

/** A configuration that allows `worker_failure` and `database_failure` on one of two workers and of two databases. */
export const CONFIG: ClusterConfig = clusterConfigSchema.parse({
  version: 1,
  cluster: { context: 'staging', server: 'https://127.0.0.1:6443', kubeSystemUid: KUBE_SYSTEM },
  namespace: 'airbyte',
  release: 'airbyte',
  profile: 'airbyte-v2',
  allow: { scenarios: ['worker_failure', 'database_failure', 'cluster_failure'], components: ['worker', 'database'] },
  freezes: [
    { reason: 'end of year', from: '2026-12-20T00:00:00Z', until: '2027-01-04T00:00:00Z' },
    { reason: 'weekend', days: ['saturday', 'sunday'], timeZone: 'Europe/Berlin' },
    { reason: 'night', days: ['monday'], between: ['22:00', '06:00'], timeZone: 'UTC' },
  ],
});

/** The same with load from two runners. */
export const WITH_LOAD: ClusterConfig = {
  ...CONFIG,
  load: { ratePerSecond: 20, runners: 2, url: 'http://server:8001' },
};

/** A Wednesday at noon, in no freeze of {@link CONFIG}. */
export const NOON_MS = Date.parse('2026-11-25T12:00:00Z');

export function aVictim(more: Partial<Victim> = {}): Victim {
  return {
    namespace: 'airbyte',
    name: 'airbyte-worker-1',
    uid: 'worker-1',
    component: 'worker',
    labels: [{ [RELEASE_LABEL]: 'airbyte' }, { [RELEASE_LABEL]: 'airbyte' }],
    ...more,
  };
}

/** An attempt that {@link CONFIG} allows. */
export function anAttempt(more: Partial<Attempt> = {}): Attempt {
  return {
    scenario: 'worker_failure',
    reach: 'component',
    cluster: { context: 'staging', server: 'https://127.0.0.1:6443', kubeSystemUid: KUBE_SYSTEM },
    namespace: { name: 'airbyte', labels: {} },
    victims: [aVictim()],
    replicas: new Map([
      ['worker', 2],
      ['database', 2],
    ]),
    away: new Map(),
    atMs: NOON_MS,
    ...more,
  };
}
