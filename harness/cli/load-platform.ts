import { ChaosError } from '../core/errors.ts';
import type { Platform } from '../core/platform.ts';

/** The platform of that name, loaded when it is asked for. @throws ChaosError `usage` for a name that is none. */
export async function loadPlatform(id: string): Promise<Platform> {
  if (id === 'local') return (await import('../platforms/local/local-platform.ts')).localPlatform();
  if (id === 'kind') return (await import('../platforms/kind/kind-platform.ts')).kindPlatform();
  throw new ChaosError({ code: 'usage', message: `There is no platform "${id}".`, tryThis: 'There are: local, kind.' });
}
