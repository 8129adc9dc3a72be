import { LOAD } from './load/load-operation.ts';
import { CHAOS_KINDS, type ChaosKind } from './chaos-mesh/chaos-object.ts';
import { OPERATIONS, POD_FAULT, type OperationName, type Rule } from './operations.ts';
import { PROTECTED_LABEL } from './policy.ts';
import { OLDEST_NAMESPACE } from './see-cluster.ts';

/** Kinds that are listed in a namespace, by API and plural. */
export const LISTED_RESOURCES = {
  Deployment: ['/apis/apps/v1', 'deployments'],
  StatefulSet: ['/apis/apps/v1', 'statefulsets'],
  Job: ['/apis/batch/v1', 'jobs'],
  Service: ['/api/v1', 'services'],
  HorizontalPodAutoscaler: ['/apis/autoscaling/v2', 'horizontalpodautoscalers'],
  PodDisruptionBudget: ['/apis/policy/v1', 'poddisruptionbudgets'],
  Pod: ['/api/v1', 'pods'],
} as const;
export type ListedKind = keyof typeof LISTED_RESOURCES;

/** One verb on one kind of object: the smallest thing that a Role can give. */
export interface Right {
  /** The API group; empty for the core. */
  readonly group: string;
  /** Plural, with the part of the object where it is one: `pods/eviction`. */
  readonly resource: string;
  readonly verb: string;
  /** Only the object of this name. */
  readonly name?: string;
  /** Where it is asked for. */
  readonly namespace: string;
  /** What it is for, as the beginning of a sentence for people. */
  readonly purpose: string;
}

/** What is looked at before a run, as far as it takes rights. */
export interface LookNeeds {
  readonly namespace: string;
  /** Kinds that are listed before the run. */
  readonly kinds: readonly ListedKind[];
  /** Secrets that hold credentials of Airbyte's API, or of the connectors of a run's own connection. */
  readonly secrets: readonly string[];
}

/** What a run does in a namespace, as far as it takes rights. */
export interface RunNeeds extends LookNeeds {
  /** How pods are taken away, or what Chaos Mesh does to one. */
  readonly operation: OperationName | ChaosKind;
  /** Whether it puts load on the API. */
  readonly hasLoad?: boolean;
}

/** Everything that a run asks of the API server: without any one of these it cannot be done. */
export function rightsOfRun({ operation, hasLoad = false, ...look }: RunNeeds): readonly Right[] {
  const { namespace } = look;
  return [
    ...rightsOfLook(look),
    ...FOLLOWED.map((one) => ({ ...one, namespace, purpose: 'how pods are replaced, and when Services lead to them' })),
    ...rightsIn(ruleOf(operation), namespace, FAULT[operation]),
    ...(hasLoad ? LOAD.rules.flatMap((rule) => rightsIn(rule, namespace, OF_LOAD)) : []),
  ];
}

/** What is asked before a run, and all that is asked where the operator's own commands do the rest. */
export function rightsOfLook({ namespace, kinds, secrets }: LookNeeds): readonly Right[] {
  return [
    identityRight(),
    {
      ...inCore('namespaces', 'get', namespace),
      name: namespace,
      purpose: `whether the label ${PROTECTED_LABEL} protects the namespace`,
    },
    ...rightsToRead(namespace, kinds),
    ...secrets.map((name) => ({
      ...inCore('secrets', 'get', namespace),
      name,
      purpose: 'credentials of Airbyte’s API or of connectors, as the configuration names them',
    })),
  ];
}

/** What `discover` asks for to know everything that it tells. */
export function rightsOfDiscovery(namespace: string, kinds: readonly ListedKind[]): readonly Right[] {
  return rightsToRead(namespace, kinds);
}

const FAULT: Readonly<Record<RunNeeds['operation'], string>> = {
  delete: 'the fault itself: a pod is deleted',
  evict: 'the fault itself: a pod is asked to leave its machine, which a PodDisruptionBudget may refuse',
  partition: `the fault itself: ${CHAOS_KINDS.partition.purpose} is made, followed and removed`,
  clock: `the fault itself: ${CHAOS_KINDS.clock.purpose} is made, followed and removed`,
};

function ruleOf(operation: RunNeeds['operation']): Rule {
  return operation === 'partition' || operation === 'clock' ? POD_FAULT.ruleOf(operation) : OPERATIONS[operation].rule;
}

const OF_LOAD =
  'load on the API: its script and a TestRun of the k6 operator are made, followed and removed; what its runners say is read';

const FOLLOWED = [
  { group: '', resource: 'pods', verb: 'watch' },
  { group: 'discovery.k8s.io', resource: 'endpointslices', verb: 'list' },
  { group: 'discovery.k8s.io', resource: 'endpointslices', verb: 'watch' },
] as const;

/** The namespace that every cluster has, by whose UID it is known again. */
function identityRight(): Right {
  return {
    ...inCore('namespaces', 'get', OLDEST_NAMESPACE),
    name: OLDEST_NAMESPACE,
    purpose: `which cluster this is: the UID of ${OLDEST_NAMESPACE}`,
  };
}

function rightsToRead(namespace: string, kinds: readonly ListedKind[]): readonly Right[] {
  const purpose = 'what runs there';
  return [
    ...kinds.map((kind) => ({ ...rightToList(kind), namespace, purpose })),
    {
      ...inCore('configmaps', 'get', namespace),
      purpose: 'its settings: timers, retries, where database and store are',
    },
  ];
}

function rightToList(kind: ListedKind): Pick<Right, 'group' | 'resource' | 'verb'> {
  const [api, resource] = LISTED_RESOURCES[kind];
  return { group: groupOf(api), resource, verb: 'list' };
}

/** `/apis/apps/v1` is of `apps`, `/api/v1` of the core. */
function groupOf(api: string): string {
  return /^\/apis\/([^/]+)\//.exec(api)?.[1] ?? '';
}

function inCore(resource: string, verb: string, namespace: string): Omit<Right, 'purpose'> {
  return { group: '', resource, verb, namespace };
}

function rightsIn({ apiGroups, resources, verbs }: Rule, namespace: string, purpose: string): readonly Right[] {
  return apiGroups.flatMap((group) =>
    resources.flatMap((resource) => verbs.map((verb) => ({ group, resource, verb, namespace, purpose }))),
  );
}

/** `get namespaces/airbyte`, `create pods/eviction`, `list deployments.apps`: as people and `kubectl auth can-i` say it. */
export function describeRight({ group, resource, verb, name }: Right): string {
  const plural = group === '' ? resource : `${resource}.${group}`;
  return `${verb} ${plural}${name === undefined ? '' : `/${name}`}`;
}
