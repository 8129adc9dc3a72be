import { z } from 'zod';
import { containerSchema } from './container.ts';
import { metadataSchema, type Labels } from './metadata.ts';
import type { Workload } from './workload.ts';

/** What is kept of a pod: there may be thousands. */
export interface Pod {
  readonly name: string;
  readonly phase: string;
  readonly labels: Labels;
  /** What makes it anew when it is gone, as `ReplicaSet/airbyte-server-6c9f`; undefined for a pod that nothing makes. */
  readonly owner: string | undefined;
  /** The machine that it is on. */
  readonly node: string | undefined;
}

const podSchema = z.object({
  metadata: metadataSchema,
  spec: z.object({ nodeName: z.string().optional() }).default({}),
  status: z
    .object({
      phase: z.string().default('Pending'),
      conditions: z.array(z.object({ type: z.string(), status: z.string() })).default([]),
    })
    .default({ phase: 'Pending', conditions: [] }),
});
const withContainers = z.object({
  spec: z.object({ containers: z.array(containerSchema), restartPolicy: z.string().optional() }),
});

/** @throws ZodError for what is no such object. */
export function parsePod(object: unknown): Pod {
  const { metadata, spec, status } = podSchema.parse(object);
  const owner = metadata.ownerReferences.find(({ controller }) => controller);
  return {
    name: metadata.name,
    node: spec.nodeName,
    phase: status.phase,
    labels: metadata.labels,
    owner: owner === undefined ? undefined : `${owner.kind}/${owner.name}`,
  };
}

/** The pod as a workload: by itself, or for whatever owns it and is not read. @throws ZodError for what is no such object. */
export function workloadOfPod(object: unknown): Workload {
  const { metadata, status } = podSchema.parse(object);
  const { spec } = withContainers.parse(object);
  const owner = metadata.ownerReferences.find(({ controller }) => controller);
  const isReady = status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True');
  return {
    kind: owner?.kind ?? 'Pod',
    name: owner?.name ?? metadata.name,
    labels: metadata.labels,
    podLabels: metadata.labels,
    selector: metadata.labels,
    helmRelease: metadata.annotations.release,
    hooks: metadata.annotations.hooks,
    wanted: 1,
    ready: isReady || status.phase === 'Succeeded' ? 1 : 0,
    isOneOff: owner === undefined && spec.restartPolicy !== 'Always',
    strategy: undefined,
    minReadySeconds: 0,
    containers: spec.containers,
  };
}
