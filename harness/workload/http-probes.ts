import type { HttpProbe } from '../core/probe.ts';
import type { RunningStack } from '../core/platform.ts';
import { API_PROBE } from '../core/probe-names.ts';

/** The health call of the config API: 200 is not enough, the body says whether the database answers (facts: airbyte.md, fact 1). */
export const HEALTH = { path: '/api/v1/health', bodyIncludes: '"available":true' } as const;

/** The health of the API through its stable endpoint. */
export function apiHealth(stack: RunningStack, everyMs: number): HttpProbe {
  const { host, port } = stack.endpoint('server');
  return healthAt({ url: `http://${host}:${port}${HEALTH.path}` }, everyMs);
}

/** Where health is asked for, and what is sent as `Authorization` where something is. */
export interface HealthAddress {
  readonly url: string;
  readonly authorization?: string | undefined;
}

/** The same at an address of its own. */
export function healthAt({ url, authorization }: HealthAddress, everyMs: number, name: string = API_PROBE): HttpProbe {
  const who = authorization === undefined ? {} : { authorization };
  return { kind: 'http', name, url, ...who, bodyIncludes: HEALTH.bodyIncludes, everyMs, timeoutMs: 2000 };
}

/** The first page of the web interface. */
export function webPage(stack: RunningStack, everyMs: number): HttpProbe {
  const { host, port } = stack.endpoint('webapp');
  return { kind: 'http', name: 'web page', url: `http://${host}:${port}/`, everyMs, timeoutMs: 2000 };
}
