import { ChaosError } from '../../core/errors.ts';
import type { Capability, Patience, Platform, RunningStack, UndoAction } from '../../core/platform.ts';

type RemoveOwn = Extract<UndoAction, { readonly kind: 'remove-own' }>;
export type RemoveChaos = Extract<UndoAction, { readonly kind: 'remove-chaos' }>;
type RemoveLoad = Extract<UndoAction, { readonly kind: 'remove-load' }>;

/** What a run makes for itself, in Airbyte or in the cluster, as far as it has to be put away. */
export interface OwnPlatformTraffic {
  readonly undo: UndoAction;
  /** Removes it; says what was removed. @throws ChaosError with what is still there. */
  readonly remove: (signal: AbortSignal) => Promise<string>;
  /** What of it is there, in words. @throws ChaosError where that cannot be told. */
  readonly leftOvers: () => Promise<string[]>;
}

const CAPABILITY = {
  removal: 'remove-instances',
  partition: 'partition-instances',
  clock: 'skew-clocks',
} as const satisfies Readonly<Record<string, Capability>>;

export interface ClusterPlatformOptions {
  /** `airbyte-v2` */
  readonly profile: string;
  /** Opens what is there. Only reads. */
  readonly open: (signal: AbortSignal) => Promise<RunningStack>;
  /** How a run hits an instance; where it does not say, it takes instances away. */
  readonly hitsBy?: keyof typeof CAPABILITY;
  /** Undefined where a run makes nothing. */
  readonly traffic?: OwnPlatformTraffic | undefined;
  readonly load?: OwnPlatformTraffic | undefined;
  /** Removes what another run made. */
  readonly remove?: (action: RemoveOwn, signal: AbortSignal) => Promise<string>;
  /** Ends what Chaos Mesh does. */
  readonly endChaos?: ((action: RemoveChaos, signal: AbortSignal, patience?: Patience) => Promise<string>) | undefined;
  readonly removeLoad?: (action: RemoveLoad, signal: AbortSignal) => Promise<string>;
}

/** An Airbyte that somebody else runs. Nothing is brought up; what a run makes for itself is written down before anything is made, and removed. */
export function clusterPlatform(options: ClusterPlatformOptions): Platform {
  const { profile, open, hitsBy = 'removal', traffic, load, remove, removeLoad, endChaos } = options;
  return {
    id: 'cluster',
    profile,
    capabilities: new Set(['watch-instances', CAPABILITY[hitsBy]]),
    prepare: async () => Promise.resolve(),
    async up({ signal, beforeChange }) {
      if (traffic !== undefined) await beforeChange(traffic.undo);
      if (load !== undefined) await beforeChange(load.undo);
      return open(signal);
    },
    findRunning: async () => Promise.resolve(undefined),
    findStacks: async () => Promise.resolve([]),
    findAbandoned: () => [],
    async undo(action, signal, { patience } = {}) {
      if (action.kind === 'remove-own' && traffic !== undefined) return traffic.remove(signal);
      if (action.kind === 'remove-own' && remove !== undefined) return remove(action, signal);
      if (action.kind === 'remove-chaos' && endChaos !== undefined) {
        return endChaos(action, signal, patience);
      }
      if (action.kind === 'remove-load' && load !== undefined) return load.remove(signal);
      if (action.kind === 'remove-load' && removeLoad !== undefined) return removeLoad(action, signal);
      throw new ChaosError({ code: 'internal', message: `There is nothing like ${action.kind} to undo in a cluster.` });
    },
  };
}
