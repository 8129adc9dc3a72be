import type { KubernetesObject } from '@kubernetes/client-node';
import type { ObjectWatch } from './object-watch.ts';

/** Tells its listeners of changes, whichever cluster they come from. */
export interface WatchRelay<Kind extends KubernetesObject> extends Pick<ObjectWatch<Kind>, 'onChange'> {
  tell(object: Kind, isGone: boolean): void;
  /** From now on changes come from there, and from nowhere else. */
  follow(watch: ObjectWatch<Kind>): void;
  /** What is lost is not listened to any more. */
  leave(): void;
}

/** Begins with this watch. */
export function watchRelay<Kind extends KubernetesObject>(first: ObjectWatch<Kind>): WatchRelay<Kind> {
  const listeners = new Set<(object: Kind, isGone: boolean) => void>();
  const tell = (object: Kind, isGone: boolean): void => {
    for (const listener of listeners) listener(object, isGone);
  };
  let leave = first.onChange(tell);
  return {
    tell,
    follow(watch) {
      leave();
      leave = watch.onChange(tell);
    },
    leave: () => leave(),
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
