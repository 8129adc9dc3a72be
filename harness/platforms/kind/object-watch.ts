import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node';
import { ChaosError, describeError } from '../../core/errors.ts';
import type { KubernetesApi } from './kubernetes-api.ts';

const RETRY_MS = 200;

/** Objects of one kind, as the API server tells of them. */
export interface ObjectWatch<Kind extends KubernetesObject> {
  /** As last heard of. */
  all(): readonly Kind[];
  /** Calls the listener at every change, with `isGone` for an object that was removed. Returns what ends that. */
  onChange(listener: (object: Kind, isGone: boolean) => void): () => void;
  stop(): void;
}

export interface WatchOptions<Kind extends KubernetesObject> {
  /** Of the API: `/api/v1/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly list: () => Promise<KubernetesListObject<Kind>>;
}

/**
 * Lists objects and follows them, also past a time without an API server. The library's own informer is not used: it waits for up to 30 s before it
 * looks again, which would be part of every time that is measured. Resolves with the first list.
 */
export async function watchObjects<Kind extends KubernetesObject>(
  { config }: KubernetesApi,
  { path, labelSelector, list }: WatchOptions<Kind>,
): Promise<ObjectWatch<Kind>> {
  const { Watch } = await import('@kubernetes/client-node');
  const watch = new Watch(config);
  const known = new Map<string, Kind>();
  const listeners = new Set<(object: Kind, isGone: boolean) => void>();
  const ending = new AbortController();
  let version = '';

  function take(object: Kind, isGone: boolean): void {
    const uid = object.metadata?.uid ?? '';
    if (!isGone && known.get(uid)?.metadata?.resourceVersion === object.metadata?.resourceVersion) return;
    if (isGone) known.delete(uid);
    else known.set(uid, object);
    for (const listener of listeners) listener(object, isGone);
  }
  async function listAll(): Promise<void> {
    const { items, metadata } = await list();
    const present = new Set(items.map((object) => object.metadata?.uid));
    for (const [uid, object] of known) if (!present.has(uid)) take(object, true);
    for (const object of items) take(object, false);
    version = metadata?.resourceVersion ?? '';
  }
  /** Follows the changes until the connection ends; throws when the list has to be made anew. */
  async function follow(): Promise<void> {
    const query = { labelSelector, resourceVersion: version };
    await new Promise<void>((resolve, reject) => {
      const opened = watch.watch(
        path,
        query,
        (kind: string, object: Kind) => {
          if (kind === 'ERROR') {
            reject(new ChaosError({ code: 'platform', message: 'The watch is too far behind.' }));
            return;
          }
          version = object.metadata?.resourceVersion ?? version;
          take(object, kind === 'DELETED');
        },
        (error: unknown) => {
          // Silence for half a minute is no failure: nothing has changed.
          if (error == null || (error instanceof Error && error.name === 'TimeoutError')) resolve();
          else reject(new ChaosError({ code: 'platform', message: describeError(error), cause: error }));
        },
      );
      const abort = (): void => void opened.then((controller) => controller.abort()).catch(() => undefined);
      ending.signal.addEventListener('abort', abort, { once: true });
      opened.catch(reject);
    });
  }
  async function goOn(): Promise<void> {
    let isListed = true;
    while (!ending.signal.aborted) {
      try {
        if (!isListed) await listAll();
        isListed = true;
        await follow();
      } catch {
        isListed = false;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS).unref());
      }
    }
  }

  await listAll();
  void goOn();
  return {
    all: () => [...known.values()],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    stop: () => ending.abort(),
  };
}
