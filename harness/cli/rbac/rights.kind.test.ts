import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pWaitFor from 'p-wait-for';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { fakeAirbyte, type FakeAirbyte } from '../../clients/monitor/testing/fake-airbyte.ts';
import { keyOf, reviewRights } from '../../platforms/cluster/access-reviews.ts';
import { chooseCluster } from '../../platforms/cluster/choose-cluster.ts';
import { clusterConfigSchema, type ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { guardApi } from '../../platforms/cluster/guarded-api.ts';
import { LOAD } from '../../platforms/cluster/load/load-operation.ts';
import { ofCluster } from '../../platforms/cluster/policy.ts';
import { describeRight, type Right } from '../../platforms/cluster/rights.ts';
import { seeCluster } from '../../platforms/cluster/see-cluster.ts';
import { whyNoApiServer } from '../../platforms/cluster/testing/api-server-programs.ts';
import type { AuditedRequest } from '../../platforms/cluster/testing/audit-log.ts';
import {
  standInK6Operator,
  serveTestRuns,
  type StandInK6,
} from '../../platforms/cluster/testing/stand-in-k6-operator.ts';
import { standInKubelet, type StandInKubelet } from '../../platforms/cluster/testing/stand-in-kubelet.ts';
import { connectKubernetes, type KubernetesApi } from '../../platforms/kind/kubernetes-api.ts';
import { airbyteObjects, manifestOf } from '../../profiles/testing/airbyte-objects.ts';
import { RUNNABLE, SITE_LOSS, THROUGH_CHAOS_MESH } from '../../profiles/translate/needs.ts';
import { seededRandom } from '../../core/random.ts';
import { newRunId } from '../../store/run-directory.ts';
import { readClusterConfig } from '../cluster-config-file.ts';
import { apiCredentials } from '../existing/api-credentials.ts';
import { openExisting } from '../existing/open-existing.ts';
import { prepareLoad } from '../existing/prepare-load.ts';
import { loadScenario } from '../plan-checks.ts';
import { readSystem } from '../read-system.ts';
import { discoverPlace, type DiscoverPlace } from '../testing/discover-place.ts';
import { IS_SHORT } from '../testing/long-test.ts';
import { makeWorkplace, rootCauses, runForJournal } from '../testing/run-chaos.ts';
import { lackOfRights } from './require-rights.ts';
import { roleManifests, roleName } from './role-manifests.ts';
import { DISCOVER, EXISTING_VARIANTS, rightsOf, type ExistingVariant, type ScenarioRights } from './scenario-rights.ts';
import { rehearse, told } from './testing/rehearse.ts';

/*
 * How it could lie: a Role that is not enough, or holds what nobody needs; a run that asks for more than its Role has and hides the refusal; a `doctor` whose
 * word differs from what the API server does; a right that is missing and not told of; a manifest that a cluster does not take.
 */

const reason = await whyNoApiServer();
const NAMESPACE = 'airbyte';
const SECRET = 'airbyte-auth-secrets';
const CLIENT = { id: 'canary-client', secret: 'canary-secret' };
const WITHIN_MS = 60_000;
/** Everybody who is known may ask what he may do. */
const QUESTION = /^selfsubject/;

describe.skipIf(reason !== undefined)(
  `the rights of scenarios on a real API server${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let place: DiscoverPlace;
    let admin: KubernetesApi;
    let kubelet: StandInKubelet;
    let folder = '';
    let server: ClusterConfig['cluster'];

    beforeAll(async () => {
      place = await discoverPlace({
        controllers: ['deployment-controller', 'replicaset-controller', 'statefulset-controller'],
      });
      folder = mkdtempSync(join(tmpdir(), 'chaos-rights-'));
      await place.fill(NAMESPACE, manifestOf(airbyteObjects()));
      admin = await connectKubernetes(place.server.kubeconfig);
      kubelet = standInKubelet(admin.core, NAMESPACE, 0);
      const uid = (await admin.core.readNamespace({ name: 'kube-system' })).metadata?.uid ?? '';
      server = { context: place.server.context, server: place.server.url, kubeSystemUid: uid };
      const stringData = { 'instance-admin-client-id': CLIENT.id, 'instance-admin-client-secret': CLIENT.secret };
      await admin.core.createNamespacedSecret({
        namespace: NAMESPACE,
        body: { metadata: { name: SECRET }, stringData },
      });
    });
    afterAll(async () => {
      await kubelet?.stop();
      await place?.server.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    function configFor(kubeconfig: string): ClusterConfig {
      const secret = (key: string) => ({ secret: { name: SECRET, key: `instance-admin-${key}` } });
      return clusterConfigSchema.parse({
        version: 1,
        cluster: { ...server, kubeconfig },
        namespace: NAMESPACE,
        release: 'airbyte',
        profile: 'airbyte-v1',
        credentials: { api: { clientId: secret('client-id'), clientSecret: secret('client-secret') } },
        allow: {
          scenarios: [...RUNNABLE, ...Object.keys(THROUGH_CHAOS_MESH)],
          chaosMesh: true,
          components: ['worker', 'server', 'temporal', 'database', 'object-store'],
          maxShare: 1,
        },
      });
    }
    /** Makes ServiceAccounts with exactly these rights, and gives the path of a kubeconfig of each. */
    async function accounts(all: readonly ScenarioRights[]): Promise<readonly string[]> {
      const items = roleManifests(all, { namespace: NAMESPACE }).map(({ object }) => object);
      await place.kubectl(['create', '-f', '-'], JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
      return Promise.all(
        all.map(async (one) => {
          const { status } = await admin.core.createNamespacedServiceAccountToken({
            name: roleName(one),
            namespace: NAMESPACE,
            body: { spec: { audiences: [] } },
          });
          return place.server.kubeconfigFor(status?.token ?? '');
        }),
      );
    }
    const userOf = (one: Pick<ScenarioRights, 'id' | 'variant'>): string =>
      `system:serviceaccount:${NAMESPACE}:${roleName(one)}`;
    /** What was asked is what the rights allow, and for each of them something was asked. */
    function expectUsed(one: ScenarioRights, since = 0): void {
      const asked = new Set(askedBy(one, since).map((request) => keyOf(rightFor(request, one.rights))));
      expect([...asked].toSorted()).toEqual(one.rights.map(keyOf).toSorted());
    }
    const askedBy = (one: Pick<ScenarioRights, 'id' | 'variant'>, since: number): readonly AuditedRequest[] =>
      place.server
        .requests()
        .slice(since)
        .filter(({ user, resource }) => user === userOf(one) && !QUESTION.test(resource))
        // What is served may be read by everybody who is known.
        .filter(({ uri }) => !/^\/apis(\/(chaos-mesh\.org|k6\.io)\/v1alpha1\/?)?$/.test(uri));

    /** Waits until the API server's own word is that exactly these are missing. */
    async function proveMissing(
      config: ClusterConfig,
      rights: readonly Right[],
      missing: readonly Right[],
    ): Promise<void> {
      const chosen = await chooseCluster(config.cluster);
      const api = await guardApi(chosen.config);
      const wanted = missing.map(describeRight).join();
      const isSo = async (): Promise<boolean> =>
        (await reviewRights(chosen, api, rights)).missing.map(describeRight).join() === wanted;
      await pWaitFor(isSo, {
        interval: 50,
        timeout: { milliseconds: WITHIN_MS, message: `missing is not: ${wanted}` },
      });
    }
    async function serve(
      { name, uid = '' }: { readonly name: string; readonly uid?: string },
      ready: boolean,
    ): Promise<void> {
      const slice = {
        apiVersion: 'discovery.k8s.io/v1',
        kind: 'EndpointSlice',
        metadata: {
          name: 'served',
          labels: { 'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io' },
        },
        addressType: 'IPv4',
        endpoints: [{ addresses: ['10.1.0.1'], conditions: { ready }, targetRef: { kind: 'Pod', name, uid } }],
        ports: [],
      };
      const at = { name: 'served', namespace: NAMESPACE };
      await admin.discovery.deleteNamespacedEndpointSlice(at).catch(() => undefined);
      await admin.discovery.createNamespacedEndpointSlice({ namespace: NAMESPACE, body: slice });
    }
    async function whole(): Promise<void> {
      const isRunning = async (): Promise<boolean> => {
        const { items } = await admin.core.listNamespacedPod({ namespace: NAMESPACE });
        const running = items.filter(
          ({ metadata, status }) => metadata?.deletionTimestamp === undefined && status?.phase === 'Running',
        );
        return running.length >= PARTS && running.length === items.length;
      };
      await pWaitFor(isRunning, { interval: 20, timeout: WITHIN_MS });
    }
    const use = async (kubeconfig: string, scenario: string, variant: ExistingVariant): Promise<void> => {
      await whole();
      const signal = AbortSignal.timeout(WITHIN_MS);
      await rehearse({ config: configFor(kubeconfig), scenario, variant, serve, signal });
    };
    const rightsFor = (id: string, variant: ExistingVariant): ScenarioRights =>
      rightsOf(id, variant, configFor(place.server.kubeconfig));

    describe.each(RUNNABLE)('%s', (id) => {
      // The rights are the same for all of them: with one less they are tried for the first, and for each with --long.
      const isShort = IS_SHORT && id !== 'worker_failure';
      test.each(isShort ? (['default'] as const) : EXISTING_VARIANTS)(
        '%s: its Role is enough, all of it is used, and nothing else is asked',
        async (variant) => {
          const one = rightsFor(id, variant);
          const [kubeconfig = ''] = await accounts([one]);
          await proveMissing(configFor(kubeconfig), one.rights, []);
          await use(kubeconfig, id, variant);
          expectUsed(one);
        },
      );

      for (const variant of EXISTING_VARIANTS) {
        test.skipIf(isShort)(
          `${variant}: one right less is too little, whichever it is, and it is told which`,
          async () => {
            const { rights } = rightsFor(id, variant);
            const kubeconfigs = await accounts(withOneLess(`${id}-${variant}`, rights));
            for (const [nth, right] of rights.entries()) {
              const kubeconfig = kubeconfigs[nth] ?? '';
              await proveMissing(configFor(kubeconfig), rights, [right]);
              const outcome = await use(kubeconfig, id, variant).then(() => 'it could be done', told);
              expect(outcome, describeRight(right)).toMatch(refusalOf(right));
            }
          },
        );
      }
    });

    describe.each([
      ['network_partition', 'NetworkChaos'],
      ['clock_skew', 'TimeChaos'],
    ])('%s, through Chaos Mesh', (id, kind) => {
      beforeAll(async () => {
        await place.kubectl(['apply', '-f', '-'], definitionOf(kind));
        const name = `crd/${kind.toLowerCase()}.chaos-mesh.org`;
        await place.kubectl(['wait', '--for', 'condition=Established', name]);
      });

      test('its Role is enough, all of it is used, and nothing else is asked', async () => {
        const one = rightsFor(id, 'default');
        const [kubeconfig = ''] = await accounts([one]);
        await proveMissing(configFor(kubeconfig), one.rights, []);
        await use(kubeconfig, id, 'default');
        expectUsed(one);
      });

      test('one right of it less is too little, whichever it is, and it is told which', async () => {
        const { rights } = rightsFor(id, 'default');
        const ofMesh = rights.filter(({ group }) => group === 'chaos-mesh.org');
        expect(ofMesh.map(({ verb }) => verb)).toEqual(['create', 'list', 'delete']);
        // The others are those of every run, and tried there; here too with --long.
        const tried = IS_SHORT ? ofMesh : rights;
        const less = tried.map((right, nth): ScenarioRights => ({
          id: `${id}_less_${nth}`,
          variant: 'default',
          rights: rights.filter((one) => one !== right),
        }));
        const kubeconfigs = await accounts(less);
        for (const [nth, right] of tried.entries()) {
          const kubeconfig = kubeconfigs[nth] ?? '';
          await proveMissing(configFor(kubeconfig), rights, [right]);
          const outcome = await use(kubeconfig, id, 'default').then(() => 'it could be done', told);
          expect(outcome, describeRight(right)).toMatch(refusalOf(right));
        }
      });
    });

    describe('discover', () => {
      const read = async (kubeconfig: string) =>
        readSystem(await chooseCluster({ kubeconfig }), { namespace: NAMESPACE, release: 'airbyte' });

      test('its Role is enough, all of it is used, and nothing else is asked', async () => {
        const one = rightsFor(DISCOVER, 'default');
        const [kubeconfig = ''] = await accounts([one]);
        await proveMissing(configFor(kubeconfig), one.rights, []);
        expect(await read(kubeconfig)).toMatchObject({ unread: [], unmapped: [] });
        expectUsed(one);
      });

      test('one right less is too little, whichever it is, and it is told which', async () => {
        const { rights } = rightsFor(DISCOVER, 'default');
        const kubeconfigs = await accounts(withOneLess(DISCOVER, rights));
        for (const [nth, right] of rights.entries()) {
          const kubeconfig = kubeconfigs[nth] ?? '';
          await proveMissing(configFor(kubeconfig), rights, [right]);
          const namesOf = (unread: readonly { readonly kind: string }[]): string =>
            unread.map(({ kind }) => `${kind}s`.toLowerCase()).join();
          const outcome = await read(kubeconfig).then(({ unread }) => namesOf(unread), told);
          expect(outcome, describeRight(right)).toContain(right.resource);
        }
      });
    });

    describe('the loss of a site', () => {
      const one = (): ScenarioRights => rightsFor(SITE_LOSS, 'default');
      /** All that it asks of an API server before the operator's own commands begin. */
      async function look(kubeconfig: string): Promise<readonly unknown[]> {
        const config = configFor(kubeconfig);
        const scenario = await loadScenario(SITE_LOSS);
        const existing = await openExisting({ config, scenario, objective: undefined, confirm: undefined });
        await apiCredentials(config, existing.api);
        return existing.system.unread.filter(({ why }) => !why.startsWith('the scenario does not need them'));
      }

      test('its Role is enough, all of it is used, and nothing else is asked', async () => {
        const [kubeconfig = ''] = await accounts([one()]);
        await proveMissing(configFor(kubeconfig), one().rights, []);
        expect(await look(kubeconfig)).toEqual([]);
        expectUsed(one());
      });

      test('one right less is too little, whichever it is, and a run is refused with its name', async () => {
        const { rights } = one();
        const kubeconfigs = await accounts(withOneLess(SITE_LOSS, rights));
        for (const [nth, right] of rights.entries()) {
          const config = configFor(kubeconfigs[nth] ?? '');
          await proveMissing(config, rights, [right]);
          const refused = await lackOfRights({ scenario: SITE_LOSS, variant: undefined, config, file: 'FILE' });
          expect(refused?.message, describeRight(right)).toMatch(new RegExp(`lacks ${describeRight(right)}\\.$`));
          expect(await look(kubeconfigs[nth] ?? '').catch(told), describeRight(right)).not.toEqual([]);
        }
      });
    });

    describe('with load on the API', () => {
      const id = 'worker_failure';
      let k6: StandInK6;

      beforeAll(async () => {
        await serveTestRuns((args, input) => place.kubectl(args, input));
        const custom = admin.config.makeApiClient((await import('@kubernetes/client-node')).CustomObjectsApi);
        const { core } = admin;
        k6 = await standInK6Operator({ core, custom, namespace: NAMESPACE, certificate: place.server.certificate });
      });
      afterAll(() => k6?.stop());
      afterEach(async () => {
        const which = ['-n', NAMESPACE, '-l', 'app.kubernetes.io/part-of=airbyte-chaos'];
        await place.kubectl(['delete', 'testruns.k6.io,configmaps', ...which]);
        await place.kubectl(['wait', '--for=delete', 'pod', ...which, '--timeout=60s']);
      });

      const withLoad = (kubeconfig: string): ClusterConfig => ({
        ...configFor(kubeconfig),
        load: { ratePerSecond: 20, runners: 2, url: 'http://airbyte-server:8001' },
      });
      const all = (): ScenarioRights => rightsOf(id, 'default', withLoad(place.server.kubeconfig));
      /** All that a load asks of an API server. */
      async function putLoad(kubeconfig: string): Promise<void> {
        const signal = AbortSignal.timeout(WITHIN_MS);
        const scenario = await loadScenario(id);
        const existing = await openExisting({
          config: withLoad(kubeconfig),
          scenario,
          objective: undefined,
          confirm: undefined,
        });
        const runId = newRunId(new Date(), id, seededRandom(1));
        const prepared = await prepareLoad(existing, { configFile: 'FILE', runId });
        if (prepared === undefined) throw new Error('there is no load');
        const context = { now: () => performance.now(), say: () => undefined, signal };
        await prepared.load.start(1, context);
        const heard = await prepared.load.end(context);
        await prepared.remove(signal);
        const problems = heard.flatMap(({ problem }) => problem ?? []);
        if (problems.length > 0) throw new Error(problems.join());
      }

      test('its Role is enough, all of it is used, and nothing else is asked', async () => {
        const own = { ...all(), id: `${id}_load` };
        const [kubeconfig = ''] = await accounts([own]);
        await proveMissing(withLoad(kubeconfig), own.rights, []);
        await putLoad(kubeconfig);
        await use(kubeconfig, id, 'default');
        expectUsed(own);
      });

      const ofLoad = LOAD.rules.flatMap(({ apiGroups: [group], resources: [resource], verbs }) =>
        verbs.map((verb): Right => ({ group, resource, verb, namespace: NAMESPACE, purpose: '' })),
      );
      test.skipIf(IS_SHORT).each(ofLoad.map((right) => [describeRight(right), right] as const))(
        'without the right to %s it is too little, and that is told',
        async (name, right) => {
          const rights = all().rights.filter((one) => keyOf(one) !== keyOf(right));
          const less = name.replaceAll(/[^a-z]/g, '_');
          const [kubeconfig = ''] = await accounts([{ id: `load_less_${less}`, variant: 'default', rights }]);
          await proveMissing(withLoad(kubeconfig), all().rights, [right]);
          expect(await putLoad(kubeconfig).then(() => 'it could be done', told)).toMatch(refusalOf(right));
        },
      );
    });

    describe('from the command line', () => {
      const id = 'worker_failure';
      const account = roleName({ id, variant: 'default' });
      const file = (): string => join(folder, 'chaos.config.yaml');
      let airbyte: FakeAirbyte;
      const chaos = (...args: readonly string[]) => place.chaos(folder, ...args, '--config', file());
      const tokenOf = (name: string): Promise<string> => place.kubectl(['create', 'token', name, '-n', NAMESPACE]);

      beforeAll(async () => {
        airbyte = await fakeAirbyte({ jobs: [], connections: [], client: CLIENT });
        writeConfig(place.server.kubeconfig);
        const { stdout, stderr, exitCode } = await chaos('rbac');
        if (exitCode !== 0) throw new Error(stderr);
        await place.kubectl(['apply', '-f', '-'], stdout);
        writeConfig(place.server.kubeconfigFor(await tokenOf(account)));
        await proveMissing(await readClusterConfig(file()), rightsFor(id, 'default').rights, []);
      });
      afterAll(() => airbyte[Symbol.asyncDispose]());

      function writeConfig(kubeconfig: string): void {
        const config = configFor(kubeconfig);
        const allow = { ...config.allow, scenarios: [id] };
        writeFileSync(file(), JSON.stringify({ ...config, allow, endpoints: { api: airbyte.url.href } }));
      }

      test('a whole run is done with that Role, and asks for nothing else', async () => {
        await whole();
        const since = place.server.requests().length;
        const work = makeWorkplace();
        try {
          const { exitCode, journal, log } = await runForJournal(work, [
            id,
            '--platform',
            'cluster',
            '--config',
            file(),
          ]);
          // There is no sync, so nothing is concluded of syncs; all else passes.
          expect([exitCode, rootCauses(journal)], log).toEqual([2, ['job_outcome']]);
        } finally {
          work.remove();
        }
        expectUsed(rightsFor(id, 'default'), since);
      });

      test('doctor says the same, and what is not given', async () => {
        const { exitCode, stdout } = await chaos('doctor', '--platform', 'cluster');
        expect(stdout).toContain(`knows you as system:serviceaccount:${NAMESPACE}:${account}`);
        expect(stdout).toMatch(/✓ worker_failure: every right that it needs \(\d+\), and "worker" is 4 things here/);
        expect(stdout).toContain('--variant evicted lacks create pods/eviction');
        expect(stdout).toMatch(/· server_failure: every right/);
        expect(exitCode).toBe(0);
      });

      test('with one right less doctor and the command name it, and nothing is touched', async () => {
        const role = await place.kubectl(['get', 'role', account, '-n', NAMESPACE, '-o', 'json']);
        const less = role.replace(/"list",\s*"watch"/, '"list"');
        expect(less).not.toBe(role);
        await place.kubectl(['replace', '-f', '-'], less);
        const { rights } = rightsFor(id, 'default');
        const missing = rights.filter(({ resource, verb }) => resource === 'endpointslices' && verb === 'watch');
        await proveMissing(await readClusterConfig(file()), rights, missing);
        const since = place.server.requests().length;
        const lacks = 'lacks watch endpointslices.discovery.k8s.io';
        const doctor = await chaos('doctor', '--platform', 'cluster');
        expect([doctor.exitCode, doctor.stdout]).toEqual([64, expect.stringContaining(`✗ ${id}: ${lacks}\n`)]);
        const run = await chaos(id, '--platform', 'cluster');
        expect([run.exitCode, run.stderr]).toEqual([64, expect.stringContaining(`${lacks}.`)]);
        const dry = await chaos(id, '--platform', 'cluster', '--dry-run');
        expect([dry.exitCode, dry.stdout]).toEqual([64, expect.stringContaining(`✗ ${id} cannot be run`)]);
        expect(dry.stdout).toContain('can hit     airbyte-worker-');
        const asked = askedBy({ id, variant: 'default' }, since).map(({ verb }) => verb);
        expect(asked.filter((verb) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
        await place.kubectl(['replace', '--force', '-f', '-'], role);
      });

      test('who may do nothing is told all that is missing', async () => {
        await place.kubectl(['create', 'serviceaccount', 'nobody', '-n', NAMESPACE]);
        writeConfig(place.server.kubeconfigFor(await tokenOf('nobody')));
        const { exitCode, stdout } = await chaos('doctor', '--platform', 'cluster');
        expect(exitCode).toBe(64);
        expect(stdout).toContain('✗ Cluster and namespace: they may not be seen');
        for (const right of rightsFor(id, 'default').rights) expect(stdout).toContain(describeRight(right));
      });

      test.each(['claim:results', 'volume:1Gi', 's3://chaos/runs'])(
        'a CronJob with results in %s is taken by an API server that admits restricted pods alone',
        async (results) => {
          writeConfig(place.server.kubeconfig);
          const when = ['--schedule', '*/30 9-16 * * 1-5', '--time-zone', 'Europe/Berlin'];
          const where = ['--api', 'http://airbyte-airbyte-server-svc:8001', '--results', results];
          const image = ['--image', 'registry.example/chaos:1', '--s3-secret', 'bucket'];
          const { stdout, stderr } = await chaos('cronjob', id, ...image, ...when, ...where);
          const label = (value: string) =>
            place.kubectl(['label', 'namespace', NAMESPACE, `pod-security.kubernetes.io/enforce${value}`]);
          await label('=restricted');
          try {
            const applied = await place.kubectl(['apply', '--dry-run=server', '-f', '-'], stdout);
            expect(applied, stderr).toMatch(/cronjob.batch\/airbyte-chaos-worker-failure created \(server dry run\)/);
            // Jobs are not held against Pod Security, their pods are.
            const last: unknown = parseAllDocuments(stdout).at(-1)?.toJS();
            const { metadata, spec } = cronJob.parse(last).spec.jobTemplate.spec.template;
            const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { ...metadata, name: 'of-cronjob' }, spec };
            await place.kubectl(['create', '--dry-run=server', '-n', NAMESPACE, '-f', '-'], JSON.stringify(pod));
          } finally {
            await label('-');
          }
        },
      );

      test('from inside: the service account of the pod, and the cluster known by its UID', async () => {
        const { hostname, port } = new URL(place.server.url);
        const root = join(folder, 'pod');
        const mounted = join(root, 'var/run/secrets/kubernetes.io/serviceaccount');
        mkdirSync(mounted, { recursive: true });
        writeFileSync(join(mounted, 'token'), await tokenOf(account));
        writeFileSync(join(mounted, 'ca.crt'), Buffer.from(admin.config.getCurrentCluster()?.caData ?? '', 'base64'));
        vi.stubEnv('KUBERNETES_SERVICE_HOST', hostname);
        vi.stubEnv('KUBERNETES_SERVICE_PORT', port);
        try {
          const chosen = await chooseCluster({ context: 'in-cluster', root });
          const api = await guardApi(chosen.config);
          const seen = await seeCluster(chosen, api.core, NAMESPACE);
          const { kubeSystemUid } = server;
          const cluster = { context: 'in-cluster', server: 'https://kubernetes.default.svc', kubeSystemUid };
          expect(seen).toMatchObject(cluster);
          expect(ofCluster({ cluster }, { cluster: seen })).toEqual([]);
          const another = { ...cluster, kubeSystemUid: '0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11' };
          expect(ofCluster({ cluster: another }, { cluster: seen })).toMatchObject([{ code: 'other-cluster' }]);
          expect((await reviewRights(chosen, api, [])).who).toBe(userOf({ id, variant: 'default' }));
        } finally {
          vi.unstubAllEnvs();
        }
        await expect(chooseCluster({ context: 'in-cluster', root })).rejects.toThrow('here it does not run in one');
      });
    });
  },
);

/** The same rights without one of them, for each of them. */
function withOneLess(id: string, rights: readonly Right[]): readonly ScenarioRights[] {
  return rights.map((_, nth) => ({
    id: `${id}_less_${nth}`,
    variant: 'default',
    rights: rights.filter((__, other) => other !== nth),
  }));
}

const cronJob = z.object({
  spec: z.object({
    jobTemplate: z.object({
      spec: z.object({ template: z.object({ metadata: z.looseObject({}), spec: z.looseObject({}) }) }),
    }),
  }),
});

/** Pods of the Airbyte that is looked at. */
const PARTS = 8;

/** The right that a request takes; itself, as a right, where none of these allows it. */
function rightFor(request: AuditedRequest, rights: readonly Right[]): Right {
  const { verb, group, namespace = '', name, subresource } = request;
  const resource = subresource === undefined ? request.resource : `${request.resource}/${subresource}`;
  const found = rights.find(
    (right) =>
      right.verb === verb &&
      right.group === group &&
      right.resource === resource &&
      right.namespace === namespace &&
      (right.name === undefined || right.name === name),
  );
  return found ?? { verb, group, resource, namespace, purpose: '', ...(name === undefined ? {} : { name }) };
}

/** What has to be said where it is missing: the resource, and that it was not allowed. */
function refusalOf({ resource, verb }: Right): RegExp {
  // Of a watch the run itself hears no more than that; the command asks for its rights before, and names it.
  if (verb === 'watch') return /cannot be asked \(403 Forbidden\)/;
  const [plural = ''] = resource.split('/');
  return new RegExp(`(403|can-i)[^]*${plural}|${plural}[^]*(403|can-i)`);
}

/** The least that is served under that name: rights do not depend on what is in it. */
function definitionOf(kind: string): string {
  const plural = kind.toLowerCase();
  return `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: ${plural}.chaos-mesh.org
spec:
  group: chaos-mesh.org
  names: {kind: ${kind}, listKind: ${kind}List, plural: ${plural}, singular: ${plural}}
  scope: Namespaced
  versions:
    - name: v1alpha1
      served: true
      storage: true
      schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}
`;
}
