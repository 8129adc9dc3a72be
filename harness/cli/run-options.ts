import type { RunRequest } from './plan-run.ts';

/** Default of `--objectives`, relative to the project. */
export const DEFAULT_OBJECTIVES = 'scenarios/objectives.yaml';

/** `npm run chaos -- <scenario>`, as it stands on the command line. */
export interface RunCommandOptions extends Omit<RunRequest, 'objectives'> {
  /** Undefined: the project's own, or what the configuration of an existing cluster names. */
  readonly objectives?: string;
  readonly platform: string;
  readonly trials: string;
  readonly seed?: string;
  readonly keep: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Given by a caller that has written it down before. */
  readonly runId?: string;
  /** Of an existing cluster. */
  readonly config: string;
  readonly target?: string;
  readonly confirm?: string;
  /** A file that its caller makes when the people whom it asks begin to take the site away; else they are asked at the terminal. */
  readonly beginWhen?: string;
}

/** The command that repeats the run. */
export function commandText(
  scenarioId: string,
  options: RunRequest & Partial<Pick<RunCommandOptions, 'trials' | 'platform' | 'keep' | 'target'>>,
  seed: number,
): string {
  const parts = [`npm run chaos -- ${scenarioId}`, `--seed ${seed}`];
  if (options.variant !== undefined) parts.push(`--variant ${options.variant}`);
  if (options.trials !== undefined && options.trials !== '1') parts.push(`--trials ${options.trials}`);
  if (options.platform !== undefined && options.platform !== 'local') parts.push(`--platform ${options.platform}`);
  if (options.objectives !== DEFAULT_OBJECTIVES) parts.push(`--objectives ${options.objectives}`);
  if (options.target !== undefined) parts.push(`--target ${options.target}`);
  if (!options.load) parts.push('--no-load');
  if (options.keep === true) parts.push('--keep');
  for (const pair of options.set) parts.push(`--set ${pair}`);
  return parts.join(' ');
}
