import type { Component } from '../component.ts';

/** What a component looks like in the charts (facts: airbyte.md, section 1.2). No single trait of these is enough to be taken for it. */
export interface Signature {
  readonly component: Component;
  /** Values of name labels and names of sub-charts and containers, without `airbyte-` and `-container`. */
  readonly names: readonly string[];
  /** Of images that Airbyte publishes: what stands behind `airbyte/`. */
  readonly airbyteImages?: readonly string[];
  /** Of images of others, with what they are published under. */
  readonly otherImages?: RegExp;
  /** Ports of the container of which each other component has none, or few. */
  readonly ports?: readonly number[];
  /** Variables of Airbyte's own components that hold its address. */
  readonly addressedBy?: readonly string[];
  /** Made by whom: others can be there for something else than Airbyte. */
  readonly isThirdParty?: true;
}

export const SIGNATURES: readonly Signature[] = [
  { component: 'server', names: ['server'], airbyteImages: ['server'], ports: [8001] },
  { component: 'webapp', names: ['webapp'], airbyteImages: ['webapp'] },
  { component: 'worker', names: ['worker'], airbyteImages: ['worker'], ports: [9000] },
  {
    component: 'workload-launcher',
    names: ['workload-launcher'],
    airbyteImages: ['workload-launcher'],
    ports: [8016],
  },
  {
    component: 'workload-api-server',
    names: ['workload-api-server', 'workload-api'],
    airbyteImages: ['workload-api-server'],
    ports: [8007],
    addressedBy: ['WORKLOAD_API_HOST'],
  },
  { component: 'cron', names: ['cron'], airbyteImages: ['cron'] },
  { component: 'scheduler', names: ['scheduler'], airbyteImages: ['scheduler'] },
  {
    component: 'api-server',
    names: ['api-server'],
    airbyteImages: ['airbyte-api-server', 'api-server'],
    ports: [8006],
  },
  {
    component: 'connector-builder-server',
    names: ['connector-builder-server'],
    airbyteImages: ['connector-builder-server', 'connector-atelier-server'],
  },
  { component: 'manifest-server', names: ['manifest-server'], airbyteImages: ['manifest-server'] },
  {
    component: 'connector-rollout-worker',
    names: ['connector-rollout-worker'],
    airbyteImages: ['connector-rollout-worker'],
    ports: [8016],
  },
  {
    component: 'featureflag-server',
    names: ['featureflag-server'],
    airbyteImages: ['featureflag-server'],
    ports: [8007],
  },
  { component: 'keycloak-setup', names: ['keycloak-setup'], airbyteImages: ['keycloak-setup'] },
  { component: 'keycloak', names: ['keycloak'], airbyteImages: ['keycloak'], ports: [8180] },
  { component: 'metrics', names: ['metrics'], airbyteImages: ['metrics-reporter'] },
  {
    component: 'stigg-sidecar',
    names: ['stigg-sidecar'],
    otherImages: /(^|\/)stigg\/sidecar$/,
    ports: [8800],
    isThirdParty: true,
  },
  {
    component: 'pod-sweeper',
    names: ['pod-sweeper'],
    airbyteImages: ['pod-sweeper'],
    otherImages: /(^|\/)kubectl$/,
    isThirdParty: true,
  },
  { component: 'bootloader', names: ['bootloader'], airbyteImages: ['bootloader'] },
  {
    component: 'temporal',
    names: ['temporal'],
    airbyteImages: ['temporal-auto-setup', 'temporal'],
    otherImages: /(^|\/)temporalio\/(auto-setup|server)$/,
    ports: [7233],
    addressedBy: ['TEMPORAL_HOST'],
    isThirdParty: true,
  },
  {
    component: 'temporal-ui',
    names: ['temporal-ui', 'temporal-web'],
    otherImages: /(^|\/)temporalio\/(ui|web)$/,
    isThirdParty: true,
  },
  {
    component: 'database',
    names: ['db', 'postgresql', 'postgres', 'database'],
    airbyteImages: ['db'],
    otherImages: /(^|\/)(postgres|postgresql|postgresql-repmgr|spilo[\w.-]*)$/,
    ports: [5432],
    addressedBy: ['DATABASE_HOST', 'DATABASE_URL'],
    isThirdParty: true,
  },
  {
    component: 'object-store',
    names: ['minio'],
    airbyteImages: ['minio'],
    otherImages: /(^|\/)minio$/,
    ports: [9000],
    addressedBy: ['MINIO_ENDPOINT', 'S3_MINIO_ENDPOINT', 'STATE_STORAGE_MINIO_ENDPOINT'],
    isThirdParty: true,
  },
  {
    component: 'object-store-setup',
    names: ['minio-create-bucket', 'minio-mc'],
    airbyteImages: ['mc'],
    otherImages: /(^|\/)minio\/(mc|minio)$|(^|\/)mc$/,
    isThirdParty: true,
  },
];

/** Labels of the harness's own stack, and what they call its parts. */
export const REFERENCE_LABEL = 'airbyte-chaos/component';
export const REFERENCE_NAMES: Readonly<Record<string, Component>> = {
  server: 'server',
  webapp: 'webapp',
  worker: 'worker',
  scheduler: 'scheduler',
  temporal: 'temporal',
  patroni: 'database',
  backup: 'backup',
};
