import { z } from 'zod';
import { keepValue } from './read-environment-value.ts';
import { metadataSchema, type Labels } from './metadata.ts';

/** What stands beside workloads and belongs to them by selector or by name. */
export interface Service {
  readonly name: string;
  readonly selector: Labels;
  readonly ports: readonly { readonly port: number; readonly target: string }[];
  /** Another name for what is elsewhere. */
  readonly externalName: string | undefined;
}

export interface Autoscaler {
  readonly name: string;
  readonly targetKind: string;
  readonly targetName: string;
  readonly min: number;
  readonly max: number;
  /** `AbleToScale`, `ScalingActive`, `ScalingLimited`, as its controller last saw it; none before it has looked. */
  readonly conditions: readonly AutoscalerCondition[];
  readonly metricsWanted: number;
  /** Those that have a value. */
  readonly metricsMeasured: number;
}

export interface AutoscalerCondition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
}

export interface DisruptionBudget {
  readonly name: string;
  /** `minAvailable 1`, `maxUnavailable 0`. */
  readonly allows: string;
  /** Its controller has looked at it as it is now. */
  readonly isCurrent: boolean;
  readonly expectedPods: number;
  readonly desiredHealthy: number;
  readonly currentHealthy: number;
  readonly disruptionsAllowed: number;
  readonly selects: (labels: Labels) => boolean;
}

/** Only the keys that {@link keepValue} knows. */
export interface ConfigMap {
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
  /** Keys that are there, with values that are not kept. */
  readonly others: ReadonlySet<string>;
}

const amount = z.union([z.string(), z.int()]);

const service = z.object({
  metadata: metadataSchema,
  spec: z
    .object({
      selector: z.record(z.string(), z.string()).default({}),
      ports: z.array(z.object({ port: z.int(), targetPort: amount.optional() })).default([]),
      type: z.string().optional(),
      externalName: z.string().optional(),
    })
    .default({ selector: {}, ports: [] }),
});

export function parseService(object: unknown): Service {
  const { metadata, spec } = service.parse(object);
  const ports = spec.ports.map(({ port, targetPort = port }) => ({ port, target: String(targetPort) }));
  return { name: metadata.name, selector: spec.selector, ports, externalName: spec.externalName };
}

const autoscaler = z.object({
  metadata: metadataSchema,
  spec: z.object({
    scaleTargetRef: z.object({ kind: z.string(), name: z.string() }),
    minReplicas: z.int().default(1),
    maxReplicas: z.int(),
    metrics: z.array(z.unknown()).default([]),
  }),
  status: z
    .object({
      conditions: z
        .array(
          z.object({
            type: z.string(),
            status: z.string(),
            reason: z.string().default(''),
            message: z.string().default(''),
          }),
        )
        .nullish(),
      currentMetrics: z.array(z.unknown()).nullish(),
    })
    .nullish(),
});
/** A metric has a value where any of its kinds (resource, pods, external …) tells a current one. */
const measured = z.record(z.string(), z.unknown()).transform((metric) =>
  Object.values(metric).some((of) => {
    const { data } = z.object({ current: z.record(z.string(), z.unknown()) }).safeParse(of);
    return data !== undefined && Object.keys(data.current).length > 0;
  }),
);

export function parseAutoscaler(object: unknown): Autoscaler {
  const { metadata, spec, status } = autoscaler.parse(object);
  const { kind, name } = spec.scaleTargetRef;
  return {
    name: metadata.name,
    targetKind: kind,
    targetName: name,
    min: spec.minReplicas,
    max: spec.maxReplicas,
    conditions: status?.conditions ?? [],
    metricsWanted: spec.metrics.length,
    metricsMeasured: (status?.currentMetrics ?? []).filter((metric) => measured.safeParse(metric).data === true).length,
  };
}

const expression = z.object({ key: z.string(), operator: z.string(), values: z.array(z.string()).default([]) });
const budget = z.object({
  metadata: metadataSchema.and(z.object({ generation: z.int().default(0) })),
  status: z
    .object({
      observedGeneration: z.int().default(-1),
      expectedPods: z.int().default(0),
      desiredHealthy: z.int().default(0),
      currentHealthy: z.int().default(0),
      disruptionsAllowed: z.int().default(0),
    })
    .prefault({}),
  spec: z.object({
    minAvailable: amount.optional(),
    maxUnavailable: amount.optional(),
    selector: z
      .object({
        matchLabels: z.record(z.string(), z.string()).default({}),
        matchExpressions: z.array(expression).default([]),
      })
      .optional(),
  }),
});

export function parseDisruptionBudget(object: unknown): DisruptionBudget {
  const { metadata, spec, status } = budget.parse(object);
  const { observedGeneration, ...counts } = status;
  const { matchLabels = {}, matchExpressions = [] } = spec.selector ?? {};
  // policy/v1: a selector that is there and empty selects every pod, one that is not there none.
  const selects = (labels: Labels): boolean =>
    spec.selector !== undefined &&
    Object.entries(matchLabels).every(([key, value]) => labels[key] === value) &&
    matchExpressions.every((wanted) => isMatched(labels, wanted));
  const allows =
    spec.minAvailable === undefined
      ? `maxUnavailable ${spec.maxUnavailable ?? 1}`
      : `minAvailable ${spec.minAvailable}`;
  return { name: metadata.name, allows, isCurrent: observedGeneration >= metadata.generation, ...counts, selects };
}

function isMatched(labels: Labels, { key, operator, values }: z.infer<typeof expression>): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    default:
      return value === undefined; // DoesNotExist
  }
}

const configMap = z.object({ metadata: metadataSchema, data: z.record(z.string(), z.string()).default({}) });

export function parseConfigMap(object: unknown): ConfigMap {
  const { metadata, data } = configMap.parse(object);
  const kept = Object.entries(data).map(([key, value]) => [key, keepValue(key, value)] as const);
  return {
    name: metadata.name,
    values: Object.fromEntries(kept.flatMap(([key, value]) => (value === undefined ? [] : [[key, value]]))),
    others: new Set(kept.flatMap(([key, value]) => (value === undefined ? [key] : []))),
  };
}
