/** The catalogue: every scenario by the name that people type, loaded only when it is used. */
export const catalogue = {
  worker_failure: {
    title: 'A worker dies in the middle of a sync',
    variants: [],
    load: () => import('./worker-failure.ts'),
  },
  cluster_failure: {
    title: 'The whole cluster is lost with all of its data',
    variants: ['point_in_time', 'corrupt_wal', 'missing_wal'],
    load: () => import('./cluster-failure.ts'),
  },
} as const;

export type ScenarioId = keyof typeof catalogue;
