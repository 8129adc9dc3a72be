import { z } from 'zod';
import { isJobPod, jobPodOf, type JobPod } from './job-pod.ts';
import {
  parseAutoscaler,
  parseConfigMap,
  parseDisruptionBudget,
  parseService,
  type Autoscaler,
  type ConfigMap,
  type DisruptionBudget,
  type Service,
} from './beside.ts';
import { isSelected } from './metadata.ts';
import { parsePod, workloadOfPod, type Pod } from './pod.ts';
import { parseJob, parseWorkload, type Workload } from './workload.ts';

/** Kinds that a namespace is listed for: without the needed ones nothing can be told, without the others something is not known. */
export const LISTED = {
  needed: ['Deployment', 'StatefulSet', 'Pod', 'Service'],
  other: ['Job', 'HorizontalPodAutoscaler', 'PodDisruptionBudget'],
} as const;
/** ConfigMaps are read one by one, and only those that a component is configured by. */
export type Kind = (typeof LISTED)['needed' | 'other'][number] | 'ConfigMap';

/** What is kept of a namespace: of thousands of pods only a few fields each, of values only those that are read by name. */
export interface NamespaceObjects {
  readonly namespace: string;
  readonly workloads: readonly Workload[];
  readonly pods: readonly Pod[];
  readonly jobPods: readonly JobPod[];
  readonly services: readonly Service[];
  readonly autoscalers: readonly Autoscaler[];
  readonly budgets: readonly DisruptionBudget[];
  readonly configMaps: readonly ConfigMap[];
  /** Objects that did not have the form that the API gives them, as `Pod/name`. */
  readonly unreadable: readonly string[];
  /** Kinds that could not be listed, and why. */
  readonly unlisted: ReadonlyMap<Kind, string>;
}

/** Takes objects of a namespace one by one, as they come from the API server, and keeps what is needed of each. */
export interface ObjectCollector {
  add(kind: Kind, object: unknown): void;
  /** The kind cannot be listed. */
  miss(kind: Kind, why: string): void;
  collected(): NamespaceObjects;
}

export function collectObjects(namespace: string): ObjectCollector {
  const workloads: Workload[] = [];
  /** Pods that nothing that is read may be making, each with itself as a workload. */
  const byOwner = new Map<string, Workload>();
  const pods: Pod[] = [];
  const jobPods: JobPod[] = [];
  const services: Service[] = [];
  const autoscalers: Autoscaler[] = [];
  const budgets: DisruptionBudget[] = [];
  const configMaps: ConfigMap[] = [];
  const unreadable: string[] = [];
  const unlisted = new Map<Kind, string>();

  function addPod(object: unknown): void {
    const pod = parsePod(object);
    if (isJobPod(pod)) {
      jobPods.push(jobPodOf(pod));
      return;
    }
    pods.push(pod);
    const owner = pod.owner ?? `Pod/${pod.name}`;
    if (!byOwner.has(owner)) byOwner.set(owner, workloadOfPod(object));
  }
  const take: Readonly<Record<Kind, (object: unknown) => void>> = {
    Deployment: (object) => workloads.push(parseWorkload('Deployment', object)),
    StatefulSet: (object) => workloads.push(parseWorkload('StatefulSet', object)),
    Job: (object) => workloads.push(parseJob(object)),
    Service: (object) => services.push(parseService(object)),
    HorizontalPodAutoscaler: (object) => autoscalers.push(parseAutoscaler(object)),
    PodDisruptionBudget: (object) => budgets.push(parseDisruptionBudget(object)),
    ConfigMap: (object) => configMaps.push(parseConfigMap(object)),
    Pod: addPod,
  };
  return {
    add(kind, object) {
      try {
        take[kind](object);
      } catch (error) {
        if (!(error instanceof z.ZodError)) throw error;
        const named = z.object({ metadata: z.object({ name: z.string() }) }).safeParse(object).data;
        unreadable.push(`${kind}/${named?.metadata.name ?? '?'}`);
      }
    },
    miss: (kind, why) => void unlisted.set(kind, why),
    collected: () => ({
      namespace,
      workloads: [...workloads, ...withoutMaker([...byOwner.values()], workloads)],
      pods,
      jobPods,
      services,
      autoscalers,
      budgets,
      configMaps,
      unreadable,
      unlisted,
    }),
  };
}

/** Of what stands for pods those that no workload that was read makes: bare pods, and pods of what has another kind. */
function withoutMaker(stands: readonly Workload[], read: readonly Workload[]): readonly Workload[] {
  return stands.filter(({ kind, name, podLabels }) => {
    if (kind === 'Pod') return true;
    if (read.some((workload) => workload.kind === kind && workload.name === name)) return false;
    return !read.some(({ kind: maker, selector }) => maker !== 'Pod' && isSelected(podLabels, selector));
  });
}
