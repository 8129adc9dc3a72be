/** The catalogue: every scenario by the name that people type, loaded only when it is used. */
export const catalogue = {
  worker_failure: {
    title: 'A worker dies in the middle of a sync',
    variants: [],
    load: () => import('./worker-failure.ts'),
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
} as const;

export type ScenarioId = keyof typeof catalogue;
