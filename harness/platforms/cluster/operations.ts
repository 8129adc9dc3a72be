import {
  CHAOS_KINDS,
  CHAOS_MESH_GROUP,
  chaosObject,
  chaosPath,
  type ChaosKind,
  type PodFault,
} from './chaos-mesh/chaos-object.ts';
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

/** All that a run can have Chaos Mesh do: the right that it takes, the object that breaks something in a pod, and its removal. */
export const POD_FAULT = {
  ruleOf: (kind: ChaosKind): Rule => ({
    apiGroups: [CHAOS_MESH_GROUP],
    resources: [CHAOS_KINDS[kind].plural],
    verbs: ['create', 'list', 'delete'],
  }),
  requestFor: (victim: Victim, fault: PodFault): MakingRequest => ({
    method: 'POST',
    path: chaosPath(fault.action.kind, victim.namespace),
    body: chaosObject(victim, fault),
  }),
  removalOf: (
    kind: ChaosKind,
    namespace: string,
    { name, uid }: { readonly name: string; readonly uid: string },
  ): PreconditionedRequest => ({
    method: 'DELETE',
    path: chaosPath(kind, namespace, name),
    uid,
  }),
} as const;
