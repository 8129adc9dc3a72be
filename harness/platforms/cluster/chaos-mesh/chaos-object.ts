/**
 * The one object by which Chaos Mesh breaks something in a pod, as it is made and as it is read (chaos-mesh/chaos-mesh at 47411975, api/v1alpha1: networkchaos_types.go,
 * timechaos_types.go, common_types.go).
 */
import { z } from 'zod';
import { ownLabels, runOfLabels } from '../own-objects.ts';
import type { Victim } from '../policy.ts';

export const CHAOS_MESH_GROUP = 'chaos-mesh.org';
export const CHAOS_MESH_VERSION = 'v1alpha1';

/** What a run has Chaos Mesh do to a pod, with the kind of object that does it and the words for it. */
export const CHAOS_KINDS = {
  partition: {
    kind: 'NetworkChaos',
    plural: 'networkchaos',
    /** What the pod is then. */
    state: 'cut off',
    purpose: 'an object of Chaos Mesh that cuts a pod off',
  },
  clock: {
    kind: 'TimeChaos',
    plural: 'timechaos',
    state: 'told a wrong time',
    purpose: 'an object of Chaos Mesh that tells a pod a wrong time',
  },
} as const;
export type ChaosKind = keyof typeof CHAOS_KINDS;

/** What is done to the pod. A partition is total and in both directions; a clock is so many seconds ahead, or behind where it is negative. */
export type PodFaultAction =
  | { readonly kind: 'partition' }
  | { readonly kind: 'clock'; readonly offsetSeconds: number };

/** What is done to a pod, for which run. */
export interface PodFault {
  readonly runId: string;
  readonly action: PodFaultAction;
  /** After so long Chaos Mesh itself ends it, whether or not the harness still lives. */
  readonly expirySeconds: number;
}

/** `chaos-2026-11-28t18-56-23z-network-partition-7f3a`: one name for each run, so that it can be found by it after any crash. */
export function chaosName(runId: string): string {
  return `chaos-${runId.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`;
}

/** The path of all of a kind in a namespace, or of one. */
export function chaosPath(kind: ChaosKind, namespace: string, name?: string): string {
  const all = `/apis/${CHAOS_MESH_GROUP}/${CHAOS_MESH_VERSION}/namespaces/${encodeURIComponent(namespace)}/${CHAOS_KINDS[kind].plural}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** The object that does it to exactly this pod. */
export function chaosObject({ namespace, name }: Pick<Victim, 'namespace' | 'name'>, fault: PodFault): object {
  const { runId, action, expirySeconds } = fault;
  return {
    apiVersion: `${CHAOS_MESH_GROUP}/${CHAOS_MESH_VERSION}`,
    kind: CHAOS_KINDS[action.kind].kind,
    metadata: { name: chaosName(runId), namespace, labels: ownLabels(runId) },
    spec: {
      ...specOf(action),
      mode: 'all',
      selector: { pods: { [namespace]: [name] } },
      duration: `${expirySeconds}s`,
    },
  };
}

/** Only the clock of the day: durations that a program measures stay as they are. */
function specOf(action: PodFaultAction): object {
  return action.kind === 'partition'
    ? { action: 'partition', direction: 'both' }
    : { timeOffset: `${action.offsetSeconds}s`, clockIds: ['CLOCK_REALTIME'] };
}

const condition = z.object({ type: z.string(), status: z.string() });
const record = z.object({
  id: z.string(),
  phase: z.string(),
  injectedCount: z.number().default(0),
  events: z
    .array(z.object({ type: z.string().default(''), operation: z.string(), message: z.string().default('') }))
    .default([]),
});
const chaos = z.object({
  metadata: z.object({
    name: z.string(),
    uid: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    finalizers: z.array(z.string()).default([]),
    deletionTimestamp: z.string().optional(),
  }),
  status: z
    .object({
      conditions: z.array(condition).default([]),
      experiment: z
        .object({ desiredPhase: z.string().optional(), containerRecords: z.array(record).default([]) })
        .prefault({}),
    })
    .prefault({}),
});

/** As the API server lists them, whatever their kind. */
export const chaosList = z.object({ items: z.array(chaos) });
export type Chaos = z.infer<typeof chaos>;

/** The run that made it; undefined for whatever does not say so to the letter. */
export function runOfChaos({ metadata: { name, labels } }: Chaos): string | undefined {
  const runId = runOfLabels(labels);
  return runId !== undefined && name === chaosName(runId) ? runId : undefined;
}

/** Whether Chaos Mesh says that it is done. A claim: it has looked at nothing. */
export function isCalledInjected({ status }: Chaos): boolean {
  return status.conditions.some(({ type, status: value }) => type === 'AllInjected' && value === 'True');
}

/** Whether it is over or paused by all that Chaos Mesh says: it is to do nothing, and every pod that it hit is recovered. */
export function isAtRest({ status: { experiment } }: Chaos): boolean {
  const { desiredPhase, containerRecords } = experiment;
  return desiredPhase === 'Stop' && containerRecords.every(({ phase }) => phase === 'Not Injected');
}

/** The second was seen of a controller that was newer than its CRDs, which `helm upgrade` leaves as they are: "Cannot update chaos spec" in its log alone. */
const NOTHING_SAID =
  'nothing, so perhaps no controller of it runs, or its own webhooks refuse what it writes, as where its CRDs are older than it';
/** It says that in an event and in its log alone (controllers/common/records, pkg/selector/pod). */
const NONE_SELECTED =
  'the pod had gone, or its namespace lacks the annotation chaos-mesh.org/inject: enabled, without which nothing is selected where the chart has enableFilterNamespace';

/**
 * What Chaos Mesh says of it, for people. `AllRecovered` holds from the moment on at which a pod was selected, before anything was done to it: alone it says
 * nothing, so what was done to each pod is told with it.
 */
export function describeClaim({ metadata, status }: Chaos): string {
  const conditions = status.conditions
    .filter(({ type }) => type !== 'Paused')
    .map(({ type, status: value }) => {
      const isNone = type === 'Selected' && value === 'False';
      return `${type} ${value}${isNone ? `: ${NONE_SELECTED}` : ''}`;
    })
    .toSorted();
  const records = status.experiment.containerRecords.map(({ id, phase, events }) => {
    const last = events.at(-1);
    const failed = last?.type === 'Failed' ? `, ${last.operation} failed: ${last.message}` : '';
    return `${id} is "${phase}"${failed}`;
  });
  const held = metadata.finalizers.length === 0 ? [] : [`held by ${metadata.finalizers.join(', ')}`];
  const said = [...conditions, ...records];
  return [...(said.length === 0 ? [NOTHING_SAID] : said), ...held].join('; ');
}
