import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Gives back what nothing refers to any more, at once. Left to itself the runtime lets its memory grow while there is some: 5,000 pods were read in 350 MB of which
 * less than 60 were in use (measured 2026-11-28). It takes some 20 ms, so it is called now and then.
 */
export function releaseMemory(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') Reflect.apply(collect, undefined, []);
}
