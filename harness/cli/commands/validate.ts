import { catalogue } from '../../../scenarios/index.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Objective } from '../../core/events.ts';
import type { Scenario } from '../../core/scenario.ts';
import { describeLoad, describeMade } from '../existing/show-victims.ts';
import { readObjectives, type Objectives } from '../objectives-file.ts';
import { userFile } from '../project-paths.ts';
import { defaultParameters } from '../settings.ts';

export interface ValidateOptions {
  readonly objectives: string;
  readonly config?: string;
}

/** Checks the objectives and that every scenario can be planned with them. @throws ChaosError `objectives` or `config`. */
export async function validateCommand(options: ValidateOptions): Promise<number> {
  if (options.config !== undefined) await validateConfig(options.config);
  const objectives = await readObjectives(userFile(options.objectives));
  for (const [id, entry] of Object.entries(catalogue)) {
    const { default: scenario } = await entry.load();
    requireSameVariants(id, entry.variants, Object.keys(scenario.variants ?? {}));
    for (const variant of [undefined, ...Object.keys(scenario.variants ?? {})]) {
      const { objective, ids } = planOrThrow(scenario, variant, objectives, options.objectives);
      const name = variant === undefined ? id : `${id} --variant ${variant}`;
      process.stdout.write(
        `✓ ${name}: ${ids.length} checks against ${objective.recoverySeconds} s (${objective.source})\n`,
      );
      if (scenario.id === id) continue;
      throw new ChaosError({ code: 'config', message: `Scenario ${id} calls itself ${scenario.id}.` });
    }
  }
  return 0;
}

/** Says what a configuration allows: who reads it shall not have to work that out. */
async function validateConfig(file: string): Promise<void> {
  const { readClusterConfig } = await import('../cluster-config-file.ts');
  const { cluster, namespace, release, allow, freezes, objectives, traffic, load } = await readClusterConfig(
    userFile(file),
  );
  await readObjectives(userFile(objectives));
  const named = (names: readonly string[]): string => (names.length === 0 ? 'nothing' : names.join(', '));
  const lines = [
    `✓ ${file}: context ${cluster.context}, namespace ${namespace}, release ${release}`,
    `  may run     ${named(allow.scenarios)}`,
    `  may hit     ${named(allow.components)}, at most ${Number((allow.maxShare * 100).toFixed(1))} % of the replicas of each at once`,
    ...(allow.chaosMesh ? ['  may ask     Chaos Mesh, to cut a pod of these off'] : []),
    `  not during  ${named(freezes.map(({ reason }) => reason))}`,
    ...(traffic?.own === undefined ? [] : [`  makes       ${describeMade(traffic.own)}`]),
    ...(load === undefined ? [] : [`  load        ${describeLoad(load)}`]),
  ];
  process.stdout.write(`${lines.join('\n')}\n`);
}

/** What the catalogue names without loading a scenario is what the scenario has. @throws ChaosError `config`. */
function requireSameVariants(id: string, named: readonly string[], has: readonly string[]): void {
  const difference = [...named.filter((one) => !has.includes(one)), ...has.filter((one) => !named.includes(one))];
  if (difference.length === 0) return;
  throw new ChaosError({
    code: 'config',
    message: `The catalogue and scenario ${id} differ in their variants: ${difference.join(', ')}.`,
    tryThis: 'Name the same ones in scenarios/index.ts.',
  });
}

function planOrThrow(
  scenario: Scenario,
  variant: string | undefined,
  objectives: Objectives,
  file: string,
): { readonly objective: Objective; readonly ids: readonly string[] } {
  const described = variant === undefined ? undefined : scenario.variants?.[variant];
  const name = described?.objective ?? scenario.objective;
  const objective = objectives.byId.get(name);
  if (objective === undefined) {
    throw new ChaosError({
      code: 'objectives',
      message: `Scenario ${scenario.id} needs an objective "${name}", and ${file} has none.`,
    });
  }
  const plan = scenario.plan(defaultParameters(scenario, described), objective, variant);
  const ids = plan.checks.map((check) => check.id);
  const twice = ids.find((checkId, index) => ids.indexOf(checkId) !== index);
  if (twice === undefined) return { objective, ids };
  throw new ChaosError({
    code: 'config',
    message: `Scenario ${scenario.id} is not sound: check ${twice} is there twice.`,
  });
}
