import { z } from 'zod';
import { containerSchema, type Container } from './container.ts';
import { metadataSchema, type Labels } from './metadata.ts';

export type WorkloadKind = 'Deployment' | 'StatefulSet' | 'Job' | 'Pod';

/** Whatever makes pods, or a pod that nothing makes. Labels and containers are those of its pods. */
export interface Workload {
  /** Beside {@link WorkloadKind} whatever owns pods and is not read itself: `ReplicaSet` of a Rollout, `Cluster` of a database operator. */
  readonly kind: string;
  readonly name: string;
  /** Its own. */
  readonly labels: Labels;
  readonly podLabels: Labels;
  /** Labels that select its pods. */
  readonly selector: Labels;
  /** As Helm noted it down. */
  readonly helmRelease: string | undefined;
  /** When Helm makes it: `pre-install`, `test`; empty for what is installed as a rule. */
  readonly hooks: readonly string[];
  readonly wanted: number;
  readonly ready: number;
  /** Runs to its end and is not started again. */
  readonly isOneOff: boolean;
  /** How it is replaced: `Recreate`, `RollingUpdate (maxUnavailable 0, maxSurge 100%)`. */
  readonly strategy: string | undefined;
  readonly minReadySeconds: number;
  readonly containers: readonly Container[];
}

const amount = z.union([z.string(), z.int()]);
const template = z.object({
  metadata: metadataSchema.optional(),
  spec: z.object({ containers: z.array(containerSchema) }),
});
const selector = z.object({ matchLabels: z.record(z.string(), z.string()).default({}) }).default({ matchLabels: {} });
const rollingUpdate = z
  .object({ maxUnavailable: amount.optional(), maxSurge: amount.optional(), partition: z.int().optional() })
  .optional();
const strategy = z.object({ type: z.string().optional(), rollingUpdate }).optional();

const scaled = z.object({
  metadata: metadataSchema,
  spec: z.object({
    replicas: z.int().default(1),
    selector,
    template,
    strategy,
    updateStrategy: strategy,
    minReadySeconds: z.int().default(0),
  }),
  status: z.object({ readyReplicas: z.int().default(0) }).default({ readyReplicas: 0 }),
});
const job = z.object({
  metadata: metadataSchema,
  spec: z.object({ completions: z.int().default(1), template, selector: selector.optional() }),
  status: z.object({ ready: z.int().default(0), succeeded: z.int().default(0) }).default({ ready: 0, succeeded: 0 }),
});

/** @throws ZodError for what is no such object. */
export function parseWorkload(kind: 'Deployment' | 'StatefulSet', object: unknown): Workload {
  const { metadata, spec, status } = scaled.parse(object);
  return {
    ...common(kind, metadata, spec.template.metadata?.labels ?? {}),
    selector: spec.selector.matchLabels,
    wanted: spec.replicas,
    ready: status.readyReplicas,
    isOneOff: false,
    strategy: describeStrategy(spec.strategy ?? spec.updateStrategy),
    minReadySeconds: spec.minReadySeconds,
    containers: spec.template.spec.containers,
  };
}

/** @throws ZodError for what is no such object. */
export function parseJob(object: unknown): Workload {
  const { metadata, spec, status } = job.parse(object);
  return {
    ...common('Job', metadata, spec.template.metadata?.labels ?? {}),
    selector: { 'job-name': metadata.name },
    wanted: spec.completions,
    ready: status.ready + status.succeeded,
    isOneOff: true,
    strategy: undefined,
    minReadySeconds: 0,
    containers: spec.template.spec.containers,
  };
}

function common(
  kind: WorkloadKind,
  { name, labels, annotations }: z.infer<typeof metadataSchema>,
  podLabels: Labels,
): Pick<Workload, 'kind' | 'name' | 'labels' | 'podLabels' | 'helmRelease' | 'hooks'> {
  return { kind, name, labels, podLabels, helmRelease: annotations.release, hooks: annotations.hooks };
}

function describeStrategy(read: z.infer<typeof strategy>): string | undefined {
  if (read?.type === undefined) return undefined;
  const limits = Object.entries(read.rollingUpdate ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [`${name} ${value}`],
  );
  return limits.length === 0 ? read.type : `${read.type} (${limits.join(', ')})`;
}
