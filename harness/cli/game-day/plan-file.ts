import { catalogue } from '../../../scenarios/index.ts';
import { ChaosError } from '../../core/errors.ts';
import { gameDayPlanSchema, stepId, type GameDayPlan, type ScenarioStep } from '../../core/game-day/plan.ts';
import { renderJsonSchema } from '../../reporters/schema.ts';
import { loadPlatform } from '../load-platform.ts';
import { readObjectives } from '../objectives-file.ts';
import { loadScenario } from '../plan-checks.ts';
import { planRun } from '../plan-run.ts';
import { sharedStack } from '../plan-series.ts';
import { userFile } from '../project-paths.ts';
import { DEFAULT_OBJECTIVES } from '../run-options.ts';
import { suggestion } from '../settings.ts';
import { readYamlFile } from '../yaml-file.ts';

/** With scenarios and variants that there are. */
const schema = gameDayPlanSchema.check(({ value, issues }) => {
  const known = new Map<string, { readonly variants: readonly string[] }>(Object.entries(catalogue));
  const complain = (index: number, key: string, what: string, wrong: string, names: readonly string[]): void => {
    const message = `there is no ${what} "${wrong}". ${suggestion(wrong, names).replace(/\.$/, '')}`;
    issues.push({ code: 'custom', path: ['steps', index, key], message, input: wrong });
  };
  for (const [index, step] of value.steps.entries()) {
    if (!('scenario' in step)) continue;
    const scenario = known.get(step.scenario);
    if (scenario === undefined) complain(index, 'scenario', 'scenario', step.scenario, [...known.keys()]);
    else if (step.variant !== undefined && !scenario.variants.includes(step.variant))
      complain(index, 'variant', `variant of ${step.scenario}`, step.variant, scenario.variants);
  }
});

/**
 * Reads the plan of a game day.
 * @throws ChaosError `config` with every mistake at its line and column.
 */
export async function readPlan(path: string): Promise<GameDayPlan> {
  return readYamlFile(path, schema, {
    code: 'config',
    message: 'The plan of the game day cannot be used.',
    tryThis:
      'fixtures/game-days/quarterly.yaml shows the form; docs/game-day.schema.json describes it, also to editors.',
  });
}

/** A plan that can be carried out here. */
export interface PreparedPlan {
  readonly plan: GameDayPlan;
  /** What all its scenarios together want their one stack to be, as `NAME=value`. */
  readonly stackSettings: readonly string[];
}

/**
 * Plans every scenario as its run will, so that the room does not learn in the middle of the day what a dry run could have told.
 * @throws ChaosError `usage`, `config` or `objectives`, with the step.
 */
export async function preparePlan(plan: GameDayPlan): Promise<PreparedPlan> {
  // What may be done in an existing cluster changes from hour to hour: it is asked of it at the go/no-go and before each step.
  if (plan.platform === 'cluster') return { plan, stackSettings: [] };
  const platform = await loadPlatform(plan.platform);
  const objectivesFile = plan.objectives ?? DEFAULT_OBJECTIVES;
  const objectives = await readObjectives(userFile(objectivesFile));
  const steps = plan.steps.filter((step): step is ScenarioStep => 'scenario' in step);
  const loaded = await Promise.all(steps.map(async (step) => ({ step, scenario: await loadScenario(step.scenario) })));
  const wanted = loaded.map(({ step, scenario }) => {
    const variant = step.variant === undefined ? undefined : scenario.variants?.[step.variant];
    const own = Object.entries(step.set).filter(([name]) => !Object.hasOwn(scenario.parameters, name));
    const stack = Object.fromEntries(own.map(([name, value]) => [name, String(value)]));
    return { id: stepId(step), stack: { ...scenario.stack, ...variant?.stack, ...stack } };
  });
  const shared = sharedStack(wanted, []);
  for (const { step, scenario } of loaded) {
    const request = { variant: step.variant, objectives: objectivesFile, set: pairsOf(step), load: true };
    const { weaknesses } = planRun(scenario, request, objectives, platform, shared);
    const lacks = scenario.needs.filter((capability) => !platform.capabilities.has(capability));
    if (lacks.length > 0) throw unfit(step, `platform ${plan.platform} lacks ${lacks.join(', ')}`);
    if (weaknesses.length > 0)
      throw unfit(step, 'a stack that is shared by several scenarios has no weaknesses put into it');
  }
  const last = steps.findIndex(({ scenario }) => scenario === 'cluster_failure');
  const [lost, after] = [steps[last], steps[last + 1]];
  if (last >= 0 && lost !== undefined && after !== undefined)
    throw unfit(
      lost,
      `it leaves nothing of the stack that ${stepId(after)} could be run on; make it the last scenario`,
    );
  return { plan, stackSettings: Object.entries(shared).map(([name, value]) => `${name}=${value}`) };
}

/** `--set` of a scenario's run. */
export function pairsOf({ set }: ScenarioStep): string[] {
  return Object.entries(set).map(([name, value]) => `${name}=${value}`);
}

function unfit(step: ScenarioStep, why: string): ChaosError {
  return new ChaosError({ code: 'config', message: `Step ${stepId(step)} cannot be carried out: ${why}.` });
}

/** The JSON Schema of a plan, as it is published in `docs/game-day.schema.json`. */
export function renderPlanSchema(): string {
  return renderJsonSchema(gameDayPlanSchema, {
    title: 'Plan of a game day',
    description:
      'What `npm run game-day` carries out: scenarios, manual steps, hypotheses, abort criteria, who is told.',
    io: 'input',
  });
}
