import { closest } from 'fastest-levenshtein';
import { ChaosError } from '../core/errors.ts';
import type { Parameters, Scenario, Variant } from '../core/scenario.ts';

/** What `--set` changes: parameters of the scenario, settings of the stack, and weaknesses to put into the stack. */
export interface Settings {
  readonly parameters: Parameters;
  readonly stack: Readonly<Record<string, string>>;
  readonly weaknesses: readonly string[];
}

/** The parameters of a scenario, or of one of its variants, before `--set`. `here` has those that differ on a platform, also such as it has not. */
export function defaultParameters(scenario: Scenario, variant: Variant | undefined, here: Parameters = {}): Parameters {
  const defaults: Record<string, number | string | boolean> = { ...scenario.parameters };
  for (const [name, value] of Object.entries(here)) if (defaults[name] !== undefined) defaults[name] = value;
  for (const [name, value] of Object.entries(variant?.set ?? {})) if (value !== undefined) defaults[name] = value;
  return defaults;
}

/** Settings of the stack are environment variables of its components, or one of these. */
const STACK_SETTING =
  /^([A-Z][A-Z0-9_]*|restartBackoffSeconds|backups|archiveTimeoutSeconds|patroni\.(synchronous|failsafe)Mode|(restartPolicy|replicas)\.[a-z-]+)$/;

/**
 * Fills in a scenario's parameters from `name=value` pairs.
 * @throws ChaosError `usage` for a pair without "=", an unknown name (with the nearest known one), or a value of the wrong type.
 */
export function parseSettings(defaults: Parameters, pairs: readonly string[]): Settings {
  const parameters: Record<string, number | string | boolean> = { ...defaults };
  const stack: Record<string, string> = {};
  const weaknesses: string[] = [];
  for (const pair of pairs) {
    const split = pair.indexOf('=');
    if (split < 1) throw usage(`--set ${pair} has no "=".`, 'Write --set name=value.');
    const name = pair.slice(0, split);
    const value = pair.slice(split + 1);
    const known = parameters[name];
    if (known !== undefined) parameters[name] = convert(name, value, known);
    else if (name === 'weakness') weaknesses.push(...value.split(','));
    else if (STACK_SETTING.test(name)) stack[name] = value;
    else throw usage(`There is no parameter "${name}".`, suggestion(name, Object.keys(defaults)));
  }
  return { parameters, stack, weaknesses };
}

function convert(name: string, text: string, example: number | string | boolean): number | string | boolean {
  if (typeof example === 'string') return text;
  if (typeof example === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw usage(`--set ${name}=${text}: true or false is expected.`);
  }
  const number = Number(text);
  if (text.trim() !== '' && Number.isFinite(number) && number >= 0) return number;
  throw usage(`--set ${name}=${text}: a number of at least 0 is expected.`, `The default is ${example}.`);
}

/** `Did you mean "x"?` and the whole list. */
export function suggestion(wrong: string, known: readonly string[]): string {
  return known.length === 0
    ? 'There are none.'
    : `Did you mean "${closest(wrong, [...known])}"? There are: ${known.join(', ')}.`;
}

function usage(message: string, tryThis?: string): ChaosError {
  return new ChaosError({ code: 'usage', message, ...(tryThis === undefined ? {} : { tryThis }) });
}
