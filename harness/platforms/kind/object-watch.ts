import type { KubernetesListObject, KubernetesObject } from '@kubernetes/client-node';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosError } from '../../core/errors.ts';
import { describeAnswer, pauseAfter, statusOf } from './api-answers.ts';
import type { KubernetesApi } from './kubernetes-api.ts';
import { askPatiently } from './patient-api.ts';

const GONE = 410;
/** A watch that ends sooner is not opened again without a pause. */
const SHORT_MS = 200;
/** Nobody is waited for longer than that, whatever he asks for. */
const LONGEST_PAUSE_MS = 30_000;

/** Objects of one kind, as the API server tells of them. */
export interface ObjectWatch<Kind extends KubernetesObject> {
  /** As last heard of. */
  all(): readonly Kind[];
  /** Calls the listener at every change, with `isGone` for an object that was removed. Returns what ends that. */
  onChange(listener: (object: Kind, isGone: boolean) => void): () => void;
  stop(): void;
}

/** A watch that says whether what was heard last still holds: it does not while the API server cannot be followed. */
export interface FollowingWatch<Kind extends KubernetesObject> extends ObjectWatch<Kind> {
  isFollowing(): boolean;
  /** Calls the listener when the API server cannot be followed any more, and when it can again. Returns what ends that. */
  onFollowing(listener: (isFollowing: boolean) => void): () => void;
}

type Listed<Kind extends KubernetesObject> = Pick<KubernetesListObject<Kind>, 'items' | 'metadata'>;

export interface WatchOptions<Kind extends KubernetesObject> {
  /** Of the API: `/api/v1/pods`. */
  readonly path: string;
  readonly labelSelector?: string;
  readonly list: () => Promise<Listed<Kind>>;
  /** What is kept of an object; all of it when it is left out. */
  readonly trim?: (object: Kind) => Kind;
  /** Ends the wait for the first list. */
  readonly signal?: AbortSignal;
}

/**
 * Lists objects and follows them, also past a time without an API server. The library's own informer is not used: it waits for up to 30 s before it
 * looks again, which would be part of every time that is measured. Such times are told to the API's `trouble`. Resolves with the first list.
 * @throws ChaosError `platform` when there is no first list in time.
 */
export async function watchObjects<Kind extends KubernetesObject>(
  api: Pick<KubernetesApi, 'config' | 'trouble'>,
  { path, labelSelector, list, trim = (object) => object, signal }: WatchOptions<Kind>,
): Promise<FollowingWatch<Kind>> {
  const { Watch } = await import('@kubernetes/client-node');
  const watch = new Watch(api.config);
  const who = {};
  const known = new Map<string, Kind>();
  const listeners = new Set<(object: Kind, isGone: boolean) => void>();
  const ending = new AbortController();
  let version = '';
  let isFollowing = true;
  const followers = new Set<(isFollowing: boolean) => void>();

  function tellFollowing(now: boolean): void {
    if (now === isFollowing) return;
    isFollowing = now;
    for (const listener of followers) listener(now);
  }
  function take(object: Kind, isGone: boolean): void {
    const uid = object.metadata?.uid ?? '';
    if (!isGone && known.get(uid)?.metadata?.resourceVersion === object.metadata?.resourceVersion) return;
    if (isGone) known.delete(uid);
    else known.set(uid, object);
    for (const listener of listeners) listener(object, isGone);
  }
  async function listAll(): Promise<void> {
    const { items, metadata } = await list();
    if (ending.signal.aborted) return;
    const present = new Set(items.map((object) => object.metadata?.uid));
    for (const [uid, object] of known) if (!present.has(uid)) take(object, true);
    for (const object of items) take(object, false);
    version = metadata?.resourceVersion ?? '';
  }
  /** Follows the changes until the connection ends; throws when the list has to be made anew. */
  async function follow(): Promise<void> {
    const query = { labelSelector, resourceVersion: version };
    let isOpen = false;
    let hasEnded = false;
    let close = (): void => undefined;
    const ended = new Promise<void>((resolve, reject) => {
      const hear = (kind: string, object: Kind): void => {
        if (hasEnded) return;
        if (kind === 'ERROR') {
          hasEnded = true;
          reject(watchEnded(object));
          return;
        }
        version = object.metadata?.resourceVersion ?? version;
        take(trim(object), kind === 'DELETED');
      };
      const opened = watch.watch(path, query, hear, (error: unknown) => {
        hasEnded = true;
        if (error == null || (isOpen && isSilence(error))) resolve();
        else reject(watchEnded(error));
      });
      close = () => void opened.then((controller) => controller.abort()).catch(() => undefined);
      const begin = (): void => {
        isOpen = !hasEnded;
        if (!isOpen) return;
        api.trouble.settled(who);
        tellFollowing(true);
      };
      opened.then(begin, reject);
    });
    ending.signal.addEventListener('abort', close);
    try {
      await ended;
    } finally {
      ending.signal.removeEventListener('abort', close);
      close();
    }
  }
  async function goOn(): Promise<void> {
    let isListed = true;
    while (!ending.signal.aborted) {
      const startedAt = performance.now();
      try {
        if (!isListed) await listAll();
        isListed = true;
        await follow();
        if (performance.now() - startedAt < SHORT_MS) await rest(SHORT_MS);
      } catch (error) {
        if (ending.signal.aborted) break;
        isListed = false;
        // Where nothing changed for long, what the watch would go on from is forgotten: the list is made anew, and nothing was missed.
        if (statusOf(error) === GONE) {
          if (performance.now() - startedAt < SHORT_MS) await rest(SHORT_MS);
          continue;
        }
        api.trouble.failed(who, error);
        tellFollowing(false);
        await rest(Math.min(pauseAfter(error), LONGEST_PAUSE_MS));
      }
    }
    api.trouble.settled(who);
  }
  async function rest(forMs: number): Promise<void> {
    await pause(forMs, undefined, { signal: ending.signal, ref: false }).catch(() => undefined);
  }

  await askPatiently(api, listAll, { signal });
  void goOn();
  return {
    all: () => [...known.values()],
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    isFollowing: () => isFollowing,
    onFollowing(listener) {
      followers.add(listener);
      return () => followers.delete(listener);
    },
    stop: () => ending.abort(),
  };
}

function watchEnded(cause: unknown): ChaosError {
  return new ChaosError({ code: 'platform', message: `The watch ended: ${describeAnswer(cause)}.`, cause });
}

/** Silence of an open watch for half a minute is no failure: nothing has changed. */
function isSilence(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError';
}
