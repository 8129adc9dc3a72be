import { CUT_TABLE } from './packet-filter.ts';
import type { KindInstances } from './kind-instances.ts';
import type { KindNodes } from './kind-nodes.ts';

/** What should not be there after a fault, in words: pods that do not end or have failed, nodes that do not run, packet-filter rules. */
export async function findStrayPods(instances: KindInstances, nodes: KindNodes): Promise<string[]> {
  const strays = instances.watch.all().flatMap((pod) => {
    const name = pod.metadata?.name ?? 'a pod';
    if (pod.metadata?.deletionTimestamp !== undefined) return [`pod ${name} is still being ended`];
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
