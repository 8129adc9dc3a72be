import { catalogue } from '../../scenarios/index.ts';
import { ChaosError } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import type { Objectives } from './objectives-file.ts';
import { loadScenario } from './plan-checks.ts';
import { planRun, type PlannedRun, type PlanningPlatform, type RunRequest } from './plan-run.ts';
import { suggestion } from './settings.ts';

/** What the user asked of `everything`. Names are separated by commas. */
export interface SeriesRequest extends Omit<RunRequest, 'variant'> {
  readonly only?: string;
  readonly skip?: string;
}

/** Several scenarios for one stack, in the order in which they run. */
export interface PlannedSeries {
  readonly runs: readonly (PlannedRun & { readonly set: readonly string[] })[];
  readonly leftOut: readonly string[];
  /** Those that the platform cannot do, with what it lacks for each. */
  readonly notHere: readonly { readonly scenario: string; readonly lacks: readonly string[] }[];
  readonly stackSettings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
}

/** It leaves nothing of the stack for others to be run on. */
const LAST = 'cluster_failure';

/**
 * Plans all scenarios that are asked for and that the platform can do, each in its default form.
 * @throws ChaosError `usage` for a name that is none, `config` when two scenarios want different stacks.
 */
export async function planSeries(
  request: SeriesRequest,
  objectives: Objectives,
  platform: PlanningPlatform,
): Promise<PlannedSeries> {
  const { chosen, leftOut } = chooseScenarios(Object.keys(catalogue), request);
  const wanted = await Promise.all(chosen.map(loadScenario));
  const notHere = wanted.flatMap(({ id, needs }) => {
    const lacks = needs.filter((capability) => !platform.capabilities.has(capability));
    return lacks.length === 0 ? [] : [{ scenario: id, lacks }];
  });
  const scenarios = wanted.filter(({ id }) => !notHere.some(({ scenario }) => scenario === id));
  const shared = sharedStack(scenarios, request.set);
  const runs = scenarios.map((scenario) => {
    const set = pairsFor(scenario, scenarios, request.set);
    return { ...planRun(scenario, { ...request, set }, objectives, platform, shared), set };
  });
  const [first] = runs;
  if (first === undefined)
    throw usage(
      'No scenario is left to run.',
      notHere.length === 0
        ? 'Leave out --only and --skip to run all of them.'
        : `The platform cannot do ${notHere.map(({ scenario, lacks }) => `${scenario} (it lacks ${lacks.join(', ')})`).join(', ')}.`,
    );
  // Settings of the stack and weaknesses are the same for all: they are not a scenario's own.
  return { runs, leftOut, notHere, stackSettings: first.stackSettings, weaknesses: first.weaknesses };
}

/** The scenarios in the order of the catalogue, what leaves no stack last. @throws ChaosError `usage`. */
export function chooseScenarios(
  all: readonly string[],
  { only, skip }: Pick<SeriesRequest, 'only' | 'skip'>,
): { readonly chosen: string[]; readonly leftOut: string[] } {
  const [wanted, unwanted] = [namesIn(only, all), namesIn(skip, all)];
  const isChosen = (id: string): boolean => (only === undefined || wanted.has(id)) && !unwanted.has(id);
  const chosen = all.filter(isChosen);
  return {
    chosen: [...chosen.filter((id) => id !== LAST), ...chosen.filter((id) => id === LAST)],
    leftOut: all.filter((id) => !isChosen(id)),
  };
}

function namesIn(list: string | undefined, all: readonly string[]): Set<string> {
  const names = (list ?? '').split(',').filter((name) => name !== '');
  const wrong = names.find((name) => !all.includes(name));
  if (wrong !== undefined) throw usage(`There is no scenario "${wrong}".`, suggestion(wrong, all));
  return new Set(names);
}

/**
 * The settings that the scenarios want their stack to have, together; what the user sets replaces them.
 * @throws ChaosError `config` naming both scenarios when two want different things.
 */
export function sharedStack(
  scenarios: readonly Pick<Scenario, 'id' | 'stack'>[],
  set: readonly string[],
): Record<string, string> {
  const wanted = new Map<string, { readonly value: string; readonly by: string }>();
  for (const { id, stack } of scenarios) {
    for (const [name, value] of Object.entries(stack ?? {})) {
      const earlier = wanted.get(name);
      wanted.set(name, earlier ?? { value, by: id });
      if (earlier === undefined || earlier.value === value || set.some((pair) => pair.startsWith(`${name}=`))) continue;
      throw new ChaosError({
        code: 'config',
        message: `Two scenarios cannot share one stack: ${earlier.by} wants ${name}=${earlier.value}, ${id} wants ${name}=${value}.`,
        tryThis: `Leave one of them out (--skip ${id}), or decide for both with --set ${name}=VALUE.`,
      });
    }
  }
  return Object.fromEntries([...wanted].map(([name, { value }]) => [name, value]));
}

/** Parameters go to the scenarios that have them; everything else is for the stack, and for all. */
function pairsFor(scenario: Scenario, scenarios: readonly Scenario[], set: readonly string[]): string[] {
  return set.filter((pair) => {
    const name = pair.split('=', 1)[0] ?? '';
    const has = ({ parameters }: Scenario): boolean => Object.hasOwn(parameters, name);
    return has(scenario) || !scenarios.some(has);
  });
}

function usage(message: string, tryThis: string): ChaosError {
  return new ChaosError({ code: 'usage', message, tryThis });
}
