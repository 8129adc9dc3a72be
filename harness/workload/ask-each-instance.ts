import { instanceProbe } from '../core/instance-probes.ts';
import type { Workload } from '../core/scenario.ts';
import { followInstances } from './follow-instances.ts';

export interface AskEachOptions {
  readonly component: string;
  /** `/api/v1/health` */
  readonly path: string;
  /** What a good answer contains. */
  readonly bodyIncludes: string;
  readonly everyMs: number;
}

/**
 * Asks each instance by itself from when it is ready. Whoever asks through a Service with connections that he keeps may stay with the instance that is
 * well, and never meet the one that is called ready and does not answer.
 */
export function askEachInstance({ component, path, bodyIncludes, everyMs }: AskEachOptions): Workload {
  return {
    name: `questions to each ${component} by itself`,
    start: async (context) =>
      followInstances(context, component, ({ name, ready, url }) => {
        if (!ready || url === undefined) return false;
        const target = new URL(path, url).href;
        context.addProbe({
          kind: 'http',
          name: instanceProbe(name),
          url: target,
          bodyIncludes,
          everyMs,
          timeoutMs: 2000,
        });
        return true;
      }),
  };
}
