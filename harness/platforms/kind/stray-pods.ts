import type { V1Pod } from '@kubernetes/client-node';
import { CUT_TABLE } from './packet-filter.ts';
import type { KindInstances } from './kind-instances.ts';
import type { KindNodes } from './kind-nodes.ts';

/**
 * A kubelet ends a pod in the time of grace that its `deletionTimestamp` is the end of, and tells of it soon after; one whose node has just come back does so
 * when it has found its way again, in milliseconds (20 to 30 s were seen).
 */
const ENDING_MS = 45_000;

/** True for a pod that should have been gone by now: whoever ended it, in good order or not. */
export function isOverdue({ metadata }: V1Pod, nowMs: number): boolean {
  const until = metadata?.deletionTimestamp;
  // What a watch tells of are objects as they came: their times are texts.
  return until !== undefined && nowMs > new Date(until).getTime() + ENDING_MS;
}

/** What should not be there after a fault, in words: pods that do not end or have failed, nodes that do not run, packet-filter rules. */
export async function findStrayPods(instances: KindInstances, nodes: KindNodes): Promise<string[]> {
  const strays = instances.watch.all().flatMap((pod) => {
    const name = pod.metadata?.name ?? 'a pod';
    if (isOverdue(pod, Date.now())) return [`pod ${name} is still being ended`];
    // What is being ended may well have failed: its kubelet was not there to say otherwise.
    if (pod.metadata?.deletionTimestamp !== undefined) return [];
    if (pod.status?.phase === 'Failed' || pod.status?.phase === 'Unknown')
      return [`pod ${name} has ${pod.status.phase.toLowerCase()} (${pod.status.reason ?? 'no reason given'})`];
    return [];
  });
  for (const { name, state } of await nodes.list()) {
    if (state !== 'running') {
      strays.push(`node ${name} is ${state}`);
      continue;
    }
    const tables = await nodes.runIn(name, 'nft list tables');
    if (tables?.includes(CUT_TABLE) === true) strays.push(`node ${name} has packet-filter rules of the harness`);
  }
  return strays;
}
