import { ChaosError } from '../../core/errors.ts';
import type { Platform, RunningStack } from '../../core/platform.ts';

export interface ClusterPlatformOptions {
  /** `airbyte-v2` */
  readonly profile: string;
  /** Opens what is there. Only reads. */
  readonly open: (signal: AbortSignal) => Promise<RunningStack>;
}

/** An Airbyte that somebody else runs. Nothing is brought up, and nothing is left that would have to be undone. */
export function clusterPlatform({ profile, open }: ClusterPlatformOptions): Platform {
  return {
    id: 'cluster',
    profile,
    capabilities: new Set(['watch-instances', 'remove-instances']),
    prepare: async () => Promise.resolve(),
    up: ({ signal }) => open(signal),
    findRunning: async () => Promise.resolve(undefined),
    findStacks: async () => Promise.resolve([]),
    findAbandoned: () => [],
    undo: async ({ kind }) =>
      Promise.reject(
        new ChaosError({ code: 'internal', message: `There is nothing like ${kind} to undo in a cluster.` }),
      ),
  };
}
