import { instanceProbe } from '../core/instance-probes.ts';
import type { Workload } from '../core/scenario.ts';

export interface AskEachOptions {
  readonly component: string;
  /** `/api/v1/health` */
  readonly path: string;
  /** What a good answer contains. */
  readonly bodyIncludes: string;
  readonly everyMs: number;
}

/**
 * Asks each instance that is ready now by itself. Whoever asks through a Service with connections that he keeps may stay with the instance that is
 * well, and never meet the one that is called ready and does not answer.
 */
export function askEachInstance({ component, path, bodyIncludes, everyMs }: AskEachOptions): Workload {
  return {
    name: `questions to each ${component} by itself`,
    async start(context) {
      for (const { name, component: of, ready, url } of await context.stack.instances()) {
        if (of !== component || !ready || url === undefined) continue;
        context.addProbe({
          kind: 'http',
          name: instanceProbe(name),
          url: new URL(path, url).href,
          bodyIncludes,
          everyMs,
          timeoutMs: 2000,
        });
      }
    },
  };
}
