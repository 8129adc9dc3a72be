import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';

const entry = z.object({
  verb: z.string(),
  requestURI: z.string(),
  userAgent: z.string().optional(),
  user: z.object({ username: z.string().default('') }),
  objectRef: z
    .object({
      resource: z.string().optional(),
      subresource: z.string().optional(),
      apiGroup: z.string().optional(),
      namespace: z.string().optional(),
      name: z.string().optional(),
    })
    .default({}),
});

/** A request as the API server took it down. */
export interface AuditedRequest {
  /** As in RBAC: `get`, `list`, `watch`, `create`, `patch`, … */
  readonly verb: string;
  /** Path and query. */
  readonly uri: string;
  readonly user: string;
  readonly userAgent: string;
  /** Empty where the path leads to no resource. */
  readonly resource: string;
  /** Of an object: `eviction`, `status`. */
  readonly subresource: string | undefined;
  /** Empty for the core. */
  readonly group: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
}

/** The last line may still be being written: it is left out until it is whole. */
export function readRequests(path: string): readonly AuditedRequest[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const { verb, requestURI, userAgent = '', user, objectRef } = entry.parse(JSON.parse(line));
    const { resource = '', subresource, apiGroup: group = '', namespace, name } = objectRef;
    return { verb, uri: requestURI, user: user.username, userAgent, resource, subresource, group, namespace, name };
  });
}
