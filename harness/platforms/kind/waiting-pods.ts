import { z } from 'zod';

const waiting = z.object({ reason: z.string().optional(), message: z.string().optional() });
const container = z.object({
  ready: z.boolean(),
  state: z
    .object({
      waiting: waiting.optional(),
      terminated: z.object({ reason: z.string().optional(), exitCode: z.int() }).optional(),
    })
    .optional(),
});
const condition = z.object({ type: z.string(), status: z.string(), message: z.string().optional() });
const podList = z.object({
  items: z.array(
    z.object({
      metadata: z.object({ name: z.string() }),
      status: z.object({
        phase: z.string().optional(),
        conditions: z.array(condition).optional(),
        initContainerStatuses: z.array(container).optional(),
        containerStatuses: z.array(container).optional(),
      }),
    }),
  ),
});
type Pod = z.infer<typeof podList>['items'][number];

/**
 * What `kubectl get pods --output json` says of those that are not ready, a phrase each, with the cluster's own words for why:
 * `temporal-schema-fjs7l CreateContainerConfigError: secret "airbyte-db-credentials" not found`. The text as it is where it is something else.
 */
export function describeWaiting(text: string): string {
  const list = podList.safeParse(parse(text)).data;
  return list === undefined ? text : list.items.flatMap(describe).join('; ');
}

function describe({ metadata, status }: Pod): string[] {
  const containers = [...(status.initContainerStatuses ?? []), ...(status.containerStatuses ?? [])];
  if (status.phase === 'Succeeded') return [];
  if (status.phase === 'Running' && (status.containerStatuses ?? []).every(({ ready }) => ready)) return [];
  const stuck = containers.find(({ state }) => state?.waiting?.message !== undefined)?.state?.waiting;
  const ended = containers.find(({ state }) => (state?.terminated?.exitCode ?? 0) !== 0)?.state?.terminated;
  const unscheduled = status.conditions?.find(({ type, status: is }) => type === 'PodScheduled' && is === 'False');
  const held = containers.find(({ state }) => state?.waiting !== undefined)?.state?.waiting;
  if (stuck !== undefined) return [`${metadata.name} ${stuck.reason ?? 'waits'}: ${stuck.message ?? ''}`];
  if (unscheduled !== undefined) return [`${metadata.name} is on no node: ${unscheduled.message ?? ''}`];
  if (ended !== undefined) return [`${metadata.name} ended with exit code ${ended.exitCode}`];
  return [`${metadata.name} ${held?.reason ?? `${status.phase ?? 'Pending'}, not ready`}`];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
