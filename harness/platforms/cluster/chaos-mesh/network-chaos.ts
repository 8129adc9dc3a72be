/**
 * The one object by which Chaos Mesh cuts a pod off, as it is made and as it is read (chaos-mesh/chaos-mesh at 47411975, api/v1alpha1: networkchaos_types.go,
 * common_types.go).
 */
import { z } from 'zod';
import { ownLabels, runOfLabels } from '../own-objects.ts';
import type { Victim } from '../policy.ts';

export const CHAOS_MESH_GROUP = 'chaos-mesh.org';
export const CHAOS_MESH_VERSION = 'v1alpha1';
export const NETWORK_CHAOS = 'networkchaos';

/** How a pod is cut off. */
export interface Partition {
  readonly runId: string;
  /** After so long Chaos Mesh itself ends it, whether or not the harness still lives. */
  readonly expirySeconds: number;
}

/** `chaos-2026-11-28t18-56-23z-network-partition-7f3a`: one name for each run, so that it can be found by it after any crash. */
export function partitionName(runId: string): string {
  return `chaos-${runId.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')}`;
}

/** The path of all of them in a namespace, or of one. */
export function partitionPath(namespace: string, name?: string): string {
  const all = `/apis/${CHAOS_MESH_GROUP}/${CHAOS_MESH_VERSION}/namespaces/${encodeURIComponent(namespace)}/${NETWORK_CHAOS}`;
  return name === undefined ? all : `${all}/${encodeURIComponent(name)}`;
}

/** The object that cuts exactly this pod off from everything, in both directions. */
export function partitionObject({ namespace, name }: Pick<Victim, 'namespace' | 'name'>, partition: Partition): object {
  const { runId, expirySeconds } = partition;
  return {
    apiVersion: `${CHAOS_MESH_GROUP}/${CHAOS_MESH_VERSION}`,
    kind: 'NetworkChaos',
    metadata: { name: partitionName(runId), namespace, labels: ownLabels(runId) },
    spec: {
      action: 'partition',
      direction: 'both',
      mode: 'all',
      selector: { pods: { [namespace]: [name] } },
      duration: `${expirySeconds}s`,
    },
  };
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
const networkChaos = z.object({
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

/** As the API server lists them. */
export const networkChaosList = z.object({ items: z.array(networkChaos) });
export type NetworkChaos = z.infer<typeof networkChaos>;

/** The run that made it; undefined for whatever does not say so to the letter. */
export function runOfPartition({ metadata: { name, labels } }: NetworkChaos): string | undefined {
  const runId = runOfLabels(labels);
  return runId !== undefined && name === partitionName(runId) ? runId : undefined;
}

/** Whether Chaos Mesh says that the pod is cut off. A claim: it has written rules, and has looked at nothing. */
export function isCalledInjected({ status }: NetworkChaos): boolean {
  return status.conditions.some(({ type, status: value }) => type === 'AllInjected' && value === 'True');
}

/** Whether it is over or paused by all that Chaos Mesh says: it is to do nothing, and every pod that it hit is recovered. */
export function isAtRest({ status: { experiment } }: NetworkChaos): boolean {
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
export function describeClaim({ metadata, status }: NetworkChaos): string {
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
