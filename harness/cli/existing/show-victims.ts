import { formatMillis } from '../../core/duration.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { ExpectedTime } from '../../profiles/translate/translation.ts';
import type { ClusterLoad } from '../../platforms/cluster/load/load-config.ts';
import type { OwnTraffic } from '../../platforms/cluster/own-traffic-config.ts';
import type { Candidate, TargetWithCandidates } from './find-victims.ts';
import { nameOfAirbyte, type Existing } from './open-existing.ts';

/** What a scenario would hit, for people. */
export function describeVictims(
  scenario: Pick<Scenario, 'id' | 'title'>,
  { cluster, system, translation, config }: Pick<Existing, 'cluster' | 'system' | 'translation' | 'config'>,
  targets: readonly TargetWithCandidates[],
): readonly string[] {
  return [
    `${scenario.title} (${scenario.id})`,
    `  cluster     context ${cluster.context}, ${cluster.server}, kube-system ${cluster.kubeSystemUid}`,
    `  airbyte     ${system.namespace}/${system.release ?? ''}: ${nameOfAirbyte(system.generation.is, system.appVersion)}`,
    `  here        ${translation.can}: ${translation.because}`,
    ...(config.traffic?.own === undefined ? [] : [`  makes       ${describeMade(config.traffic.own)}`]),
    ...(config.load === undefined ? [] : [`  load        ${describeLoad(config.load)}`]),
    ...targets.flatMap(({ target, candidates }) => [
      '',
      `${target.component}${target.workload === undefined ? '' : ` (${target.workload})`}`,
      `  outcome     ${target.outcome}`,
      `  back after  ${describeTime(target.recovery)}`,
      ...(target.warning === undefined ? [] : [`  !           ${target.warning}`]),
      ...describeCandidates(candidates),
    ]),
  ];
}

/** What a run makes in Airbyte and removes at its end, without what its connectors are told. */
export function whatIsMade({ workspace, source, destination, streams }: OwnTraffic): object {
  return { workspace, source: source.definition, destination: destination.definition, streams: streams ?? 'all' };
}

/** As {@link whatIsMade}, in one line for people. */
export function describeMade({ workspace, source, destination, streams }: OwnTraffic): string {
  const what = streams === undefined ? 'all streams' : streams.join(', ');
  return `in workspace ${workspace} a source ${source.definition}, a destination ${destination.definition} and a connection of ${what}; starts a sync of it; removes all three`;
}

/** What a run makes in the cluster to put load on the API, and removes, in one line for people. */
export function describeLoad({ ratePerSecond, runners, image }: ClusterLoad): string {
  const by = image === undefined ? '' : ` of ${image}`;
  return `${ratePerSecond} requests a second from ${runners} ${runners === 1 ? 'pod' : 'pods'}${by}: a ConfigMap and a TestRun of the k6 operator, which a run makes and removes`;
}

function describeCandidates(candidates: readonly Candidate[]): readonly string[] {
  if (candidates.length === 0) return ['  can hit     nothing: no pod of it runs'];
  return candidates.flatMap(({ name, node, request, refusals }) => [
    `  ${refusals.length === 0 ? 'can hit    ' : 'may not hit'} ${name}${node === undefined ? '' : ` on ${node}`}${describeRequest(request)}`,
    ...refusals.map(({ text, tryThis }) => `              ✗ ${text} → ${tryThis}`),
  ]);
}

function describeTime(time: ExpectedTime): string {
  if (time.is !== 'bounded') return time.is === 'never' ? `never: ${time.because}` : `not known: ${time.because}`;
  const { low, high } = time.seconds;
  return low === high ? formatMillis(low * 1000) : `${formatMillis(low * 1000)} to ${formatMillis(high * 1000)}`;
}

/** What is to come has no name yet: what is asked then is held against the configuration then. */
function describeRequest(request: Candidate['request']): string {
  if (request === undefined) return '';
  const what = 'body' in request ? JSON.stringify(request.body) : `only with UID ${request.uid}`;
  return `: ${request.method} ${request.path}, ${what}`;
}
