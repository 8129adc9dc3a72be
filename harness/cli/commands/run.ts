import { judgeRun } from '../../checks/judge.ts';
import { systemClock } from '../../core/clock.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import type { Journal } from '../../core/journal.ts';
import { seededRandom } from '../../core/random.ts';
import { runScenario } from '../../runner/run-scenario.ts';
import { newRunId } from '../../store/run-directory.ts';
import { describeEnvironment } from '../environment.ts';
import { loadPlatform } from '../load-platform.ts';
import { readObjectives } from '../objectives-file.ts';
import { planChecks, loadScenario } from '../plan-checks.ts';
import { chooseSeed, planRun, wholeNumber, type RunRequest } from '../plan-run.ts';
import { printError } from '../print-error.ts';
import { printResult } from '../print-result.ts';
import { userFile } from '../project-paths.ts';
import { claimMachine, openShownRecord, type ShownRecord } from '../start-run.ts';
import { writeReports } from '../write-reports.ts';
import { printDryRun } from './dry-run.ts';

export interface RunCommandOptions extends RunRequest {
  readonly platform: string;
  readonly trials: string;
  readonly seed?: string;
  readonly keep: boolean;
  readonly dryRun: boolean;
  readonly json: boolean;
  /** Of an existing cluster. */
  readonly config: string;
  readonly confirm?: string;
}

/** `npm run chaos -- <scenario>`: returns the exit code of the verdict. @throws ChaosError before anything was touched. */
export async function runCommand(scenarioId: string, options: RunCommandOptions): Promise<number> {
  const scenario = await loadScenario(scenarioId);
  const objectives = await readObjectives(userFile(options.objectives));
  if (options.platform === 'cluster') {
    const { showVictims } = await import('../show-victims.ts');
    return showVictims(scenario, objectives, options);
  }
  const platform = await loadPlatform(options.platform);
  const planned = planRun(scenario, options, objectives, platform);
  const trials = wholeNumber('--trials', options.trials, 1);
  const seed = chooseSeed(options.seed);
  if (options.dryRun) {
    await printDryRun(planned, platform);
    return 0;
  }

  const clock = systemClock();
  const runId = newRunId(clock.wall(), scenario.id, seededRandom(seed));
  const { lock, signal, stopListening } = await claimMachine(runId, platform, planned);
  const shown = openShownRecord(runId, clock, options);
  const failure = await runScenario({
    ...planned,
    runId,
    platform,
    trials,
    seed,
    keep: options.keep,
    command: commandText(scenarioId, options, seed),
    environment: describeEnvironment(),
    clock,
    record: shown.record,
    signal,
    lock,
  });
  stopListening();
  shown.close();
  const journal = await judgeAndReport(shown);
  if (journal === undefined) return failure === undefined ? 70 : printError(failure);
  printResult(journal, shown.dir, options);
  return failure === undefined ? exitCodeOf(journal.verdict) : printError(failure);
}

/** Judges what a run left and writes its journal and reports; undefined when it ended before its record began. */
export async function judgeAndReport({ dir, record }: ShownRecord): Promise<Journal | undefined> {
  const started = record.events.find((event) => event.type === 'run.started');
  if (started?.type !== 'run.started') return undefined;
  const journal = judgeRun(record.events, await planChecks(started));
  writeReports(dir, journal, record.events);
  return journal;
}

/** The command that repeats the run. */
export function commandText(
  scenarioId: string,
  options: RunRequest & Partial<Pick<RunCommandOptions, 'trials' | 'platform' | 'keep'>>,
  seed: number,
): string {
  const parts = [`npm run chaos -- ${scenarioId}`, `--seed ${seed}`];
  if (options.variant !== undefined) parts.push(`--variant ${options.variant}`);
  if (options.trials !== undefined && options.trials !== '1') parts.push(`--trials ${options.trials}`);
  if (options.platform !== undefined && options.platform !== 'local') parts.push(`--platform ${options.platform}`);
  if (options.objectives !== 'scenarios/objectives.yaml') parts.push(`--objectives ${options.objectives}`);
  if (!options.load) parts.push('--no-load');
  if (options.keep === true) parts.push('--keep');
  for (const pair of options.set) parts.push(`--set ${pair}`);
  return parts.join(' ');
}
