import { catalogue } from '../../scenarios/index.ts';
import { ChaosError } from '../core/errors.ts';
import type { RenderedFile } from '../reporters/index.ts';
import { renderRunbook, renderRunbookIndex, renderWatchList } from '../reporters/runbook-document.ts';
import type { Objectives } from './objectives-file.ts';
import { loadScenario } from './plan-checks.ts';
import { defaultParameters } from './settings.ts';

/**
 * What those on call follow or watch in this failure: the steps, where people recover it, else the moments that should come by themselves.
 * @throws ChaosError `usage` or `objectives`.
 */
export async function renderRunbookOf(scenarioId: string, objectives: Objectives): Promise<string> {
  const scenario = await loadScenario(scenarioId);
  const objective = objectives.byId.get(scenario.objective);
  if (objective === undefined) {
    throw new ChaosError({ code: 'objectives', message: `There is no objective "${scenario.objective}".` });
  }
  if (scenario.runbook !== undefined) return renderRunbook(scenario.runbook, objective, scenario.id);
  return renderWatchList(scenario, scenario.plan(defaultParameters(scenario, undefined), objective), objective);
}

/** `docs/runbooks/`: one file for each scenario, and a page over them. @throws ChaosError `objectives`. */
export async function renderAllRunbooks(objectives: Objectives): Promise<readonly RenderedFile[]> {
  const ids = Object.keys(catalogue);
  const scenarios = await Promise.all(ids.map(loadScenario));
  const entries = scenarios.map(({ id, title, runbook }) => ({ id, title, hasSteps: runbook !== undefined }));
  const files = await Promise.all(
    ids.map(async (id) => ({ file: `${id}.md`, content: await renderRunbookOf(id, objectives) })),
  );
  return [{ file: 'README.md', content: renderRunbookIndex(entries) }, ...files];
}
