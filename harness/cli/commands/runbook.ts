import { ChaosError } from '../../core/errors.ts';
import { renderRunbook } from '../../reporters/runbook-document.ts';
import { readObjectives } from '../objectives-file.ts';
import { loadScenario } from '../plan-checks.ts';
import { userFile } from '../project-paths.ts';

/** Prints the runbook that a scenario follows, as Markdown. @throws ChaosError `usage` when it follows none. */
export async function runbookCommand(scenarioId: string, options: { readonly objectives: string }): Promise<number> {
  const scenario = await loadScenario(scenarioId);
  if (scenario.runbook === undefined) {
    throw new ChaosError({
      code: 'usage',
      message: `${scenario.id} follows no runbook: the system recovers by itself.`,
      tryThis: 'npm run chaos -- runbook cluster_failure',
    });
  }
  const objective = (await readObjectives(userFile(options.objectives))).byId.get(scenario.objective);
  if (objective === undefined) {
    throw new ChaosError({
      code: 'objectives',
      message: `${options.objectives} has no objective "${scenario.objective}".`,
    });
  }
  process.stdout.write(renderRunbook(scenario.runbook, objective, scenario.id));
  return 0;
}
