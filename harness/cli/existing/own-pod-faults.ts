import { describeClaim, runOfChaos, type ChaosKind } from '../../platforms/cluster/chaos-mesh/chaos-object.ts';
import { nameOfChaos, ownChaos, type ChaosPlace } from '../../platforms/cluster/chaos-mesh/read-chaos.ts';
import { removeChaos } from '../../platforms/cluster/chaos-mesh/remove-chaos.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import { leftByAnother, placeToCleanUp } from './left-by-runs.ts';

/** How long Chaos Mesh may take to end what another run has left, in milliseconds. */
const WITHIN_MS = 60_000;

/** What of any run is made of that kind there, in words. */
export async function describeOwnChaos(place: ChaosPlace): Promise<string[]> {
  const found = await ownChaos(place);
  return found.map((one) => `${nameOfChaos(place, one.metadata.name)} (${describeClaim(one)})`);
}

/** Two at once would show nothing of either, and what a dead run left is not another run's to keep. @throws ChaosError `cleanup-needed`. */
export async function refuseChaosOfRuns(place: ChaosPlace): Promise<void> {
  const found = await describeOwnChaos(place);
  if (found.length === 0) return;
  throw leftByAnother(`There is what another run made, by which a pod may be broken: ${found.join('; ')}.`);
}

export interface RemovalOfChaos {
  readonly runId: string;
  readonly chaos: ChaosKind;
  readonly withinMs: number;
}

/** Removes what a dead run made, by what its configuration says today. @throws ChaosError `refused` for another cluster, `platform` with what is still there. */
export async function removeChaosOf(
  config: ClusterConfig,
  { runId, chaos: kind, withinMs }: RemovalOfChaos,
  signal: AbortSignal,
): Promise<string> {
  // Its last request may still be carried out when the harness is dead.
  return removeChaos({ ...(await placeToCleanUp(config)), kind, runId, withinMs, mayComeLate: true, signal });
}

/** Removes what any run made of that kind; says what that was. @throws ChaosError as {@link removeChaosOf}. */
export async function removeChaosOfRuns(config: ClusterConfig, kind: ChaosKind, signal: AbortSignal): Promise<string> {
  const place = { ...(await placeToCleanUp(config)), kind };
  const said: string[] = [];
  for (const one of await ownChaos(place, signal)) {
    const runId = runOfChaos(one);
    if (runId === undefined) continue;
    said.push(await removeChaos({ ...place, runId, withinMs: WITHIN_MS, mayComeLate: false, signal }));
  }
  const nothing = { partition: 'no pod is cut off by a run', clock: 'no pod is told a wrong time by a run' };
  return said.length === 0 ? nothing[kind] : said.join('; ');
}
