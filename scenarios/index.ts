/** The catalogue: every scenario by the name that people type, loaded only when it is used. */
export const catalogue = {
  worker_failure: {
    title: 'A worker dies in the middle of a sync',
    variants: ['real_connector'],
    load: () => import('./worker-failure.ts'),
  },
  retry_exhaustion: {
    title: 'The source fails for longer than the retry policy allows',
    variants: ['airbyte', 'config_error', 'partial_failure', 'real_connector'],
    load: () => import('./retry-exhaustion.ts'),
  },
} as const;

export type ScenarioId = keyof typeof catalogue;
