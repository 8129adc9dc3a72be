import type { CoreV1Api, V1Pod } from '@kubernetes/client-node';

/** Between two looks, in milliseconds. */
const EVERY_MS = 100;

export interface StandInKubelet {
  stop(): Promise<void>;
}

/**
 * Does what a scheduler and a kubelet would do, for an API server without nodes: binds pods, calls them ready, and ends those that are to be ended once
 * `endsAfterMs` have passed. No process runs.
 */
export function standInKubelet(core: CoreV1Api, namespace: string, endsAfterMs: number): StandInKubelet {
  const ending = new Map<string, number>();
  const stopping = new AbortController();
  async function look(): Promise<void> {
    const { items } = await core.listNamespacedPod({ namespace });
    for (const pod of items) await attend(pod).catch(() => undefined); // it may be gone by now
  }
  async function attend(pod: V1Pod): Promise<void> {
    const name = pod.metadata?.name ?? '';
    const uid = pod.metadata?.uid ?? '';
    if (pod.metadata?.deletionTimestamp !== undefined) {
      const since = ending.get(uid) ?? performance.now();
      ending.set(uid, since);
      if (performance.now() - since < endsAfterMs) return;
      await core.deleteNamespacedPod({ name, namespace, body: { gracePeriodSeconds: 0, preconditions: { uid } } });
    } else if (pod.spec?.nodeName === undefined) {
      const target = { apiVersion: 'v1', kind: 'Node', name: 'node-1' };
      await core.createNamespacedPodBinding({ name, namespace, body: { metadata: { name }, target } });
    } else if (pod.status?.phase === 'Pending') {
      await core.patchNamespacedPodStatus({
        name,
        namespace,
        body: [{ op: 'add', path: '/status', value: running(uid) }],
      });
    }
  }
  const done = (async () => {
    while (!stopping.signal.aborted) {
      await look().catch(() => undefined);
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await done;
    },
  };
}

function running(uid: string): object {
  const containerID = `containerd://${uid.replaceAll('-', '')}`;
  const startedAt = new Date().toISOString();
  return {
    phase: 'Running',
    conditions: [{ type: 'Ready', status: 'True' }],
    containerStatuses: [
      {
        name: 'main',
        ready: true,
        restartCount: 0,
        image: 'none',
        imageID: 'none',
        containerID,
        state: { running: { startedAt } },
      },
    ],
  };
}
