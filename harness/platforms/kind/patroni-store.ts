import type { V1Endpoints } from '@kubernetes/client-node';
import pWaitFor from 'p-wait-for';
import type { DatabaseStore } from '../../core/database-cluster.ts';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer } from './api-answers.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { watchObjects, type FollowingWatch } from './object-watch.ts';
import { PATIENCE_MS } from './patient-api.ts';
import type { PodWatch } from './pod-watch.ts';

const NAMESPACE = 'database';

/** The lease of the leader as it was last seen to change, on our own clock. */
interface SeenLease {
  readonly renewed: string;
  readonly atMs: number;
}

/** With what ends its watch. */
export interface PatroniStore extends DatabaseStore {
  close(): void;
}

/**
 * Patroni's state where Kubernetes is its store: annotations of Endpoints. Nothing there runs out by itself: like Patroni's members, the reader
 * counts the leader's key as gone when it has not been renewed for its ttl on the reader's own clock, without the time in which nothing could be read.
 * They are watched from the first look on: to list them for each of ten looks a second was half of all that the API server had to do.
 */
export function patroniStore(api: KubernetesApi, pods: PodWatch): PatroniStore {
  let lease: SeenLease | undefined;
  let opened: Promise<FollowingWatch<V1Endpoints>> | undefined;
  let isClosed = false;

  async function open(scope: string, signal: AbortSignal): Promise<FollowingWatch<V1Endpoints>> {
    const labelSelector = `application=patroni,cluster-name=${scope}`;
    const watch = await watchObjects<V1Endpoints>(api, {
      path: `/api/v1/namespaces/${NAMESPACE}/endpoints`,
      labelSelector,
      list: () => api.core.listNamespacedEndpoints({ namespace: NAMESPACE, labelSelector }),
      signal,
    });
    watch.onFollowing((isFollowing) => {
      if (isFollowing) lease = undefined;
    });
    watch.onChange(({ metadata }) => {
      if (metadata?.name === scope) isHeld(metadata.annotations ?? {});
    });
    if (isClosed) watch.stop();
    return watch;
  }
  async function watchOf(scope: string, signal: AbortSignal): Promise<FollowingWatch<V1Endpoints>> {
    opened ??= open(scope, signal);
    return opened.catch((cause: unknown) => {
      opened = undefined;
      throw silent(describeAnswer(cause), cause);
    });
  }
  async function annotations(
    scope: string,
    signal: AbortSignal,
  ): Promise<Map<string, Readonly<Record<string, string>>>> {
    const watch = await watchOf(scope, signal);
    if (!watch.isFollowing()) throw silent('it cannot be followed');
    return new Map(watch.all().map(({ metadata }) => [metadata?.name ?? '', metadata?.annotations ?? {}]));
  }
  function isHeld({ renewTime = '', ttl = '0' }: Readonly<Record<string, string>>): boolean {
    const now = performance.now();
    if (lease?.renewed !== renewTime) lease = { renewed: renewTime, atMs: now };
    return now - lease.atMs <= Number(ttl) * 1000;
  }
  return {
    async read(scope, signal) {
      const found = await annotations(scope, signal);
      const leader = found.get(scope) ?? {};
      const config = found.get(`${scope}-config`) ?? {};
      const { leader: syncLeader, sync_standby: standby } = found.get(`${scope}-sync`) ?? {};
      const keys = new Map<string, string>();
      if (leader['leader'] !== undefined && isHeld(leader)) keys.set('leader', leader['leader']);
      if (config['config'] !== undefined) keys.set('config', config['config']);
      if (config['history'] !== undefined) keys.set('history', config['history']);
      if (syncLeader !== undefined)
        keys.set('sync', JSON.stringify({ leader: syncLeader, sync_standby: standby ?? null }));
      for (const { metadata } of pods.all()) {
        const status = metadata?.annotations?.['status'];
        if (metadata?.labels?.['cluster-name'] === scope && status !== undefined)
          keys.set(`members/${metadata.name ?? ''}`, status);
      }
      return keys;
    },
    async leaseSeconds(scope, signal) {
      // Asked once, before something is broken: an API server that restarts just then is waited for.
      const watch = await watchOf(scope, signal);
      await pWaitFor(() => watch.isFollowing(), { interval: 50, timeout: PATIENCE_MS, signal });
      const { ttl } = (await annotations(scope, signal)).get(scope) ?? {};
      return ttl === undefined ? undefined : Number(ttl);
    },
    close() {
      isClosed = true;
      void opened?.then((watch) => watch.stop()).catch(() => undefined);
    },
  };
}

function silent(why: string, cause?: unknown): ChaosError {
  return new ChaosError({ code: 'client', message: `The API server did not answer: ${why}.`, cause });
}
