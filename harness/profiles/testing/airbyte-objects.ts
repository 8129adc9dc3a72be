import type { Component } from '../component.ts';
import { collectObjects, type Kind, type NamespaceObjects } from '../objects/namespace-objects.ts';

/** An object as the API server gives it. */
export interface RawObject {
  readonly kind: Kind;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly [field: string]: unknown;
}

/** How one workload is built; every trait can be taken away or changed on its own. */
export interface RawWorkload {
  readonly name: string;
  readonly kind?: 'Deployment' | 'StatefulSet';
  readonly podLabels: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly container: string;
  readonly image: string;
  readonly ports?: readonly number[];
  readonly env?: readonly object[];
  readonly envFrom?: readonly object[];
  readonly replicas?: number;
  readonly ready?: number;
  readonly spec?: object;
  readonly containerMore?: object;
}

export function rawWorkload(raw: RawWorkload): RawObject {
  const { name, kind = 'Deployment', podLabels, container, image, ports = [], env = [], envFrom = [] } = raw;
  const { labels = podLabels, replicas = 1, ready = replicas, spec = {}, containerMore = {} } = raw;
  const containers = [
    {
      name: container,
      image,
      ports: ports.map((containerPort) => ({ containerPort })),
      env,
      envFrom,
      ...containerMore,
    },
  ];
  return {
    kind,
    metadata: { name, labels },
    spec: {
      replicas,
      selector: { matchLabels: podLabels },
      template: { metadata: { labels: podLabels }, spec: { containers } },
      ...spec,
    },
    status: { readyReplicas: ready },
  };
}

/** Where each generation puts the differences (facts: airbyte.md, section 1.2). */
export interface AirbyteOptions {
  readonly generation?: 'legacy' | 'v1' | 'v2';
  readonly release?: string;
  readonly version?: string;
  readonly chart?: string;
  /** Of the shared ConfigMap, over what the chart puts there. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly without?: readonly Component[];
  /** Changes a workload before it is built. */
  readonly change?: (component: Component, raw: RawWorkload) => RawWorkload;
}

interface Part {
  readonly component: Component;
  readonly container: string;
  readonly image: string;
  readonly ports?: readonly number[];
  readonly service?: readonly [name: string, port: number];
  readonly since?: 'v1';
}

const PARTS: readonly Part[] = [
  {
    component: 'server',
    container: 'airbyte-server-container',
    image: 'airbyte/server',
    ports: [8001],
    service: ['airbyte-server-svc', 8001],
  },
  { component: 'worker', container: 'airbyte-worker-container', image: 'airbyte/worker', ports: [9000, 9001] },
  { component: 'cron', container: 'airbyte-cron', image: 'airbyte/cron' },
  {
    component: 'temporal',
    container: 'airbyte-temporal',
    image: 'temporalio/auto-setup',
    ports: [7233],
    service: ['temporal', 7233],
  },
  {
    component: 'workload-launcher',
    container: 'airbyte-workload-launcher-container',
    image: 'airbyte/workload-launcher',
    ports: [8016],
    since: 'v1',
  },
  {
    component: 'workload-api-server',
    container: 'airbyte-workload-api-server-container',
    image: 'airbyte/workload-api-server',
    ports: [8007],
    service: ['workload-api-server-svc', 8007],
    since: 'v1',
  },
];
const DEFAULTS = {
  legacy: { version: '0.50.56', chart: '0.54.69' },
  v1: { version: '1.8.5', chart: '1.8.5' },
  v2: { version: '2.2.0', chart: '2.2.0' },
} as const;

/** Raw objects of an Airbyte with bundled database and object store. */
export function airbyteObjects(options: AirbyteOptions = {}): readonly RawObject[] {
  const { generation = 'v1', release = 'airbyte', without = [], change = (_, raw) => raw } = options;
  const { version = DEFAULTS[generation].version, chart = DEFAULTS[generation].chart } = options;
  const configMap = `${release}-airbyte-env`;
  const envFrom = [{ configMapRef: { name: configMap } }];
  const instance = { 'app.kubernetes.io/instance': release };
  const labelsOf = (name: string): Record<string, string> => ({
    ...(generation === 'v2' ? { airbyte: name } : {}),
    'app.kubernetes.io/name': name,
    ...instance,
  });
  const chartLabels = (name: string): Record<string, string> => ({
    'helm.sh/chart': `${generation === 'v2' ? 'airbyte' : name}-${chart}`,
    'app.kubernetes.io/version': version,
  });
  const parts = PARTS.filter(
    ({ component, since }) => !without.includes(component) && (since === undefined || generation !== 'legacy'),
  );
  const workloads = parts.map(({ component, container, image, ports = [] }) => {
    const podLabels = labelsOf(component);
    const tag = component === 'temporal' ? '1.27.2' : version;
    const raw = {
      name: `${release}-${component}`,
      podLabels,
      labels: { ...podLabels, ...chartLabels(component) },
      container,
      image: `${image}:${tag}`,
      ports,
      envFrom,
    };
    return rawWorkload(change(component, raw));
  });
  const services = parts.flatMap(({ component, service }) =>
    service === undefined ? [] : [rawService(`${release}-${service[0]}`, service[1], labelsOf(component))],
  );
  const data = (['database', 'object-store'] as const)
    .filter((component) => !without.includes(component))
    .flatMap((component) => {
      const [short, image, port] =
        component === 'database'
          ? (['db', `airbyte/db:${version}`, 5432] as const)
          : (['minio', 'minio/minio:2023', 9000] as const);
      const podLabels = { 'app.kubernetes.io/name': `${release}-${short}`, ...instance };
      const container = component === 'database' ? 'airbyte-db-container' : 'airbyte-minio';
      const raw: RawWorkload = {
        name: `airbyte-${short}`,
        kind: 'StatefulSet',
        podLabels,
        labels: { ...podLabels, ...chartLabels('airbyte') },
        container,
        image,
        ports: [port],
      };
      return [rawWorkload(change(component, raw)), rawService(`airbyte-${short}-svc`, port, podLabels)];
    });
  const values = {
    DATABASE_HOST: 'airbyte-db-svc',
    DATABASE_URL: 'jdbc:postgresql://airbyte-db-svc:5432/db-airbyte',
    TEMPORAL_HOST: `${release}-temporal:7233`,
    MINIO_ENDPOINT: 'http://airbyte-minio-svc:9000',
    STORAGE_TYPE: 'minio',
    ACTIVITY_MAX_ATTEMPT: '',
    WORKFLOW_FAILURE_RESTART_DELAY_SECONDS: '',
    ...options.settings,
  };
  return [...workloads, ...services, ...data, { kind: 'ConfigMap', metadata: { name: configMap }, data: values }];
}

export function rawService(name: string, port: number, selector: Readonly<Record<string, string>>): RawObject {
  return { kind: 'Service', metadata: { name }, spec: { selector, ports: [{ port, targetPort: port }] } };
}

export function rawPod(
  name: string,
  labels: Readonly<Record<string, string>>,
  more: { readonly phase?: string; readonly metadata?: object; readonly spec?: object } = {},
): RawObject {
  const { phase = 'Running', metadata = {}, spec = {} } = more;
  return {
    kind: 'Pod',
    metadata: { name, labels, ...metadata },
    spec: { containers: [{ name: 'main', image: 'busybox' }], restartPolicy: 'Never', ...spec },
    status: { phase },
  };
}

/** What is kept of these. */
export function collect(raw: readonly RawObject[], namespace = 'airbyte'): NamespaceObjects {
  const collector = collectObjects(namespace);
  for (const object of raw) collector.add(object.kind, object);
  return collector.collected();
}

const API_VERSIONS: Readonly<Record<Kind, string>> = {
  Deployment: 'apps/v1',
  StatefulSet: 'apps/v1',
  Job: 'batch/v1',
  Pod: 'v1',
  Service: 'v1',
  ConfigMap: 'v1',
  HorizontalPodAutoscaler: 'autoscaling/v2',
  PodDisruptionBudget: 'policy/v1',
};

/** The same for an API server, as one List. */
export function manifestOf(raw: readonly RawObject[]): string {
  // Who applies an object says nothing of its status.
  const items = raw.map((object) => ({ apiVersion: API_VERSIONS[object.kind], ...object, status: undefined }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}
