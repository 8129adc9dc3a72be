import { catalogue } from '../../../scenarios/index.ts';
import { ChaosError } from '../../core/errors.ts';
import { readObjectives } from '../objectives-file.ts';
import { userFile } from '../project-paths.ts';

/** Checks the objectives and that every scenario can be planned with them. @throws ChaosError `objectives` or `config`. */
export async function validateCommand(options: { readonly objectives: string }): Promise<number> {
  const objectives = await readObjectives(userFile(options.objectives));
  for (const [id, entry] of Object.entries(catalogue)) {
    const { default: scenario } = await entry.load();
    const objective = objectives.byId.get(scenario.objective);
    if (objective === undefined) {
      throw new ChaosError({
        code: 'objectives',
        message: `Scenario ${id} needs an objective "${scenario.objective}", and ${options.objectives} has none.`,
      });
    }
    const plan = scenario.plan(scenario.parameters, objective);
    const ids = plan.checks.map((check) => check.id);
    const twice = ids.find((checkId, index) => ids.indexOf(checkId) !== index);
    if (twice !== undefined || scenario.id !== id) {
      throw new ChaosError({
        code: 'config',
        message: `Scenario ${id} is not sound: ${twice === undefined ? `it calls itself ${scenario.id}` : `check ${twice} is there twice`}.`,
      });
    }
    process.stdout.write(
      `✓ ${id}: ${ids.length} checks against ${objective.recoverySeconds} s (${objective.source})\n`,
    );
  }
  return 0;
}
