import type { V1Endpoints } from '@kubernetes/client-node';
import type { DatabaseStore } from '../../core/database-cluster.ts';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer } from './api-answers.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { askPatiently } from './patient-api.ts';
import type { PodWatch } from './pod-watch.ts';

const NAMESPACE = 'database';

/** The lease of the leader as it was last seen to change, on our own clock. */
interface SeenLease {
  readonly renewed: string;
  readonly atMs: number;
}

/**
 * Patroni's state where Kubernetes is its store: annotations of Endpoints. Nothing there runs out by itself: like Patroni's members, the reader
 * counts the leader's key as gone when it has not been renewed for its ttl on the reader's own clock.
 */
export function patroniStore(api: KubernetesApi, watch: PodWatch): DatabaseStore {
  let lease: SeenLease | undefined;

  async function annotations(scope: string): Promise<Map<string, Readonly<Record<string, string>>>> {
    try {
      const { items } = await api.core.listNamespacedEndpoints({
        namespace: NAMESPACE,
        labelSelector: `application=patroni,cluster-name=${scope}`,
      });
      return new Map(items.map((item: V1Endpoints) => [item.metadata?.name ?? '', item.metadata?.annotations ?? {}]));
    } catch (cause) {
      throw new ChaosError({
        code: 'client',
        message: `The API server did not answer: ${describeAnswer(cause)}.`,
        cause,
      });
    }
  }
  function isHeld({ renewTime = '', ttl = '0' }: Readonly<Record<string, string>>): boolean {
    const now = performance.now();
    if (lease?.renewed !== renewTime) lease = { renewed: renewTime, atMs: now };
    return now - lease.atMs <= Number(ttl) * 1000;
  }
  return {
    async read(scope) {
      const found = await annotations(scope);
      const leader = found.get(scope) ?? {};
      const config = found.get(`${scope}-config`) ?? {};
      const { leader: syncLeader, sync_standby: standby } = found.get(`${scope}-sync`) ?? {};
      const keys = new Map<string, string>();
      if (leader['leader'] !== undefined && isHeld(leader)) keys.set('leader', leader['leader']);
      if (config['config'] !== undefined) keys.set('config', config['config']);
      if (config['history'] !== undefined) keys.set('history', config['history']);
      if (syncLeader !== undefined)
        keys.set('sync', JSON.stringify({ leader: syncLeader, sync_standby: standby ?? null }));
      for (const { metadata } of watch.all()) {
        const status = metadata?.annotations?.['status'];
        if (metadata?.labels?.['cluster-name'] === scope && status !== undefined)
          keys.set(`members/${metadata.name ?? ''}`, status);
      }
      return keys;
    },
    async leaseSeconds(scope, signal) {
      const { ttl } = (await askPatiently(api, () => annotations(scope), { signal })).get(scope) ?? {};
      return ttl === undefined ? undefined : Number(ttl);
    },
  };
}
