import { describeClaim, runOfPartition } from '../../platforms/cluster/chaos-mesh/network-chaos.ts';
import { ownPartitions, type PartitionsPlace } from '../../platforms/cluster/chaos-mesh/read-partitions.ts';
import { removePartition } from '../../platforms/cluster/chaos-mesh/remove-partition.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { leftByAnother, placeToCleanUp } from './left-by-runs.ts';

/** How long Chaos Mesh may take to end what another run has left, in milliseconds. */
const WITHIN_MS = 60_000;

/** What of any run cuts a pod off there, in words. */
export async function describePartitions(place: PartitionsPlace): Promise<string[]> {
  const found = await ownPartitions(place);
  return found.map((one) => `NetworkChaos ${place.namespace}/${one.metadata.name} (${describeClaim(one)})`);
}

/** Two cuts at once would show nothing of either, and what a dead run left is not another run's to keep. @throws ChaosError `cleanup-needed`. */
export async function refusePartitions(place: PartitionsPlace): Promise<void> {
  const found = await describePartitions(place);
  if (found.length === 0) return;
  throw leftByAnother(`There is what another run made, by which a pod may be cut off: ${found.join('; ')}.`);
}

export interface RemovalOfPartition {
  readonly runId: string;
  readonly withinMs: number;
}

/** Removes what a dead run made, by what its configuration says today. @throws ChaosError `refused` for another cluster, `platform` with what is still there. */
export async function removePartitionOf(
  config: ClusterConfig,
  { runId, withinMs }: RemovalOfPartition,
  signal: AbortSignal,
): Promise<string> {
  // Its last request may still be carried out when the harness is dead.
  return removePartition({ ...(await placeToCleanUp(config)), runId, withinMs, mayComeLate: true, signal });
}

/** Removes what any run made; says what that was. @throws ChaosError as {@link removePartitionOf}. */
export async function removePartitions(config: ClusterConfig, signal: AbortSignal): Promise<string> {
  const place = await placeToCleanUp(config);
  const said: string[] = [];
  for (const one of await ownPartitions(place, signal)) {
    const runId = runOfPartition(one);
    if (runId === undefined) continue;
    said.push(await removePartition({ ...place, runId, withinMs: WITHIN_MS, mayComeLate: false, signal }));
  }
  return said.length === 0 ? 'no pod is cut off by a run' : said.join('; ');
}
