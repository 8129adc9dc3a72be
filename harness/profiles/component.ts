/** What the harness calls the parts of a system, whatever a chart calls them. */
export const COMPONENTS = [
  'server',
  'webapp',
  'worker',
  'workload-launcher',
  'workload-api-server',
  'cron',
  'scheduler',
  'temporal',
  'temporal-ui',
  'api-server',
  'connector-builder-server',
  'manifest-server',
  'connector-rollout-worker',
  'featureflag-server',
  'keycloak',
  'keycloak-setup',
  'metrics',
  'stigg-sidecar',
  'pod-sweeper',
  'bootloader',
  'database',
  'object-store',
  'object-store-setup',
  'backup',
] as const;
export type Component = (typeof COMPONENTS)[number];

/** `reference` is the harness's own stack; the others are the three generations of Airbyte's charts (facts: airbyte.md, section 1.1). */
export type Generation = 'reference' | 'airbyte-legacy' | 'airbyte-v1' | 'airbyte-v2';
