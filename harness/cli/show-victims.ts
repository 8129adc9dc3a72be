import { ChaosError } from '../core/errors.ts';
import { formatMillis } from '../core/duration.ts';
import type { Scenario } from '../core/scenario.ts';
import type { ExpectedTime } from '../profiles/translate/translation.ts';
import { readClusterConfig } from './cluster-config-file.ts';
import { findVictims, type Candidate, type PossibleVictims } from './cluster-victims.ts';
import type { Objectives } from './objectives-file.ts';
import { userFile } from './project-paths.ts';

export interface ShowVictimsOptions {
  readonly config: string;
  readonly confirm?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * What a scenario would hit in an existing cluster, and what speaks against it. Changes nothing. Exit 0 where something may be hit, 64 where nothing may.
 * @throws ChaosError `config` without `--dry-run`: this version breaks nothing in an existing cluster.
 */
export async function showVictims(
  scenario: Scenario,
  objectives: Objectives,
  options: ShowVictimsOptions,
): Promise<number> {
  if (!options.dryRun) {
    throw new ChaosError({
      code: 'config',
      message: 'This version breaks nothing in an existing cluster yet.',
      tryThis: 'See what it would hit, and whether the configuration allows it: add --dry-run',
    });
  }
  const config = await readClusterConfig(userFile(options.config));
  const objective = objectives.byId.get(scenario.objective);
  const found = await findVictims({ config, scenario, objective, confirm: options.confirm, atMs: Date.now() });
  const isAny = found.targets.some(({ candidates }) => candidates.some(({ refusals }) => refusals.length === 0));
  if (options.json)
    process.stdout.write(`${JSON.stringify({ version: 1, scenario: scenario.id, ...found }, null, 2)}\n`);
  else print(scenario, found);
  return isAny ? 0 : 64;
}

function print(scenario: Scenario, { cluster, system, translation, targets }: PossibleVictims): void {
  const lines = [
    `${scenario.title} (${scenario.id})`,
    `  cluster     context ${cluster.context}, ${cluster.server}, kube-system ${cluster.kubeSystemUid}`,
    `  airbyte     ${system.namespace}/${system.release ?? ''}: ${system.generation.is} ${system.appVersion ?? ''}`,
    `  here        ${translation.can}: ${translation.because}`,
    ...targets.flatMap(({ target, candidates }) => [
      '',
      `${target.component}${target.workload === undefined ? '' : ` (${target.workload})`}`,
      `  outcome     ${target.outcome}`,
      `  back after  ${describeTime(target.recovery)}`,
      ...(target.warning === undefined ? [] : [`  !           ${target.warning}`]),
      ...describeCandidates(candidates),
    ]),
    '',
    'Nothing was done (--dry-run).',
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
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
