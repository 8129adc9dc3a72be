/** The catalogue: every scenario by the name that people type, loaded only when it is used. */
export const catalogue = {
  worker_failure: {
    title: 'A worker dies in the middle of a sync',
    variants: ['deleted', 'evicted', 'real_connector'],
    load: () => import('./worker-failure.ts'),
  },
  scheduler_failure: {
    title: 'The leading scheduler dies while schedules are due',
    variants: ['terminate', 'all', 'hang'],
    load: () => import('./scheduler-failure.ts'),
  },
  temporal_and_worker_failure: {
    title: 'Temporal and the worker that runs the sync die together',
    variants: [],
    load: () => import('./temporal-and-worker-failure.ts'),
  },
  database_failure: {
    title: 'The primary of the database dies',
    variants: ['postgres_only', 'hang', 'switchover', 'asynchronous', 'double_fault', 'timings'],
    load: () => import('./database-failure.ts'),
  },
  server_failure: {
    title: 'An API server dies while a sync runs',
    variants: ['all', 'deploy', 'grey'],
    load: () => import('./server-failure.ts'),
  },
  webapp_failure: {
    title: 'The web page loses an instance while a sync runs',
    variants: ['all'],
    load: () => import('./webapp-failure.ts'),
  },
  temporal_failure: {
    title: 'Temporal dies while a sync runs',
    variants: ['all'],
    load: () => import('./temporal-failure.ts'),
  },
  object_store_failure: {
    title: 'The object store is away when a sync ends',
    variants: [],
    load: () => import('./object-store-failure.ts'),
  },
  alerting_failure: {
    title: 'The receiver of alerts is away when a sync fails for good',
    variants: [],
    load: () => import('./alerting-failure.ts'),
  },
  retry_exhaustion: {
    title: 'The source fails for longer than the retry policy allows',
    variants: ['airbyte', 'config_error', 'partial_failure', 'real_connector'],
    load: () => import('./retry-exhaustion.ts'),
  },
  object_store_and_database_failure: {
    title: 'The object store goes away while the database fails over',
    variants: [],
    load: () => import('./object-store-and-database-failure.ts'),
  },
  cluster_failure: {
    title: 'The whole cluster is lost with all of its data',
    variants: ['temporal_store_lost', 'point_in_time', 'corrupt_wal', 'missing_wal'],
    load: () => import('./cluster-failure.ts'),
  },
  node_failure: {
    title: 'The machine on which a sync runs loses power',
    variants: [],
    load: () => import('./node-failure.ts'),
  },
  control_plane_failure: {
    title: 'The control plane of the platform loses power',
    variants: [],
    load: () => import('./control-plane-failure.ts'),
  },
  zone_failure: {
    title: 'All machines of a zone lose power',
    variants: ['most_of_the_database'],
    load: () => import('./zone-failure.ts'),
  },
  network_partition: {
    title: 'The worker that runs a sync is cut off from the network, and comes back',
    variants: ['machine', 'expiry'],
    load: () => import('./network-partition.ts'),
  },
  clock_skew: {
    title: 'The clock of an API server is wrong for a while',
    variants: [],
    load: () => import('./clock-skew.ts'),
  },
  autoscaling: {
    title: 'Many syncs are asked for at once',
    variants: [],
    load: () => import('./autoscaling.ts'),
  },
  drain: {
    title: 'The machine on which a sync runs is emptied for maintenance',
    variants: [],
    load: () => import('./drain.ts'),
  },
} as const;

export type ScenarioId = keyof typeof catalogue;
