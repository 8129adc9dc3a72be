import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { statusOf } from '../platforms/kind/api-answers.ts';
import { connectKubernetes } from '../platforms/kind/kubernetes-api.ts';
import { askPatiently } from '../platforms/kind/patient-api.ts';
import { whyNoApiServer } from '../platforms/cluster/testing/api-server-programs.ts';
import { airbyteObjects, manifestOf, rawPod, rawWorkload } from '../profiles/testing/airbyte-objects.ts';
import { IS_SHORT, ONLY_LONG } from './testing/long-test.ts';
import { discoverPlace, type DiscoverPlace, type Rule } from './testing/discover-place.ts';

/*
 * How it could lie: change something while it looks; need more rights than it says; tell secrets, in its answer or in an error; say that a namespace is
 * empty that it may not read; take a page of pods for all of them, or hold all of them in memory.
 */

const reason = await whyNoApiServer();
const CANARY = 'canary-c0ffee';
const MAY_READ: readonly Rule[] = [
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets'], verbs: ['list'] },
  { apiGroups: [''], resources: ['pods', 'services'], verbs: ['list'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['list'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['list'] },
  { apiGroups: ['policy'], resources: ['poddisruptionbudgets'], verbs: ['list'] },
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
];
const found = z.object({
  release: z.string(),
  generation: z.object({ is: z.string() }),
  components: z.array(z.object({ component: z.string() })),
  unmapped: z.array(z.unknown()),
  foreign: z.array(z.string()),
  jobPods: z.object({ total: z.number(), replication: z.number() }),
  scenarios: z.array(z.object({ scenario: z.string(), can: z.string() })),
});
const MODERN = 'cron database object-store server temporal worker workload-api-server workload-launcher'.split(' ');
const PODS = 5000;
const FOLLOW = fileURLToPath(new URL('../platforms/cluster/testing/follow-pods-process.ts', import.meta.url));
const ALREADY_EXISTS = 409;

/** Of an Airbyte whose every container is given secrets in plain sight. */
const leaky = airbyteObjects({
  settings: { DATABASE_PASSWORD: CANARY },
  change: (_, raw) => ({
    ...raw,
    env: [
      { name: 'DATABASE_PASSWORD', value: CANARY },
      { name: 'AB_JWT_SIGNATURE_SECRET', value: CANARY },
      { name: 'SOME_API_TOKEN', value: CANARY },
      { name: 'AWS_ACCESS_KEY_ID', value: CANARY },
    ],
  }),
});
const foreign = [
  rawWorkload({
    name: 'airbyte-server-2',
    podLabels: { 'app.kubernetes.io/name': 'server', 'app.kubernetes.io/instance': 'shop' },
    container: 'server',
    image: 'shop/server:1',
    ports: [8001],
  }),
  rawWorkload({ name: 'ingress', podLabels: { app: 'ingress' }, container: 'nginx', image: 'nginx:1', ports: [80] }),
];

describe.skipIf(reason !== undefined)(
  `discover on a real API server${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: DiscoverPlace;
    let reader: readonly string[];
    beforeAll(async () => {
      place = await discoverPlace();
      await place.fill(
        'airbyte',
        manifestOf([
          ...leaky,
          ...foreign,
          rawPod('job-1', { airbyte: 'job-pod', job_id: '1', attempt_id: '0', job_type: 'sync' }),
        ]),
      );
      await execa(place.server.kubectl, [
        '--kubeconfig',
        place.server.kubeconfig,
        'create',
        'secret',
        'generic',
        's',
        `--from-literal=a=${CANARY}`,
        '-n',
        'airbyte',
      ]);
      reader = ['--namespace', 'airbyte', '--kubeconfig', await place.kubeconfigOf('reader', 'airbyte', MAY_READ)];
    });
    afterAll(() => place.server.stop());

    test('every component is mapped, and nothing else', async () => {
      const { stdout, exitCode } = await place.discover(...reader, '--json');
      const system = found.parse(JSON.parse(stdout));
      expect(system.components.map(({ component }) => component)).toEqual(MODERN);
      expect(system).toMatchObject({
        release: 'airbyte',
        generation: { is: 'airbyte-v1' },
        unmapped: [],
        jobPods: { total: 1, replication: 1 },
      });
      expect(system.foreign).toEqual(['Deployment/airbyte-server-2 (release shop)', 'Deployment/ingress']);
      expect(exitCode).toBe(0);
    });

    test('for people it says the same, and what cannot be met before anything is run', async () => {
      const { stdout } = await place.discover(...reader);
      expect(stdout).toContain('Airbyte 1.8.5 (airbyte-v1, chart 1.8.5), release airbyte in namespace airbyte');
      expect(stdout).toMatch(/server +Deployment\/airbyte-server +0\/1 +airbyte-airbyte-server-svc:8001/);
      expect(stdout).toMatch(/! The objective of 5 min .* cannot be met with these settings: 10–13 min are expected/);
      expect(stdout).toContain('Nothing of the release was left over.');
    });

    test('it sends nothing but GET and LIST, asks for no Secret, and needs the rights that its Role has and no others', () => {
      const asked = place.server.requests().filter(({ user }) => user === 'system:serviceaccount:airbyte:reader');
      expect(asked.length).toBeGreaterThan(8);
      expect(asked.map(({ verb }) => verb).filter((verb) => verb !== 'get' && verb !== 'list')).toEqual([]);
      expect(asked.filter(({ resource }) => resource === 'secrets')).toEqual([]);
    });

    test('no secret is told, in any form', async () => {
      const runs = [
        await place.discover(...reader),
        await place.discover(...reader, '--json'),
        await place.discover(...reader, '--release', 'x'),
      ];
      expect(runs.map(({ stdout, stderr }) => `${stdout}${stderr}`.includes(CANARY))).toEqual([false, false, false]);
    });

    test('what may not be listed is not told as absent', async () => {
      const rules = MAY_READ.filter(({ resources }) => !/autoscalers|budgets|configmaps/.test(resources.join()));
      const blind = await place.kubeconfigOf('blind', 'airbyte', rules);
      const { stdout, exitCode } = await place.discover('--namespace', 'airbyte', '--kubeconfig', blind);
      expect(stdout).toMatch(/Not read:\n {2}HorizontalPodAutoscaler: they may not be listed \(403\)/);
      expect(stdout).toContain('ConfigMap: they may not be read (403)');
      expect(stdout).toContain('Retries     Cannot be told.');
      expect(exitCode).toBe(2);
    });

    test('a right that nothing can be told without is named', async () => {
      const rules = MAY_READ.filter(({ resources }) => !resources.includes('pods'));
      const blind = await place.kubeconfigOf('podless', 'airbyte', rules);
      const { stderr, exitCode } = await place.discover('--namespace', 'airbyte', '--kubeconfig', blind);
      expect(stderr).toMatch(
        /Pod objects of namespace airbyte could not be read.*Last seen: 403 Forbidden: pods is forbidden/,
      );
      expect(stderr).toContain('kubectl auth can-i list pods --namespace airbyte');
      expect(exitCode).toBe(64);
    });

    test('who is not known is told to log in', async () => {
      const { stderr, exitCode } = await place.discover(
        '--namespace',
        'airbyte',
        '--kubeconfig',
        place.server.kubeconfigFor(CANARY),
      );
      expect(stderr).toMatch(/Log in again/);
      expect(stderr).not.toContain(CANARY);
      expect(exitCode).toBe(64);
    });

    test('a namespace that is not there is not an empty one', async () => {
      const admin = ['--kubeconfig', place.server.kubeconfig];
      const missing = await place.discover('--namespace', 'nowhere', ...admin);
      expect([missing.stderr, missing.exitCode]).toEqual([
        expect.stringContaining('There is no namespace nowhere'),
        64,
      ]);
      const empty = await place.discover('--namespace', 'kube-system', ...admin);
      expect([empty.stderr, empty.exitCode]).toEqual([expect.stringContaining('No Airbyte was found'), 2]);
    });

    test('of two releases one has to be named', async () => {
      await place.fill(
        'two',
        manifestOf([
          ...airbyteObjects({ release: 'blue' }),
          ...airbyteObjects({ release: 'green', generation: 'v2', without: ['database', 'object-store'] }),
        ]),
      );
      const both = ['--namespace', 'two', '--kubeconfig', place.server.kubeconfig];
      const asked = await place.discover(...both);
      expect([asked.stderr, asked.exitCode]).toEqual([
        expect.stringContaining('--release blue or --release green'),
        64,
      ]);
      const { stdout } = await place.discover(...both, '--release', 'green', '--json');
      expect(found.parse(JSON.parse(stdout))).toMatchObject({ release: 'green', generation: { is: 'airbyte-v2' } });
    });

    test('contexts and servers that are not there', async () => {
      const wrong = await place.discover(
        '--namespace',
        'airbyte',
        '--kubeconfig',
        place.server.kubeconfig,
        '--context',
        'moon',
      );
      expect([wrong.stderr, wrong.exitCode]).toEqual([
        expect.stringMatching(/no context "moon"[\s\S]*it has test/),
        64,
      ]);
      const file = join(dirname(place.server.kubeconfig), 'broken.yaml');
      writeFileSync(file, `users: [{user: {token: "${CANARY}\n`);
      const broken = await place.discover('--namespace', 'airbyte', '--kubeconfig', file);
      expect([broken.stderr, broken.exitCode]).toEqual([expect.stringContaining('cannot be used'), 64]);
      expect(broken.stderr).not.toContain(CANARY);
      const nobody = join(dirname(place.server.kubeconfig), 'nobody.yaml');
      writeFileSync(
        nobody,
        readFileSync(place.server.kubeconfig, 'utf8').replace(place.server.url, 'https://127.0.0.1:1'),
      );
      const away = await place.discover('--namespace', 'airbyte', '--kubeconfig', nobody);
      expect([away.stderr, away.exitCode]).toEqual([
        expect.stringMatching(/could not be read \(context test, 127\.0\.0\.1:1\)[\s\S]*ECONNREFUSED/),
        70,
      ]);
    });

    test.skipIf(IS_SHORT)(
      `${PODS} pods are read page by page, in less than 300 MB${IS_SHORT ? ` (${ONLY_LONG})` : ''}`,
      async () => {
        const crowded = `crowded-${Date.now()}`;
        await place.fill(crowded, manifestOf(airbyteObjects()));
        await fillWithJobs(place, crowded);
        const { stdout, mebibytes, seconds, cpuSeconds } = await place.discover(
          '--namespace',
          crowded,
          '--kubeconfig',
          place.server.kubeconfig,
          '--json',
        );
        expect(found.parse(JSON.parse(stdout)).jobPods.total).toBe(PODS);
        console.log(
          `discover among ${PODS} pods: ${mebibytes.toFixed(0)} MiB at most, ${seconds.toFixed(1)} s with the start of the command, ${cpuSeconds.toFixed(1)} s on a CPU`,
        );
        expect(mebibytes).toBeLessThan(300 / 1.048576);
        const followed = await place.program(FOLLOW, place.server.kubeconfig, crowded);
        const { known, ms } = z.object({ known: z.int(), ms: z.number() }).parse(JSON.parse(followed.stdout));
        expect(known).toBe(PODS);
        console.log(
          `following ${PODS} pods: ${followed.mebibytes.toFixed(0)} MiB at most, the first list took ${(ms / 1000).toFixed(1)} s`,
        );
        expect(followed.mebibytes).toBeLessThan(300 / 1.048576);
      },
    );
  },
);

/** As large as those of Airbyte: three containers, each with dozens of variables. */
async function fillWithJobs({ server }: DiscoverPlace, namespace: string): Promise<void> {
  const api = await connectKubernetes(server.kubeconfig);
  const env = Array.from({ length: 40 }, (_, nth) => ({ name: `VARIABLE_${nth}`, value: 'x'.repeat(60) }));
  const containers = ['orchestrator', 'source', 'destination'].map((name) => ({
    name,
    image: `airbyte/${name}:1`,
    env,
  }));
  let next = 0;
  const make = async (): Promise<void> => {
    while (next < PODS) {
      const nth = (next += 1);
      const labels = {
        airbyte: 'job-pod',
        job_id: String(nth),
        attempt_id: '0',
        job_type: 'sync',
        sync_step: 'replication',
      };
      const metadata = { name: `replication-job-${nth}-attempt-0`, labels };
      const body = { metadata, spec: { restartPolicy: 'Never', containers } };
      // A busy API server ends connections; what it had made already is there.
      await askPatiently(api, () => api.core.createNamespacedPod({ namespace, body })).catch((error: unknown) => {
        if (statusOf(error) !== ALREADY_EXISTS) throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: 8 }, make));
}
