import { ChaosError } from '../core/errors.ts';
import type { Objective, RetryPolicy } from '../core/events.ts';
import type { Platform } from '../core/platform.ts';
import type { Parameters, Scenario, Variant } from '../core/scenario.ts';
import type { Objectives } from './objectives-file.ts';
import { defaultParameters, parseSettings, suggestion } from './settings.ts';

/** What the user asked of a run. */
export interface RunRequest {
  readonly variant?: string | undefined;
  /** The file of objectives, as it was named. */
  readonly objectives: string;
  readonly set: readonly string[];
  readonly load: boolean;
}

/** A scenario with everything that was chosen for it. */
export interface PlannedRun {
  readonly scenario: Scenario;
  readonly variant: string | undefined;
  readonly objective: Objective;
  readonly retryPolicy: RetryPolicy;
  readonly parameters: Parameters;
  readonly stackSettings: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
}

/** What of a platform decides how a scenario is planned for it. */
export type PlanningPlatform = Pick<Platform, 'capabilities' | 'parameters'>;

/**
 * Fills in what a run of the scenario is made of. `sharedStack` are settings that its stack has for the sake of others.
 * @throws ChaosError `usage` or `objectives` with the nearest name.
 */
export function planRun(
  scenario: Scenario,
  request: RunRequest,
  objectives: Objectives,
  platform: PlanningPlatform,
  sharedStack: Readonly<Record<string, string>> = {},
): PlannedRun {
  const variant = findVariant(scenario, request.variant);
  const objective = findObjective(objectives, variant?.objective ?? scenario.objective, request.objectives);
  const pairs = request.load ? request.set : [...request.set, 'loadPerSecond=0'];
  const settings = parseSettings(defaultParameters(scenario, variant, platform.parameters), pairs);
  const stackSettings = { ...sharedStack, ...scenario.stack, ...variant?.stack, ...settings.stack };
  return {
    scenario,
    variant: request.variant,
    objective,
    retryPolicy: retryPolicyOf(objectives, stackSettings),
    parameters: { ...settings.parameters, ...retryTimeScaleOf(stackSettings) },
    stackSettings,
    weaknesses: settings.weaknesses,
  };
}

/** The variant of that name, undefined when none is asked for. @throws ChaosError `usage` with the nearest name. */
function findVariant(scenario: Scenario, name: string | undefined): Variant | undefined {
  if (name === undefined) return undefined;
  const variants = new Map(Object.entries(scenario.variants ?? {}));
  const variant = variants.get(name);
  if (variant !== undefined) return variant;
  throw new ChaosError({
    code: 'usage',
    message: `${scenario.id} has no variant "${name}".`,
    tryThis: suggestion(name, [...variants.keys()]),
  });
}

/** @throws ChaosError `objectives` with those that there are. */
export function findObjective(objectives: Objectives, id: string, file: string): Objective {
  const objective = objectives.byId.get(id);
  if (objective !== undefined) return objective;
  throw new ChaosError({
    code: 'objectives',
    message: `${file} has no objective "${id}".`,
    tryThis: `It has: ${[...objectives.byId.keys()].join(', ')}.`,
  });
}

/** The stack is told its policy by RETRY_POLICY; it is judged by the same one. */
function retryPolicyOf(objectives: Objectives, stackSettings: Readonly<Record<string, string>>): RetryPolicy {
  const name = stackSettings['RETRY_POLICY'] ?? 'documented';
  if (name === 'documented' || name === 'airbyte') return objectives.retry[name];
  throw new ChaosError({
    code: 'usage',
    message: `There is no retry policy "${name}".`,
    tryThis: 'Use RETRY_POLICY=documented or RETRY_POLICY=airbyte.',
  });
}

/** A stack that is told to wait a fraction of its policy's time is judged by that fraction, and the report says so. */
function retryTimeScaleOf(stackSettings: Readonly<Record<string, string>>): { readonly retryTimeScale?: number } {
  const text = stackSettings['RETRY_TIME_SCALE'];
  if (text === undefined) return {};
  const retryTimeScale = Number(text);
  if (retryTimeScale > 0 && Number.isFinite(retryTimeScale)) return { retryTimeScale };
  throw new ChaosError({ code: 'usage', message: `--set RETRY_TIME_SCALE=${text}: a number above 0 is expected.` });
}

/** @throws ChaosError `usage` when the text is not a whole number of at least `least`. */
export function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new ChaosError({ code: 'usage', message: `${name} ${text}: a whole number of at least ${least} is expected.` });
}

/** The seed that was asked for, or one of the moment. */
export function chooseSeed(seed: string | undefined): number {
  return seed === undefined ? Date.now() % 1_000_000 : wholeNumber('--seed', seed, 0);
}
