import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { keyOf } from '../../platforms/cluster/access-reviews.ts';
import { clusterConfigSchema, type ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import type { Right } from '../../platforms/cluster/rights.ts';
import { CONFIG } from '../../platforms/cluster/testing/an-attempt.ts';
import { RUNNABLE } from '../../profiles/translate/needs.ts';
import { inClusterConfig } from './in-cluster-config.ts';
import { renderRbac } from './render-rbac.ts';
import { parseResults } from './results-place.ts';
import { rulesOf, type RoleRule } from './role-rules.ts';
import { EXISTING_VARIANTS, rightsOf } from './scenario-rights.ts';
import { parseSubject } from './subject.ts';

/*
 * How it could lie: a Role that gives more than the rights that it was made of, or less; a name that is somebody else's; a configuration that is another one
 * inside of the cluster.
 */

/** Every right that these rules give, as the API server reads them. */
function given(rules: readonly RoleRule[], namespace: string): readonly string[] {
  return rules.flatMap(({ rule: { apiGroups, resources, verbs, resourceNames = [undefined] } }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) =>
        verbs.flatMap((verb) =>
          resourceNames.map((name) =>
            keyOf({ group, resource, verb, namespace, purpose: '', ...(name === undefined ? {} : { name }) }),
          ),
        ),
      ),
    ),
  );
}

test('rules give exactly the rights that they were made of, whatever these are', () => {
  const right: fc.Arbitrary<Right> = fc.record(
    {
      group: fc.constantFrom('', 'apps', 'batch'),
      resource: fc.constantFrom('pods', 'pods/eviction', 'deployments', 'secrets'),
      verb: fc.constantFrom('get', 'list', 'watch', 'delete'),
      name: fc.constantFrom('a', 'b'),
      namespace: fc.constant('airbyte'),
      purpose: fc.constantFrom('to see', 'to break'),
    },
    { requiredKeys: ['group', 'resource', 'verb', 'namespace', 'purpose'] },
  );
  fc.assert(
    fc.property(fc.array(right), (rights) => {
      const wanted = new Set(rights.map(keyOf));
      expect(new Set(given(rulesOf(rights), 'airbyte'))).toEqual(wanted);
    }),
  );
});

describe.each(RUNNABLE)('%s', (id) => {
  test.each(EXISTING_VARIANTS)(
    '%s: no wildcard, one verb that changes something, one right beyond the namespace',
    (variant) => {
      const { rights } = rightsOf(id, variant, CONFIG);
      const words = rights.flatMap(({ group, resource, verb, name = '' }) => [group, resource, verb, name]);
      expect(words.filter((word) => word.includes('*'))).toEqual([]);
      const changing = rights.filter(({ verb }) => !['get', 'list', 'watch'].includes(verb));
      expect(changing.map(({ resource, verb }) => `${verb} ${resource}`)).toEqual([
        variant === 'evicted' ? 'create pods/eviction' : 'delete pods',
      ]);
      const beyond = rights.filter(({ namespace }) => namespace !== CONFIG.namespace);
      expect(beyond).toMatchObject([{ verb: 'get', resource: 'namespaces', name: 'kube-system' }]);
      expect(rights.filter(({ resource }) => resource === 'secrets')).toEqual([]);
    },
  );
});

test('all of them need the same, so what is proven of one holds for each', () => {
  for (const variant of EXISTING_VARIANTS) {
    const [first, ...others] = RUNNABLE.map((id) => rightsOf(id, variant, CONFIG).rights.map(keyOf));
    for (const other of others) expect(other).toEqual(first);
  }
});

test('the loss of a site takes rights to look alone: the operator’s own commands do the rest', () => {
  const { rights, variant } = rightsOf('cluster_failure', 'evicted', CONFIG);
  expect(variant).toBe('default');
  expect(new Set(rights.map(({ verb }) => verb))).toEqual(new Set(['get', 'list']));
});

test('what cannot run on an existing Airbyte gets no rights, and says so', () => {
  expect(() => rightsOf('node_failure', 'default', CONFIG)).toThrow('cannot run on an Airbyte that is there already');
});

/** Traffic of a run's own whose source has this for its password. */
function own(
  password: { readonly file: string } | { readonly secret: { readonly name: string; readonly key: string } },
) {
  const workspace = '0f3c1c2e-5c0b-4d0e-9f43-6a3f3f0a9b11';
  const connector = (connectionConfiguration: Readonly<Record<string, unknown>>) => ({
    definition: 'Postgres',
    connectionConfiguration,
  });
  return { workspace, source: connector({ password }), destination: connector({}) };
}

test('only secrets that the configuration names can be read, each once', () => {
  const secret = { secret: { name: 'keys', key: 'x' } };
  const traffic = { startSync: false, own: own({ secret: { name: 'source', key: 'password' } }) };
  const config: ClusterConfig = {
    ...CONFIG,
    credentials: { api: { clientId: secret, clientSecret: secret } },
    traffic,
  };
  const { rights } = rightsOf('worker_failure', 'default', config);
  expect(rights.filter(({ resource }) => resource === 'secrets')).toMatchObject([
    { verb: 'get', name: 'keys' },
    { verb: 'get', name: 'source' },
  ]);
});

const named = z.object({
  kind: z.string(),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
});
async function documents(
  options: Partial<Parameters<typeof renderRbac>[0]> = {},
): Promise<readonly z.infer<typeof named>[]> {
  const text = await renderRbac({ config: CONFIG, scenarios: [], variant: 'default', subject: undefined, ...options });
  return parseAllDocuments(text).map((one) => named.parse(one.toJS()));
}

test('each scenario that is allowed has a ServiceAccount, a Role and a ClusterRole of its own; what cannot run is left out', async () => {
  const allow = { ...CONFIG.allow, scenarios: ['worker_failure', 'node_failure', 'cluster_failure'] };
  const kinds = (await documents({ config: { ...CONFIG, allow } })).map(({ kind }) => kind);
  const one = ['ServiceAccount', 'Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding'];
  expect(kinds).toEqual([...one, ...one]);
});

test('rights for somebody who is there make nobody', async () => {
  const made = await documents({ subject: parseSubject('group:sre', 'airbyte'), scenarios: ['worker_failure'] });
  expect(made.map(({ kind }) => kind)).toEqual(['Role', 'RoleBinding', 'ClusterRole', 'ClusterRoleBinding']);
  expect(made.flatMap(({ subjects = [] }) => subjects)).toEqual([
    { kind: 'Group', name: 'sre' },
    { kind: 'Group', name: 'sre' },
  ]);
});

test('where nothing is allowed and nothing named, nothing is given', async () => {
  const config = clusterConfigSchema.parse({ ...CONFIG, allow: {} });
  await expect(documents({ config })).rejects.toThrow('allows no scenario');
});

test('subjects', () => {
  expect(parseSubject('ci', 'airbyte')).toEqual({ kind: 'ServiceAccount', name: 'ci', namespace: 'airbyte' });
  expect(parseSubject('tools/ci', 'airbyte')).toEqual({ kind: 'ServiceAccount', name: 'ci', namespace: 'tools' });
  expect(parseSubject('user:jane@example.com', 'airbyte')).toMatchObject({ kind: 'User', name: 'jane@example.com' });
  expect(() => parseSubject('Jane Doe', 'airbyte')).toThrow('neither a ServiceAccount, a user nor a group');
});

test('places of results', () => {
  expect(parseResults('claim:runs')).toEqual({ kind: 'claim', name: 'runs' });
  expect(parseResults('volume:5Gi')).toEqual({ kind: 'volume', size: '5Gi' });
  expect(parseResults('s3://chaos/runs')).toEqual({ kind: 's3', place: 's3://chaos/runs' });
  expect(() => parseResults('/tmp')).toThrow('no place for results');
});

describe('a configuration from inside', () => {
  let folder = '';
  beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'chaos-inside-'))));
  afterEach(() => rmSync(folder, { recursive: true }));

  const API = 'http://airbyte-server:8001';
  async function inside(more: object = {}, api: string | undefined = API): Promise<unknown> {
    const written = {
      ...CONFIG,
      cluster: { ...CONFIG.cluster, kubeconfig: '/home/me/.kube/config' },
      stopFile: '/tmp/STOP',
      ...more,
    };
    const file = join(folder, 'chaos.config.yaml');
    writeFileSync(file, JSON.stringify(written));
    const files = await inClusterConfig({ file, config: clusterConfigSchema.parse(written), api });
    return { ...files, 'chaos.config.yaml': clusterConfigSchema.parse(parse(files['chaos.config.yaml'] ?? '')) };
  }

  test('is the same but for the way to the cluster and to the API', async () => {
    const { context: _context, server: _server, ...cluster } = CONFIG.cluster;
    expect(await inside()).toEqual({
      'chaos.config.yaml': {
        ...CONFIG,
        cluster: { ...cluster, context: 'in-cluster', server: 'https://kubernetes.default.svc' },
        endpoints: { api: API },
      },
    });
  });

  test('takes objectives of one’s own with it', async () => {
    const objectives = join(folder, 'own.yaml');
    writeFileSync(objectives, 'worker_failure: mine\n');
    expect(await inside({ objectives })).toMatchObject({
      'chaos.config.yaml': { objectives: '/config/objectives.yaml' },
      'objectives.yaml': 'worker_failure: mine\n',
    });
  });

  test.each([
    [
      'credentials of this machine',
      { credentials: { api: { token: { env: 'TOKEN' } } } },
      API,
      'credentials.api.token is on this machine',
    ],
    [
      'secrets of connectors that are on this machine',
      { traffic: { own: own({ file: 'password.txt' }) } },
      API,
      'traffic.own.source.connectionConfiguration.password is on this machine',
    ],
    ['an address of this machine', {}, 'http://127.0.0.1:8001', 'inside of the cluster is the pod itself'],
  ])('refuses %s', async (_what, more, api, says) => {
    await expect(inside(more, api)).rejects.toThrow(says);
  });

  test('refuses to guess where the API is', async () => {
    const file = join(folder, 'chaos.config.yaml');
    await expect(inClusterConfig({ file, config: CONFIG, api: undefined })).rejects.toThrow('is not known');
  });
});
