import { formatMillis } from '../../core/duration.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Refusal } from '../../platforms/cluster/policy.ts';
import { NEVER, type RecoveryConfig } from '../../platforms/cluster/recovery/recovery-config.ts';
import { nameOfAirbyte, type Existing } from './open-existing.ts';

/** What the recovery of a site would do, and what speaks against it. */
export interface ShownRecovery {
  readonly scenario: Pick<Scenario, 'id'>;
  readonly existing: Pick<Existing, 'cluster' | 'system' | 'objective'>;
  readonly recovery: RecoveryConfig;
  /** The folder that the commands work in. */
  readonly cwd: string;
  readonly refusals: readonly Pick<Refusal, 'text' | 'tryThis'>[];
}

/** Every command of a recovery in its order with its limit, for people. */
export function describeSiteRecovery({
  scenario,
  existing,
  recovery,
  cwd,
  refusals,
}: ShownRecovery): readonly string[] {
  const { cluster, system, objective } = existing;
  const { break: taking, steps, restoreOriginal, originalWithin, env, settings, endpoint } = recovery;
  const variables = [...env, ...Object.keys(settings)];
  return [
    `${scenario.id}: the site is taken away, and recovered by the operator’s own commands`,
    `  cluster     context ${cluster.context}, ${cluster.server}, kube-system ${cluster.kubeSystemUid}`,
    `  airbyte     ${system.namespace}/${system.release ?? ''}: ${nameOfAirbyte(system.generation.is, system.appVersion)}`,
    ...(objective === undefined
      ? []
      : [`  objective   ${formatMillis(objective.recoverySeconds * 1000)} (${objective.source})`]),
    `  folder      ${cwd}`,
    `  variables   ${variables.length === 0 ? 'none but those that every program needs' : variables.join(', ')}`,
    `  break       ${taking === undefined ? 'by a person, who is asked at the terminal' : commandText(taking)}`,
    ...steps.map(
      (step, index) =>
        `  ${`step ${index + 1}`.padEnd(11)} ${step.title}${step.owner === undefined ? '' : ` (${step.owner})`}: ${commandText(step)}`,
    ),
    `  recovered   when all steps are done and the API answers well${endpoint === undefined ? '' : ` at ${endpoint}`}`,
    ...(restoreOriginal.length === 0 ? ['  undo        none is written down: a person brings the original back'] : []),
    ...restoreOriginal.map((one) => `  undo        ${commandText(one)}`),
    ...(restoreOriginal.length === 0
      ? []
      : [
          `  original    ${originalWithin === NEVER ? 'is not looked at afterwards' : `has to answer well within ${originalWithin} after that`}`,
        ]),
    ...refusals.map(({ text, tryThis }) => `  ✗ ${text} → ${tryThis}`),
  ];
}

/** Each word as the program gets it. */
function commandText({ command, within }: { readonly command: readonly string[]; readonly within: string }): string {
  return `${JSON.stringify(command)}, within ${within}`;
}
