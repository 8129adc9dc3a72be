import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { auditResultSchema, type AuditResult } from '../../core/audit.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import { readinessOf } from '../../profiles/readiness.ts';
import { airbyteObjects, manifestOf, rawPod, type RawObject } from '../../profiles/testing/airbyte-objects.ts';
import { readWithObjects } from '../read-system.ts';
import { discoverPlace, type DiscoverPlace } from '../testing/discover-place.ts';
import { STACK_NAMESPACES } from './observe-kind.ts';

/*
 * How it could lie: take an object for what it promises (a budget that selects nothing, an autoscaler that points at nothing or has no metrics); call absent what
 * it may not read; change something while it looks; audit another cluster under the same name.
 */

const reason = await whyNoApiServer();
const READING = new Set(['get', 'list', 'watch']);
const REPLICATED = ['server', 'worker', 'workload-launcher', 'workload-api-server'];
const ALL = [...REPLICATED, 'cron'];
const probe = { httpGet: { path: '/', port: 8080 } };
const labelsOf = (component: string): Record<string, string> => ({
  'app.kubernetes.io/name': component,
  'app.kubernetes.io/instance': 'airbyte',
});

/** Everything that points 4 and 5 and Airbyte's own ask for: two of each on two machines, probed, with budgets and an autoscaler; the rest is outside. */
const ready: readonly RawObject[] = [
  ...airbyteObjects({
    generation: 'v1',
    without: ['temporal', 'database', 'object-store'],
    settings: {
      TEMPORAL_HOST: 'temporal.example:7233',
      DATABASE_HOST: 'db.example',
      DATABASE_URL: 'jdbc:postgresql://db.example:5432/airbyte',
      MINIO_ENDPOINT: '',
      STORAGE_TYPE: 'S3',
    },
    change: (component, raw) => ({
      ...raw,
      replicas: component === 'cron' ? 1 : 2,
      containerMore: { livenessProbe: probe, readinessProbe: probe },
    }),
  }),
  ...ALL.flatMap((component) =>
    (component === 'cron' ? [1] : [1, 2]).map((nth) =>
      rawPod(`airbyte-${component}-${nth}`, labelsOf(component), { spec: { nodeName: `node-${nth}` } }),
    ),
  ),
  ...REPLICATED.map((component): RawObject => ({
    kind: 'PodDisruptionBudget',
    metadata: { name: component },
    spec: { minAvailable: 1, selector: { matchLabels: labelsOf(component) } },
  })),
  {
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'worker' },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'airbyte-worker' },
      minReplicas: 2,
      maxReplicas: 10,
      metrics: [
        { type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } },
      ],
    },
  },
];

const since = '2026-11-28T09:00:00Z';
const CAN_ACT = {
  currentReplicas: 2,
  desiredReplicas: 2,
  currentMetrics: [
    { type: 'Resource', resource: { name: 'cpu', current: { averageUtilization: 40, averageValue: '400m' } } },
  ],
  conditions: [
    { type: 'AbleToScale', status: 'True', reason: 'ReadyForNewScale', message: 'ready', lastTransitionTime: since },
    { type: 'ScalingActive', status: 'True', reason: 'ValidMetricFound', message: 'found', lastTransitionTime: since },
  ],
};
const CANNOT_ACT = {
  ...CAN_ACT,
  currentMetrics: [],
  conditions: [
    CAN_ACT.conditions[0],
    {
      type: 'ScalingActive',
      status: 'False',
      reason: 'FailedGetResourceMetric',
      message: 'no metrics returned from resource metrics API',
      lastTransitionTime: since,
    },
  ],
};

describe.skipIf(reason !== undefined)(
  `an audit on a real API server${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: DiscoverPlace;
    const folder = mkdtempSync(join(tmpdir(), 'chaos-audit-'));

    beforeAll(async () => {
      place = await discoverPlace();
      process.env['CHAOS_REPORTS_DIR'] = join(folder, 'reports');
      writeFileSync(join(folder, 'runbook.md'), 'Restore the newest base backup, then redeploy. '.repeat(20));
      await place.fill('airbyte', manifestOf(ready));
      for (const component of ALL) await markReady(component);
      await setStatus('hpa', 'worker', CAN_ACT);
      const chosen = ['--kubeconfig', place.server.kubeconfig, '--namespace', 'airbyte'];
      const { exitCode, stderr } = await place.chaos(folder, 'init', ...chosen);
      if (exitCode !== 0) throw new Error(stderr);
    });
    afterAll(async () => {
      delete process.env['CHAOS_REPORTS_DIR'];
      await place.server.stop();
      rmSync(folder, { recursive: true });
    });

    function setStatus(kind: string, name: string, status: object, namespace = 'airbyte'): Promise<string> {
      const patch = JSON.stringify({ status });
      return place.kubectl(['patch', kind, name, '-n', namespace, '--subresource=status', '--type=merge', '-p', patch]);
    }

    /** What kubelets and controllers would write. */
    async function markReady(component: string): Promise<void> {
      const wanted = component === 'cron' ? 1 : 2;
      await setStatus('deployment', `airbyte-${component}`, { replicas: wanted, readyReplicas: wanted });
      for (let nth = 1; nth <= wanted; nth += 1)
        await setStatus('pod', `airbyte-${component}-${nth}`, { phase: 'Running' });
      if (component !== 'cron') await setStatus('pdb', component, countsOf(1));
    }

    function countsOf(desiredHealthy: number): object {
      const disruptionsAllowed = 2 - desiredHealthy;
      return { observedGeneration: 1, expectedPods: 2, currentHealthy: 2, desiredHealthy, disruptionsAllowed };
    }

    async function audit(
      ...args: readonly string[]
    ): Promise<{ result: AuditResult; exitCode: number | undefined; stderr: string }> {
      const options = ['audit', '--platform', 'cluster', '--runbook', 'runbook.md', '--json'];
      const { stdout, stderr, exitCode } = await place.chaos(folder, ...options, ...args);
      if (stdout === '') throw new Error(`no result (exit code ${exitCode}): ${stderr}`);
      return { result: auditResultSchema.parse(JSON.parse(stdout)), exitCode, stderr };
    }

    const verdictsOf = ({ points }: AuditResult): Record<string, string> =>
      Object.fromEntries(points.map(({ id, verdict }) => [id, verdict]));

    test('what objects can tell is met, what nobody can see cannot be told, and nothing but reading was asked', async () => {
      const before = place.server.requests().length;
      const { result, exitCode } = await audit();
      expect(verdictsOf(result), JSON.stringify(result, null, 2)).toEqual({
        database_ha: 'cannot_tell',
        backups: 'cannot_tell',
        configuration_export: 'cannot_tell',
        worker_autoscaling: 'met',
        disruption_budgets: 'met',
        alerting: 'cannot_tell',
        dr_runbook: 'cannot_tell',
        redundancy: 'met',
        hung_jobs: 'met',
        probes: 'met',
        object_store: 'met',
      });
      expect(exitCode).toBe(2);
      const asked = place.server.requests().slice(before);
      const verbs = asked.filter(({ user }) => user === 'administrator').map(({ verb }) => verb);
      expect(verbs.length).toBeGreaterThan(5);
      expect(verbs.filter((verb) => !READING.has(verb))).toEqual([]);
    });

    test.each<[string, string, string, () => Promise<unknown>, () => Promise<unknown>]>([
      [
        'a budget that is gone',
        'disruption_budgets',
        'No budget selects the pods of Deployment/airbyte-server',
        () => place.kubectl(['delete', 'pdb', 'server', '-n', 'airbyte']),
        async () => {
          const budget = ready.find(
            ({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata['name'] === 'server',
          );
          if (budget === undefined) throw new Error('it is there');
          await place.kubectl(['apply', '-n', 'airbyte', '-f', '-'], manifestOf([budget]));
          await setStatus('pdb', 'server', countsOf(1));
        },
      ],
      [
        'a budget that keeps nothing',
        'disruption_budgets',
        'keeps nothing',
        () => setStatus('pdb', 'worker', countsOf(0)),
        () => setStatus('pdb', 'worker', countsOf(1)),
      ],
      [
        'a budget that lets nobody go',
        'disruption_budgets',
        'a drain would wait for ever',
        () => setStatus('pdb', 'worker', countsOf(2)),
        () => setStatus('pdb', 'worker', countsOf(1)),
      ],
      [
        'an autoscaler without metrics',
        'worker_autoscaling',
        'ScalingActive is False (FailedGetResourceMetric',
        () => setStatus('hpa', 'worker', CANNOT_ACT),
        () => setStatus('hpa', 'worker', CAN_ACT),
      ],
      [
        'an autoscaler that points at nothing',
        'worker_autoscaling',
        'worker scales Deployment/workers, which does not exist',
        () => patchTarget('workers'),
        () => patchTarget('airbyte-worker'),
      ],
      [
        'one ready server',
        'redundancy',
        'Deployment/airbyte-server: 1 of 2 ready',
        () => setStatus('deployment', 'airbyte-server', { replicas: 2, readyReplicas: 1 }),
        () => markReady('server'),
      ],
      [
        'a store in the cluster',
        'object_store',
        'in namespace minio of this cluster',
        () => patchStore({ MINIO_ENDPOINT: 'http://minio.minio.svc:9000', STORAGE_TYPE: 'minio' }),
        () => patchStore({ MINIO_ENDPOINT: '', STORAGE_TYPE: 'S3' }),
      ],
    ])('%s is not met, and again after it was put right', async (_what, id, says, breakIt, putRight) => {
      await breakIt();
      const broken = await audit();
      await putRight();
      expect(broken.exitCode).toBe(1);
      const summaries = broken.result.points.find((point) => point.id === id)?.aspects.map(({ summary }) => summary);
      expect([verdictsOf(broken.result)[id], summaries?.join(' ')]).toEqual(['not_met', expect.stringContaining(says)]);
      expect(verdictsOf((await audit()).result)[id]).toBe('met');
    });

    function patchTarget(name: string): Promise<string> {
      const patch = JSON.stringify({ spec: { scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name } } });
      return place.kubectl(['patch', 'hpa', 'worker', '-n', 'airbyte', '--type=merge', '-p', patch]);
    }

    function patchStore(data: Readonly<Record<string, string>>): Promise<string> {
      const patch = JSON.stringify({ data });
      return place.kubectl(['patch', 'configmap', 'airbyte-airbyte-env', '-n', 'airbyte', '--type=merge', '-p', patch]);
    }

    test('Airbyte’s chart as it is meets none of what its objects can tell', async () => {
      await place.fill('weak', manifestOf(airbyteObjects({ version: '1.2.0', chart: '1.2.0' })));
      const chosen = ['--kubeconfig', place.server.kubeconfig, '--namespace', 'weak', '--config', 'weak.yaml'];
      expect(await place.chaos(folder, 'init', ...chosen)).toMatchObject({ exitCode: 0 });
      const { result, exitCode } = await audit('--config', 'weak.yaml');
      expect(verdictsOf(result), JSON.stringify(result, null, 2)).toMatchObject({
        database_ha: 'not_met',
        worker_autoscaling: 'not_met',
        disruption_budgets: 'not_met',
        redundancy: 'not_met',
        hung_jobs: 'not_met',
        probes: 'not_met',
        object_store: 'not_met',
      });
      expect(exitCode).toBe(1);
    });

    test('what may not be listed cannot be told', async () => {
      const rules = [
        { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['list'] },
        { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list'] },
        { apiGroups: [''], resources: ['configmaps', 'namespaces'], verbs: ['get'] },
      ];
      const cluster = await chooseCluster({ kubeconfig: await place.kubeconfigOf('blind', 'airbyte', rules) });
      const { objects, system } = await readWithObjects(cluster, { namespace: 'airbyte' });
      const { autoscalers, components } = readinessOf(objects, system);
      expect(autoscalers.is).toBe('unknown');
      if (components.is !== 'seen') throw new Error('they are seen');
      expect(components.value.map(({ budgets }) => budgets?.is)).toEqual(ALL.map(() => 'unknown'));
    });

    test('another cluster under the same name is not audited', async () => {
      const where = ['--kubeconfig', place.server.kubeconfig, '--namespace', 'airbyte', '--config', 'other.yaml'];
      const { stderr, exitCode } = await place.chaos(folder, 'init', ...where);
      expect([exitCode, stderr]).toEqual([0, expect.any(String)]);
      const text = readFileSync(join(folder, 'other.yaml'), 'utf8');
      const other = text.replace(/kubeSystemUid: \S+/, 'kubeSystemUid: 0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11');
      writeFileSync(join(folder, 'other.yaml'), other);
      const refused = await place.chaos(folder, 'audit', '--platform', 'cluster', '--config', 'other.yaml');
      expect(refused).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('leads to another cluster') });
    });

    test('of the reference stack every component is found with its budget, the database beside it too', async () => {
      const manifests = fileURLToPath(new URL('../../../fixtures/kubernetes', import.meta.url));
      await place.kubectl(['apply', '-k', join(manifests, 'base/namespaces')]);
      await place.kubectl(['apply', '-n', 'database', '-k', join(manifests, 'overlays/small/database')]);
      await place.kubectl(['create', 'namespace', 'stack']);
      for (const part of ['temporal', 'airbyte']) {
        const rendered = await place.kubectl(['kustomize', join(manifests, 'overlays/small', part)]);
        // Its own namespace is taken here.
        await place.kubectl(['apply', '-f', '-'], rendered.replaceAll(/namespace: airbyte$/gm, 'namespace: stack'));
      }
      const cluster = await chooseCluster({ kubeconfig: place.server.kubeconfig });
      const where = { ...STACK_NAMESPACES, namespace: 'stack' };
      const { objects, system } = await readWithObjects(cluster, where);
      const { components, autoscalers } = readinessOf(objects, system);
      if (components.is !== 'seen' || autoscalers.is !== 'seen') throw new Error('they are seen');
      const budgets = components.value.map(({ component, budgets: of }) => [
        component,
        of?.is === 'seen' ? of.value.length : undefined,
      ]);
      expect(Object.fromEntries(budgets)).toEqual({
        database: 1,
        scheduler: 1,
        server: 1,
        temporal: 1,
        webapp: 1,
        worker: 1,
      });
      expect(autoscalers.value).toMatchObject([{ component: 'worker', doesTargetExist: true, min: 3, max: 10 }]);
    });
  },
);
