import { formatMillis } from '../../core/duration.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { ExpectedTime } from '../../profiles/translate/translation.ts';
import type { Candidate, TargetWithCandidates } from './find-victims.ts';
import type { Existing } from './open-existing.ts';

/** What a scenario would hit, for people. */
export function describeVictims(
  scenario: Pick<Scenario, 'id' | 'title'>,
  { cluster, system, translation }: Pick<Existing, 'cluster' | 'system' | 'translation'>,
  targets: readonly TargetWithCandidates[],
): readonly string[] {
  return [
    `${scenario.title} (${scenario.id})`,
    `  cluster     context ${cluster.context}, ${cluster.server}, kube-system ${cluster.kubeSystemUid}`,
    `  airbyte     ${system.namespace}/${system.release ?? ''}: ${[system.generation.is, system.appVersion].filter((one) => one !== undefined).join(' ')}`,
    `  here        ${translation.can}: ${translation.because}`,
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

function describeCandidates(candidates: readonly Candidate[]): readonly string[] {
  if (candidates.length === 0) return ['  can hit     nothing: no pod of it runs'];
  return candidates.flatMap(({ name, node, request, refusals }) => [
    `  ${refusals.length === 0 ? 'can hit    ' : 'may not hit'} ${name}${node === undefined ? '' : ` on ${node}`}: ${request.method} ${request.path}, only with UID ${request.uid}`,
    ...refusals.map(({ text, tryThis }) => `              ✗ ${text} → ${tryThis}`),
  ]);
}

function describeTime(time: ExpectedTime): string {
  if (time.is !== 'bounded') return time.is === 'never' ? `never: ${time.because}` : `not known: ${time.because}`;
  const { low, high } = time.seconds;
  return low === high ? formatMillis(low * 1000) : `${formatMillis(low * 1000)} to ${formatMillis(high * 1000)}`;
}
