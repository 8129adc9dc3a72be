import {
  seen,
  unseen,
  type AirbyteSeen,
  type AutoscalerSeen,
  type BudgetSeen,
  type ComponentSeen,
  type Seen,
} from '../core/audit-observations.ts';
import type { DiscoveredSystem, MappedComponent } from './discovered-system.ts';
import { isSelected, type Labels } from './objects/metadata.ts';
import type { Kind, NamespaceObjects } from './objects/namespace-objects.ts';

/** What the objects of a namespace tell an audit. */
export interface ReadinessSeen {
  readonly components: Seen<readonly ComponentSeen[]>;
  readonly autoscalers: Seen<readonly AutoscalerSeen[]>;
  readonly airbyte: Seen<AirbyteSeen>;
}

/** Reads the components, autoscalers and budgets of an Airbyte out of what was kept of its namespace. */
export function readinessOf(objects: NamespaceObjects, system: DiscoveredSystem): ReadinessSeen {
  return {
    components: seen(
      system.components.filter(({ isOneOff }) => !isOneOff).map((component) => describe(component, objects)),
    ),
    autoscalers: listed(objects, 'HorizontalPodAutoscaler', () => autoscalers(objects, system)),
    airbyte: seen({
      version: system.appVersion,
      hungJobs: system.monitor,
      external: system.external.map(({ what, where }) => ({ what, where })),
    }),
  };
}

/** What may not be listed is not known to be absent. */
function listed<T>(objects: NamespaceObjects, kind: Kind, value: () => T): Seen<T> {
  const why = objects.unlisted.get(kind);
  if (why === undefined) return seen(value());
  return unseen(
    `${kind} objects were not read: ${why}.`,
    `Give the audit the right to list them in ${objects.namespace}.`,
  );
}

function describe(component: MappedComponent, objects: NamespaceObjects): ComponentSeen {
  const { workload, replicas, probes, containers, selector } = component;
  const pods = objects.pods.filter(({ labels, phase }) => phase === 'Running' && isSelected(labels, selector));
  const made = objects.workloads.find(({ kind, name }) => kind === workload.kind && name === workload.name);
  const labels = pods.length > 0 ? pods.map((pod) => pod.labels) : [made?.podLabels ?? selector];
  return {
    component: component.component,
    workload: `${workload.kind}/${workload.name}`,
    wanted: replicas.wanted,
    ready: replicas.ready,
    nodes: [...new Set(pods.flatMap(({ node }) => (node === undefined ? [] : [node])))],
    budgets: listed(objects, 'PodDisruptionBudget', () => budgetsOf(labels, objects)),
    image: containers[0]?.image ?? '',
    probes: [...new Set(probes.map(({ kind }) => kind))],
  };
}

/** Those that select every pod: one that selects some of them protects the others from nothing. */
function budgetsOf(labels: readonly Labels[], { budgets }: NamespaceObjects): readonly BudgetSeen[] {
  return budgets.filter(({ selects }) => labels.every(selects)).map(({ selects: _selects, ...budget }) => budget);
}

/** Kinds of which every one in the namespace was listed. */
const READ_KINDS = new Set(['Deployment', 'StatefulSet']);

function autoscalers({ autoscalers: all, workloads }: NamespaceObjects, system: DiscoveredSystem): AutoscalerSeen[] {
  return all.map(({ targetKind, targetName, ...autoscaler }) => {
    const isThere = workloads.some(({ kind, name }) => kind === targetKind && name === targetName);
    const scaled = system.components.find(
      ({ workload }) => workload.kind === targetKind && workload.name === targetName,
    );
    return {
      ...autoscaler,
      target: `${targetKind}/${targetName}`,
      doesTargetExist: isThere || READ_KINDS.has(targetKind) ? isThere : undefined,
      component: scaled?.component,
    };
  });
}
