import { ChaosError } from '../../core/errors.ts';
import type { Platform, RunningStack, UndoAction } from '../../core/platform.ts';

type RemoveOwn = Extract<UndoAction, { readonly kind: 'remove-own' }>;

/** What a run makes in Airbyte for itself, as far as it has to be put away. */
export interface OwnPlatformTraffic {
  readonly undo: UndoAction;
  /** Removes it; says what was removed. @throws ChaosError with what is still there. */
  readonly remove: (signal: AbortSignal) => Promise<string>;
  /** What of it is there, in words. @throws ChaosError where that cannot be told. */
  readonly leftOvers: () => Promise<string[]>;
}

export interface ClusterPlatformOptions {
  /** `airbyte-v2` */
  readonly profile: string;
  /** Opens what is there. Only reads. */
  readonly open: (signal: AbortSignal) => Promise<RunningStack>;
  /** Undefined where a run makes nothing. */
  readonly traffic?: OwnPlatformTraffic | undefined;
  /** Removes what another run made. */
  readonly remove?: (action: RemoveOwn, signal: AbortSignal) => Promise<string>;
}

/** An Airbyte that somebody else runs. Nothing is brought up; what a run makes in it for itself is written down before anything is made, and removed. */
export function clusterPlatform({ profile, open, traffic, remove }: ClusterPlatformOptions): Platform {
  return {
    id: 'cluster',
    profile,
    capabilities: new Set(['watch-instances', 'remove-instances']),
    prepare: async () => Promise.resolve(),
    async up({ signal, beforeChange }) {
      if (traffic !== undefined) await beforeChange(traffic.undo);
      return open(signal);
    },
    findRunning: async () => Promise.resolve(undefined),
    findStacks: async () => Promise.resolve([]),
    findAbandoned: () => [],
    async undo(action, signal) {
      if (action.kind === 'remove-own' && traffic !== undefined) return traffic.remove(signal);
      if (action.kind === 'remove-own' && remove !== undefined) return remove(action, signal);
      throw new ChaosError({ code: 'internal', message: `There is nothing like ${action.kind} to undo in a cluster.` });
    },
  };
}
