import { describe, expect, test } from 'vitest';
import type { Component } from './component.ts';
import type { DiscoveredSystem } from './discovered-system.ts';
import { mapSystem } from './map-system.ts';
import {
  airbyteObjects,
  collect,
  rawPod,
  rawService,
  rawWorkload,
  type AirbyteOptions,
} from './testing/airbyte-objects.ts';

/*
 * How it could lie: take for a component what only looks like one; miss one whose names, labels or images are not the usual ones; choose one of two
 * releases by itself; tell defaults where a value is set out of sight; say that something is absent that it may not read; let secrets through.
 */

const map = (options?: AirbyteOptions): DiscoveredSystem => mapSystem(collect(airbyteObjects(options)));
const componentsOf = ({ components }: DiscoveredSystem): readonly Component[] =>
  components.map(({ component }) => component);

const LEGACY = ['cron', 'database', 'object-store', 'server', 'temporal', 'worker'];
const MODERN = [...LEGACY, 'workload-api-server', 'workload-launcher'];

describe('each generation is told, with the reasons', () => {
  test.each([
    ['legacy', 'airbyte-legacy', LEGACY],
    ['v1', 'airbyte-v1', MODERN],
    ['v2', 'airbyte-v2', MODERN],
  ] as const)('%s', (generation, is, components) => {
    const system = map({ generation });
    expect(system.generation.is).toBe(is);
    expect(system.generation.because.join()).toContain(`chart ${system.chartVersion}`);
    expect(componentsOf(system)).toEqual(components);
    expect([system.unmapped, system.foreign, system.external]).toEqual([[], [], []]);
  });

  test('without labels of the chart, by label and by the version of the images', () => {
    const bare: AirbyteOptions = { change: (_, raw) => ({ ...raw, labels: raw.podLabels }) };
    expect(map({ ...bare, generation: 'v2', version: '1.6.0' }).generation.is).toBe('airbyte-v2');
    expect(map({ ...bare, generation: 'v1', version: '1.6.0' }).generation.is).toBe('airbyte-v1');
    expect(map({ ...bare, generation: 'legacy', version: '0.50.56' }).generation.is).toBe('airbyte-legacy');
    expect(map({ ...bare, generation: 'v1', version: 'latest' }).generation.is).toBe('unknown');
  });

  test('the first V2 chart came with Airbyte 1.6', () => {
    expect(map({ generation: 'v2', chart: '2.0.0', version: '1.6.0' })).toMatchObject({
      generation: { is: 'airbyte-v2' },
      appVersion: '1.6.0',
    });
  });

  test('a development build, whose chart and images tell nothing', () => {
    expect(map({ generation: 'v2', chart: '0.2.0-dev-04e1', version: '0.2.0-dev-04e1' })).toMatchObject({
      generation: { is: 'airbyte-v2' },
      retry: { policy: undefined },
      monitor: { is: 'unknown' },
    });
  });

  test('what runs is what the images say, not what the chart was made for', () => {
    const newer = map({
      generation: 'v1',
      change: (_, raw) => ({ ...raw, image: raw.image.replace('1.8.5', '1.8.9') }),
    });
    expect(newer.appVersion).toBe('1.8.9');
    expect(newer.generation.because.join()).toContain('images are 1.8.9, labels say 1.8.5');
  });

  test('the harness’s own stack', () => {
    const own = ['server', 'worker', 'scheduler', 'webapp', 'temporal'].map((name) =>
      rawWorkload({
        name,
        podLabels: { 'airbyte-chaos/component': name },
        labels: {},
        container: name,
        image: `airbyte-chaos/${name === 'temporal' ? name : 'reference'}:abc`,
      }),
    );
    const system = mapSystem(collect(own));
    expect(system.generation.is).toBe('reference');
    expect(componentsOf(system)).toEqual(['scheduler', 'server', 'temporal', 'webapp', 'worker']);
  });
});

describe('names decide nothing', () => {
  test('another release, and objects with names of nobody’s', () => {
    let nth = 0;
    const system = map({ release: 'prod-eu', change: (_, raw) => ({ ...raw, name: `x${(nth += 1)}` }) });
    expect(componentsOf(system)).toEqual(MODERN);
    expect(system.release).toBe('prod-eu');
  });

  test.each([
    ['nameOverride', { label: 'engine' }],
    ['images on a mirror', { image: 'registry.corp:5000/mirror/' }],
    ['images with one name and a digest', { digest: '@sha256:0123' }],
    ['one container beside it', { sidecar: true }],
  ])('%s', (_, how) => {
    const system = map({
      generation: 'v1',
      change: (component, raw) => ({
        ...raw,
        podLabels: 'label' in how ? { ...raw.podLabels, 'app.kubernetes.io/name': how.label } : raw.podLabels,
        image: 'image' in how ? how.image + raw.image : 'digest' in how ? raw.image + how.digest : raw.image,
        ...('sidecar' in how
          ? {
              spec: {
                template: {
                  metadata: { labels: raw.podLabels },
                  spec: {
                    containers: [
                      { name: 'cloud-sql-proxy', image: 'gcr.io/cloud-sql-proxy:2', ports: [{ containerPort: 5432 }] },
                      {
                        name: raw.container,
                        image: raw.image,
                        ports: (raw.ports ?? []).map((containerPort) => ({ containerPort })),
                        envFrom: raw.envFrom,
                      },
                    ],
                  },
                },
              },
            }
          : {}),
        name: `x-${component}`,
      }),
    });
    expect(componentsOf(system)).toEqual(MODERN);
    expect(system.unmapped).toEqual([]);
  });

  test('a wrong image is outweighed, and said: the server of chart 0.40.6 has that of the worker', () => {
    const system = map({
      generation: 'legacy',
      change: (component, raw) => (component === 'server' ? { ...raw, image: 'airbyte/worker:0.40.6' } : raw),
    });
    const server = system.components.find(({ component }) => component === 'server');
    expect(server?.workload.name).toBe('airbyte-server');
    expect(server?.despite).toEqual(['image airbyte/worker']);
  });

  test('a hook without any label is known by the settings that it shares', () => {
    const pod = rawPod(
      'create-bucket',
      {},
      {
        spec: {
          containers: [
            {
              name: 'minio-mc',
              image: 'minio/mc',
              env: [
                {
                  name: 'MINIO_ENDPOINT',
                  valueFrom: { configMapKeyRef: { name: 'airbyte-airbyte-env', key: 'MINIO_ENDPOINT' } },
                },
              ],
            },
          ],
        },
      },
    );
    const system = mapSystem(collect([...airbyteObjects(), pod]));
    expect(system.components.find(({ component }) => component === 'object-store-setup')?.isOneOff).toBe(true);
  });

  test('or by the address that it is given', () => {
    const env = [{ name: 'MINIO_ENDPOINT', value: 'http://airbyte-minio-svc:9000' }];
    const setup = rawPod('create-bucket', {}, { spec: { containers: [{ name: 'minio-mc', image: 'minio/mc', env }] } });
    const app = rawPod('app', {}, { spec: { containers: [{ name: 'app', image: 'corp/app', env }] } });
    const system = mapSystem(collect([...airbyteObjects(), setup, app]));
    expect(componentsOf(system)).toContain('object-store-setup');
    expect([system.foreign, system.unmapped]).toEqual([['Pod/app'], []]);
  });

  test('pods of an owner that is not read stand for it', () => {
    const labels = { 'app.kubernetes.io/name': 'server', 'app.kubernetes.io/instance': 'airbyte' };
    const owner = { ownerReferences: [{ kind: 'ReplicaSet', name: 'rollout-1', controller: true }] };
    const spec = {
      restartPolicy: 'Always',
      containers: [{ name: 'airbyte-server-container', image: 'airbyte/server:1.8.5' }],
    };
    const pods = ['a', 'b'].map((name) => rawPod(name, labels, { metadata: owner, spec }));
    const system = mapSystem(collect([...airbyteObjects({ without: ['server'] }), ...pods]));
    expect(system.components.find(({ component }) => component === 'server')).toMatchObject({
      workload: { kind: 'ReplicaSet', name: 'rollout-1' },
      isOneOff: false,
      pods: { Running: 2 },
    });
  });
});

describe('nothing else is mapped', () => {
  const instance = { 'app.kubernetes.io/instance': 'airbyte' };
  const named = (name: string): Record<string, string> => ({ 'app.kubernetes.io/name': name });

  test.each([
    [
      'an app of another release with the same labels',
      { ...named('server'), 'app.kubernetes.io/instance': 'shop' },
      'server',
      'shop/server:1',
      8001,
    ],
    ['one with a name like Airbyte’s and no labels', {}, 'airbyte-server-exporter', 'prom/exporter:1', 9100],
    [
      'an ingress',
      { ...named('ingress-nginx'), 'app.kubernetes.io/instance': 'ingress' },
      'controller',
      'nginx/ingress:1',
      80,
    ],
    [
      'a PostgreSQL of another release',
      { ...named('postgresql'), 'app.kubernetes.io/instance': 'pg' },
      'postgresql',
      'bitnami/postgresql:16',
      5432,
    ],
    [
      'a Temporal of another release',
      { ...named('temporal'), 'app.kubernetes.io/instance': 'tt' },
      'temporal',
      'temporalio/server:1.27',
      7233,
    ],
  ])('%s is foreign', (_, podLabels, container, image, port) => {
    const other = rawWorkload({ name: 'airbyte-server-2', podLabels, container, image, ports: [port] });
    const system = mapSystem(collect([...airbyteObjects(), other]));
    expect(componentsOf(system)).toEqual(MODERN);
    expect(system.foreign.join()).toContain('Deployment/airbyte-server-2');
    expect(system.unmapped).toEqual([]);
  });

  test.each([
    ['a server of somebody else', named('server'), 'app', 'corp/thing:1', 8001, /nothing says that it is Airbyte’s/],
    [
      'a database of somebody else',
      named('postgresql'),
      'postgresql',
      'bitnami/postgresql:16',
      5432,
      /nothing says that it is Airbyte’s/,
    ],
    ['something unknown', named('redis'), 'redis', 'redis:7', 6379, /nothing about it speaks for a component/],
    [
      'only one trait',
      named('other'),
      'main',
      'airbyte/cron:1.8.5',
      1,
      /only image airbyte\/cron says that it is the cron/,
    ],
  ])('of the same release: %s is named with the reason', (_, name, container, image, port, reason) => {
    const other = rawWorkload({ name: 'other', podLabels: { ...name, ...instance }, container, image, ports: [port] });
    const system = mapSystem(collect([...airbyteObjects(), other]));
    expect(componentsOf(system)).toEqual(MODERN);
    expect(system.unmapped).toEqual([{ what: 'Deployment/other', reason: expect.stringMatching(reason) }]);
  });

  test('what says two things equally loud is neither', () => {
    const torn = rawWorkload({
      name: 'torn',
      podLabels: { ...named('webapp'), ...instance },
      labels: { 'helm.sh/chart': 'webapp-1.8.5' },
      container: 'airbyte-cron',
      image: 'airbyte/webapp:1.8.5',
    });
    const both = rawWorkload({
      name: 'both',
      podLabels: { ...named('cron'), ...instance },
      labels: {},
      container: 'airbyte-webapp-container',
      image: 'mine:1',
    });
    const system = mapSystem(collect([...airbyteObjects(), torn, both]));
    expect(componentsOf(system)).toContain('webapp');
    expect(system.unmapped.map(({ what }) => what)).toEqual(['Deployment/both']);
  });

  test('job pods are counted, and are no components', () => {
    const labels = { airbyte: 'job-pod', job_id: '7', attempt_id: '0', job_type: 'sync', connection_id: 'c' };
    const pods = [
      rawPod('replication-job-7-attempt-0', { ...labels, sync_step: 'replication' }),
      rawPod('check-1', { ...labels, job_type: 'check' }, { phase: 'Succeeded' }),
      rawPod('orchestrator-repl-job-8', { job_id: '8', attempt_id: '1', sync_step: 'orchestrator-replication' }),
    ];
    const system = mapSystem(collect([...airbyteObjects(), ...pods]));
    expect(componentsOf(system)).toEqual(MODERN);
    expect(system.jobPods).toMatchObject({ total: 3, replication: 2, byPhase: { Running: 2, Succeeded: 1 } });
  });

  test('a test of the chart is set aside', () => {
    const pod = rawPod(
      'airbyte-test-connection',
      { ...named('airbyte'), ...instance },
      {
        metadata: { annotations: { 'helm.sh/hook': 'test' } },
      },
    );
    expect(mapSystem(collect([...airbyteObjects(), pod])).aside).toEqual([
      'Pod/airbyte-test-connection (a test of the chart)',
    ]);
  });
});

describe('which release', () => {
  const two = collect([
    ...airbyteObjects({ release: 'blue' }),
    ...airbyteObjects({ release: 'green', without: ['database', 'object-store'] }),
  ]);

  test('of two none is chosen unasked', () => {
    expect(() => mapSystem(two)).toThrow(/holds 2 releases of Airbyte: blue, green/);
  });

  test('the one that is named, and nothing of the other', () => {
    const system = mapSystem(two, { release: 'green' });
    expect(system.components.every(({ selector }) => selector['app.kubernetes.io/instance'] === 'green')).toBe(true);
    expect(system.foreign).toContain('Deployment/blue-server (release blue)');
  });

  test('one that is not there', () => {
    expect(() => mapSystem(two, { release: 'red' })).toThrow(/No Airbyte of release red/);
  });

  test('none at all', () => {
    expect(() => mapSystem(collect([]))).toThrow(/No Airbyte was found in namespace airbyte/);
  });
});

describe('what is outside', () => {
  test('a database elsewhere, and a store of the cloud', () => {
    const { external, unmapped } = map({
      without: ['database', 'object-store'],
      settings: { DATABASE_HOST: 'db.eu.rds.amazonaws.com', STORAGE_TYPE: 's3', MINIO_ENDPOINT: '' },
    });
    expect(external).toEqual([
      {
        what: 'database',
        address: 'db.eu.rds.amazonaws.com',
        where: 'outside of the cluster',
        because: 'DATABASE_HOST of the server',
      },
      { what: 'object-store', address: undefined, where: 'S3', because: 'STORAGE_TYPE=s3 of the server' },
    ]);
    expect(unmapped).toEqual([]);
  });

  test('a database of another release in the same namespace is no component', () => {
    const podLabels = { 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/instance': 'pg' };
    const system = mapSystem(
      collect([
        ...airbyteObjects({ without: ['database'], settings: { DATABASE_HOST: 'pg-rw.airbyte.svc' } }),
        rawWorkload({
          name: 'pg',
          kind: 'StatefulSet',
          podLabels,
          container: 'postgresql',
          image: 'bitnami/postgresql:16',
          ports: [5432],
        }),
        rawService('pg-rw', 5432, podLabels),
      ]),
    );
    expect(componentsOf(system)).not.toContain('database');
    expect(system.external).toMatchObject([
      { what: 'database', where: 'StatefulSet/pg in this namespace, outside of the release' },
    ]);
  });

  test('a plain PostgreSQL of the release is the database when the address of Airbyte leads to it', () => {
    const podLabels = { 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/instance': 'airbyte' };
    const system = mapSystem(
      collect([
        ...airbyteObjects({ without: ['database'], settings: { DATABASE_HOST: 'airbyte-postgresql' } }),
        rawWorkload({
          name: 'pg',
          kind: 'StatefulSet',
          podLabels,
          container: 'postgresql',
          image: 'bitnami/postgresql:16',
          ports: [5432],
        }),
        rawService('airbyte-postgresql', 5432, podLabels),
      ]),
    );
    expect(system.components.find(({ component }) => component === 'database')?.because).toContain(
      'DATABASE_HOST of Airbyte leads to it',
    );
    expect(system.external).toEqual([]);
  });

  test('of two databases of the release only the one that Airbyte uses is its own: chart 0.40.10 installs a second one', () => {
    const podLabels = { 'app.kubernetes.io/name': 'postgresql', 'app.kubernetes.io/instance': 'airbyte' };
    const second = rawWorkload({
      name: 'idle',
      kind: 'StatefulSet',
      podLabels,
      container: 'postgresql',
      image: 'bitnami/postgresql:11',
      ports: [5432],
    });
    const system = mapSystem(collect([...airbyteObjects(), second]));
    expect(
      system.components.filter(({ component }) => component === 'database').map(({ workload }) => workload.name),
    ).toEqual(['airbyte-db']);
    expect(system.unmapped).toMatchObject([{ what: 'StatefulSet/idle' }]);
  });

  test('Temporal Cloud', () => {
    const settings = { TEMPORAL_HOST: 'ns.acct.tmprl.cloud:7233', TEMPORAL_CLOUD_ENABLED: 'true' };
    expect(map({ without: ['temporal'], settings }).external).toMatchObject([
      { what: 'temporal', where: 'Temporal Cloud' },
    ]);
  });

  test('a part that is nowhere is said to be missing', () => {
    const { unmapped } = map({ without: ['temporal', 'cron'], settings: { TEMPORAL_HOST: '' } });
    expect(unmapped.map(({ what }) => what)).toEqual(['temporal']);
  });

  test('a data plane is a launcher whose control plane is elsewhere', () => {
    const system = map({
      generation: 'v2',
      without: ['server', 'worker', 'cron', 'temporal', 'workload-api-server', 'database', 'object-store'],
    });
    expect(system.external).toMatchObject([{ what: 'control-plane' }]);
    expect([system.unmapped, system.monitor.is]).toEqual([[], 'unknown']);
  });
});

test('what stands in other objects is found by selector and by reference', () => {
  const labels = { 'app.kubernetes.io/name': 'worker', 'app.kubernetes.io/instance': 'airbyte' };
  const target = { scaleTargetRef: { kind: 'Deployment', name: 'airbyte-worker' }, minReplicas: 2, maxReplicas: 10 };
  const more = [
    { kind: 'HorizontalPodAutoscaler', metadata: { name: 'worker' }, spec: target },
    {
      kind: 'PodDisruptionBudget',
      metadata: { name: 'worker' },
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
    { kind: 'PodDisruptionBudget', metadata: { name: 'nobody' }, spec: { maxUnavailable: 0 } },
    rawPod('w1', labels, { metadata: { ownerReferences: [{ kind: 'ReplicaSet', name: 'rs', controller: true }] } }),
  ] as const;
  const { components } = mapSystem(
    collect([
      ...airbyteObjects({
        change: (component, raw) =>
          component === 'worker'
            ? {
                ...raw,
                replicas: 3,
                ready: 2,
                spec: {
                  strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '100%', maxUnavailable: 0 } },
                  minReadySeconds: 30,
                },
                containerMore: {
                  livenessProbe: {
                    httpGet: {
                      path: '/',
                      port: 'heartbeat',
                      httpHeaders: [{ name: 'Authorization', value: 'Bearer canary' }],
                    },
                  },
                  readinessProbe: {
                    exec: { command: ['sh', '-c', 'canary'] },
                    periodSeconds: 5,
                    timeoutSeconds: 2,
                    failureThreshold: 1,
                    initialDelaySeconds: 7,
                  },
                },
              }
            : raw,
      }),
      ...more,
    ]),
  );
  const worker = components.find(({ component }) => component === 'worker');
  expect(worker).toMatchObject({
    selector: labels,
    replicas: { wanted: 3, ready: 2 },
    pods: { Running: 1 },
    strategy: 'RollingUpdate (maxUnavailable 0, maxSurge 100%)',
    minReadySeconds: 30,
    autoscaler: { min: 2, max: 10 },
    budget: { name: 'worker', allows: 'minAvailable 1' },
    probes: [
      { kind: 'liveness', asks: 'GET / :heartbeat', periodSeconds: 10, timeoutSeconds: 1, failureThreshold: 3 },
      {
        kind: 'readiness',
        asks: 'exec',
        periodSeconds: 5,
        timeoutSeconds: 2,
        failureThreshold: 1,
        initialDelaySeconds: 7,
      },
    ],
  });
  expect(components.find(({ component }) => component === 'server')?.endpoints).toEqual([
    'airbyte-airbyte-server-svc:8001',
  ]);
});
