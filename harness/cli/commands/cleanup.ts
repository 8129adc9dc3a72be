import { ChaosError } from '../../core/errors.ts';
import type { Platform } from '../../core/platform.ts';
import { loadPlatform } from '../load-platform.ts';

/** `npm run chaos -- cleanup`. @throws ChaosError `busy` or `platform`. */
export async function cleanupCommand(): Promise<number> {
  const { cleanUp } = await import('../../runner/cleanup.ts');
  await cleanUp({
    platformById: (id) => (id === 'cluster' ? existingCluster() : loadPlatform(id)),
    platformIds: ['local', 'kind'],
    say: (text) => void process.stdout.write(`${text}\n`),
  });
  return 0;
}

/** What somebody else runs can only be undone what was done to it: everything for that is in the undo. */
async function existingCluster(): Promise<Platform> {
  const { operatorPlatform } = await import('../../platforms/cluster/recovery/operator-platform.ts');
  return operatorPlatform({
    profile: 'unknown',
    open() {
      throw new ChaosError({ code: 'internal', message: 'An existing cluster is opened by its configuration.' });
    },
  });
}
