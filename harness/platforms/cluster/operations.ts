import type { Victim } from './policy.ts';

/** A rule of a Role, as Kubernetes writes it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One request to an API server that changes something. */
export interface ChangingRequest {
  readonly method: string;
  readonly path: string;
  /** The object that it is meant for: with another of the same name nothing may happen. */
  readonly uid: string;
}

interface Operation {
  readonly rule: Rule;
  readonly requestFor: (victim: Victim) => ChangingRequest;
}

const podPath = ({ namespace, name }: Victim): string =>
  `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}`;

/** All that a run can do to a pod of an existing cluster: the right that it takes, and the very request. */
export const OPERATIONS = {
  delete: {
    rule: { apiGroups: [''], resources: ['pods'], verbs: ['delete'] },
    requestFor: (victim) => ({ method: 'DELETE', path: podPath(victim), uid: victim.uid }),
  },
  evict: {
    rule: { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] },
    requestFor: (victim) => ({ method: 'POST', path: `${podPath(victim)}/eviction`, uid: victim.uid }),
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationName = keyof typeof OPERATIONS;
