import { join } from 'node:path';
import { judgeRun } from '../../checks/judge.ts';
import { systemClock } from '../../core/clock.ts';
import { ChaosError } from '../../core/errors.ts';
import type { Objective, RetryPolicy } from '../../core/events.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import { seededRandom } from '../../core/random.ts';
import type { Scenario, Variant } from '../../core/scenario.ts';
import { acquireRunLock } from '../../runner/run-lock.ts';
import { RunRecorder } from '../../runner/run-recorder.ts';
import { runScenario } from '../../runner/run-scenario.ts';
import { openRecord } from '../../store/record-writer.ts';
import { newRunId } from '../../store/run-directory.ts';
import { describeEnvironment } from '../environment.ts';
import { interruptible } from '../interrupt.ts';
import { loadPlatform } from '../load-platform.ts';
import { readObjectives, type Objectives } from '../objectives-file.ts';
import { planChecks, loadScenario } from '../plan-checks.ts';
import { printError } from '../print-error.ts';
import { printResult } from '../print-result.ts';
import { liveProgress } from '../progress/live-progress.ts';
import { plainProgress, type Progress } from '../progress/plain-progress.ts';
import { reportsDirectory, userFile } from '../project-paths.ts';
import { defaultParameters, parseSettings, suggestion, type Settings } from '../settings.ts';
import { writeReports } from '../write-reports.ts';
import { printDryRun } from './dry-run.ts';

export interface RunCommandOptions {
  readonly platform: string;
  readonly variant?: string;
  readonly objectives: string;
  readonly set: readonly string[];
  readonly trials: string;
  readonly seed?: string;
  readonly keep: boolean;
  readonly dryRun: boolean;
  readonly load: boolean;
  readonly json: boolean;
}

/** Password of the stack's databases; kept out of the record whatever carries it. */
const SECRETS = ['airbyte:airbyte@'];

/** `npm run chaos -- <scenario>`: returns the exit code of the verdict. @throws ChaosError before anything was touched. */
export async function runCommand(scenarioId: string, options: RunCommandOptions): Promise<number> {
  const scenario = await loadScenario(scenarioId);
  const objectives = await readObjectives(userFile(options.objectives));
  const variant = findVariant(scenario, options.variant);
  const objective = findObjective(objectives, variant?.objective ?? scenario.objective, options.objectives);
  const settings = settingsOf(scenario, variant, options);
  const trials = wholeNumber('--trials', options.trials, 1);
  const seed = options.seed === undefined ? Date.now() % 1_000_000 : wholeNumber('--seed', options.seed, 0);
  const parameters = { ...settings.parameters, ...retryTimeScaleOf(settings.stack) };
  const retryPolicy = retryPolicyOf(objectives, settings.stack);
  const platform = await loadPlatform(options.platform);
  if (options.dryRun) {
    await printDryRun(scenario, settings, objective, platform, options.variant);
    return 0;
  }

  const clock = systemClock();
  const runId = newRunId(clock.wall(), scenario.id, seededRandom(seed));
  const lock = acquireRunLock(runId);
  const { signal, stopListening } = interruptible((text) => process.stderr.write(`\n${text}\n`));
  try {
    await platform.prepare({
      settings: settings.stack,
      weaknesses: settings.weaknesses,
      signal,
      onProgress: (text) => void process.stderr.write(`  ${text}\n`),
    });
  } catch (error) {
    // Nothing has been started and nothing written: the machine is as it was.
    lock.release();
    throw signal.aborted
      ? new ChaosError({ code: 'interrupted', message: 'Interrupted before anything was started.', cause: error })
      : error;
  }
  const dir = join(reportsDirectory(), runId);
  const record = new RunRecorder(openRecord(dir, { clock, redact: SECRETS }));
  const progress = openProgress(options.json);
  record.onEvent((event) => progress.show(event));
  const failure = await runScenario({
    runId,
    scenario,
    parameters,
    variant: options.variant,
    objective,
    retryPolicy,
    platform,
    stackSettings: settings.stack,
    weaknesses: settings.weaknesses,
    trials,
    seed,
    keep: options.keep,
    command: commandText(scenarioId, options, seed),
    environment: describeEnvironment(),
    clock,
    record,
    signal,
    lock,
  });
  stopListening();
  progress.close();
  record.close();
  const started = record.events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started') return failure === undefined ? 70 : printError(failure);
  const journal = judgeRun(record.events, await planChecks(started));
  writeReports(dir, journal, record.events);
  printResult(journal, dir, options);
  return failure === undefined ? exitCodeOf(journal.verdict) : printError(failure);
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

/** What the scenario and its variant ask for, replaced by what the user sets. */
function settingsOf(scenario: Scenario, variant: Variant | undefined, options: RunCommandOptions): Settings {
  const defaults = defaultParameters(scenario, variant);
  const settings = parseSettings(defaults, options.load ? options.set : [...options.set, 'loadPerSecond=0']);
  return { ...settings, stack: { ...scenario.stack, ...variant?.stack, ...settings.stack } };
}

function openProgress(isJson: boolean): Progress {
  const stream = isJson ? process.stderr : process.stdout;
  return stream.isTTY ? liveProgress(stream) : plainProgress((text) => void stream.write(text));
}

function findObjective(objectives: Objectives, id: string, file: string): Objective {
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

function wholeNumber(name: string, text: string, least: number): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new ChaosError({ code: 'usage', message: `${name} ${text}: a whole number of at least ${least} is expected.` });
}

/** The command that repeats the run. */
function commandText(scenarioId: string, options: RunCommandOptions, seed: number): string {
  const parts = [`npm run chaos -- ${scenarioId}`, `--seed ${seed}`];
  if (options.variant !== undefined) parts.push(`--variant ${options.variant}`);
  if (options.trials !== '1') parts.push(`--trials ${options.trials}`);
  if (options.platform !== 'local') parts.push(`--platform ${options.platform}`);
  if (options.objectives !== 'scenarios/objectives.yaml') parts.push(`--objectives ${options.objectives}`);
  if (!options.load) parts.push('--no-load');
  if (options.keep) parts.push('--keep');
  for (const pair of options.set) parts.push(`--set ${pair}`);
  return parts.join(' ');
}
