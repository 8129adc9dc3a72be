import type { Middleware, RequestContext } from '@kubernetes/client-node';
import { isDeepStrictEqual } from 'node:util';
import { ChaosError } from '../../core/errors.ts';
import type { ChangingRequest } from './operations.ts';

/** Parts of a pod, a service or a node through which something is done even by reading. */
const ACTING_PARTS = new Set(['exec', 'attach', 'portforward', 'proxy']);
/** Questions about one's own rights are asked by making an object that is kept nowhere. */
const QUESTION = /^\/apis\/(authorization|authentication)\.k8s\.io\/v1\/selfsubject(access|rules)?reviews$/;

/** True for a request that leaves the cluster as it is. */
export function isReading(method: string, path: string): boolean {
  if (method === 'POST') return QUESTION.test(path);
  return (method === 'GET' || method === 'HEAD') && !path.split('/').some((part) => ACTING_PARTS.has(part));
}

/** Stands between a client and its API server: what changes something gets through only where it was allowed to the letter. */
export interface RequestGuard {
  readonly middleware: Middleware;
  /** Lets exactly these requests through, until what it returns is called. */
  open(requests: readonly ChangingRequest[]): () => void;
}

/** A guard that lets nothing through but what reads. */
export function requestGuard(): RequestGuard {
  const open = new Set<readonly ChangingRequest[]>();
  const isOpen = (context: RequestContext, path: string): boolean =>
    [...open].flat().some((one) => one.method === context.getHttpMethod() && one.path === path && says(context, one));
  return {
    middleware: {
      async pre(context) {
        const { pathname } = new URL(context.getUrl());
        const method = context.getHttpMethod();
        if (isReading(method, pathname) || isOpen(context, pathname)) return Promise.resolve(context);
        throw new ChaosError({
          code: 'refused',
          message: `${method} ${pathname} was not sent: it was not among what was allowed.`,
        });
      },
      post: async (context) => Promise.resolve(context),
    },
    open(requests) {
      open.add(requests);
      return () => void open.delete(requests);
    },
  };
}

/** Whether the request makes exactly what was allowed, or says for which object it is meant, by a precondition that the API server checks. */
function says(context: RequestContext, allowed: ChangingRequest): boolean {
  const body = context.getBody();
  if (typeof body !== 'string') return false;
  const said: unknown = JSON.parse(body);
  if ('body' in allowed) return isDeepStrictEqual(said, allowed.body);
  return allowed.uid !== '' && preconditionOf(said) === allowed.uid;
}

/** Of a deletion itself, or of the deletion in an eviction. */
function preconditionOf(said: unknown): unknown {
  if (typeof said !== 'object' || said === null) return undefined;
  if ('deleteOptions' in said) return preconditionOf(said.deleteOptions);
  if (!('preconditions' in said) || typeof said.preconditions !== 'object' || said.preconditions === null)
    return undefined;
  return 'uid' in said.preconditions ? said.preconditions.uid : undefined;
}
