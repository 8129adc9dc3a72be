import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { connectKubernetes } from '../../kind/kubernetes-api.ts';
import { startApiServer, type ApiServer } from './api-server.ts';
import { whyNoApiServer } from './api-server-programs.ts';

const reason = await whyNoApiServer();

describe.skipIf(reason !== undefined)(
  `an API server without nodes${reason === undefined ? '' : ` (${reason})`}`,
  () => {
    let server: ApiServer;
    beforeAll(async () => {
      server = await startApiServer({ controllers: ['serviceaccount-controller'] });
    });
    afterAll(() => server.stop());

    test('the administrator may do all', async () => {
      const { core } = await connectKubernetes(server.kubeconfig);
      await core.createNamespace({ body: { metadata: { name: 'made' } } });
      expect((await core.readNamespace({ name: 'made' })).metadata?.uid).toMatch(/-/);
    });

    test('a ServiceAccount may do what a Role gives it, and nothing else', async () => {
      const { core, config } = await connectKubernetes(server.kubeconfig);
      const { RbacAuthorizationV1Api } = await import('@kubernetes/client-node');
      const namespace = 'default';
      await core.createNamespacedServiceAccount({ namespace, body: { metadata: { name: 'reader' } } });
      const rbac = config.makeApiClient(RbacAuthorizationV1Api);
      const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['list'] }];
      await rbac.createNamespacedRole({ namespace, body: { metadata: { name: 'reader' }, rules } });
      await rbac.createNamespacedRoleBinding({
        namespace,
        body: {
          metadata: { name: 'reader' },
          roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'reader' },
          subjects: [{ kind: 'ServiceAccount', name: 'reader', namespace }],
        },
      });
      const { status } = await core.createNamespacedServiceAccountToken({
        name: 'reader',
        namespace,
        body: { spec: { audiences: [] } },
      });
      const reader = await connectKubernetes(server.kubeconfigFor(status?.token ?? ''));
      await expect.poll(() => reader.core.listNamespacedPod({ namespace }).then(({ items }) => items)).toEqual([]);
      await expect(reader.core.listNamespacedSecret({ namespace })).rejects.toMatchObject({ code: 403 });
      const asked = server.requests().filter(({ user }) => user === 'system:serviceaccount:default:reader');
      expect(asked.map(({ verb, resource }) => `${verb} ${resource}`)).toContain('list secrets');
    });

    test('a nobody is told so', async () => {
      const { core } = await connectKubernetes(server.kubeconfigFor('nobody'));
      await expect(core.listNamespace()).rejects.toMatchObject({ code: 401 });
    });

    test('kubectl works with it', async () => {
      const { stdout } = await execa(server.kubectl, ['--kubeconfig', server.kubeconfig, 'auth', 'can-i', '*', '*']);
      expect(stdout).toBe('yes');
    });

    test('after its stop nothing is left', async () => {
      const another = await startApiServer();
      await another.stop();
      await another.stop();
      expect(existsSync(dirname(another.kubeconfig))).toBe(false);
      await expect(fetch(another.url)).rejects.toThrow('fetch failed');
    });
  },
);
