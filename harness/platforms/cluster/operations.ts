import {
  CHAOS_MESH_GROUP,
  NETWORK_CHAOS,
  partitionObject,
  partitionPath,
  type Partition,
} from './chaos-mesh/network-chaos.ts';
import type { Victim } from './policy.ts';

/** A rule of a Role, as Kubernetes writes it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

/** One request to an API server that changes something that is there. */
export interface PreconditionedRequest {
  readonly method: string;
  readonly path: string;
  /** The object that it is meant for: with another of the same name nothing may happen. */
  readonly uid: string;
}

/** One request that makes something. */
export interface MakingRequest {
  readonly method: 'POST';
  readonly path: string;
  /** All of what is made, to the letter. */
  readonly body: object;
}

/** One request to an API server that changes something. */
export type ChangingRequest = PreconditionedRequest | MakingRequest;

interface Operation {
  readonly rule: Rule;
  readonly requestFor: (victim: Victim) => PreconditionedRequest;
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

/** All that a run can have Chaos Mesh do: the right that it takes, the object that cuts a pod off, and its removal. */
export const PARTITION = {
  rule: { apiGroups: [CHAOS_MESH_GROUP], resources: [NETWORK_CHAOS], verbs: ['create', 'list', 'delete'] },
  requestFor: (victim: Victim, partition: Partition): MakingRequest => ({
    method: 'POST',
    path: partitionPath(victim.namespace),
    body: partitionObject(victim, partition),
  }),
  removalOf: (
    namespace: string,
    { name, uid }: { readonly name: string; readonly uid: string },
  ): PreconditionedRequest => ({
    method: 'DELETE',
    path: partitionPath(namespace, name),
    uid,
  }),
} as const;
