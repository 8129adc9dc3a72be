import { systemClock } from '../../core/clock.ts';
import { seededRandom } from '../../core/random.ts';
import { newRunId } from '../../store/run-directory.ts';
import { carryOut } from '../carry-out.ts';
import { loadPlatform } from '../load-platform.ts';
import { readObjectives } from '../objectives-file.ts';
import { loadScenario } from '../plan-checks.ts';
import { chooseSeed, planRun, wholeNumber } from '../plan-run.ts';
import { userFile } from '../project-paths.ts';
import { commandText, DEFAULT_OBJECTIVES, type RunCommandOptions } from '../run-options.ts';
import { claimMachine, openShownRecord } from '../start-run.ts';
import { printDryRun } from './dry-run.ts';

/** `npm run chaos -- <scenario>`: returns the exit code of the verdict. @throws ChaosError before anything was touched. */
export async function runCommand(scenarioId: string, options: RunCommandOptions): Promise<number> {
  const scenario = await loadScenario(scenarioId);
  if (options.platform === 'cluster' && scenario.needs.includes('sites')) {
    const { recoverSite } = await import('../existing/recover-site.ts');
    return recoverSite(scenario, options);
  }
  if (options.platform === 'cluster') {
    const { runOnExisting } = await import('../existing/run-existing.ts');
    return runOnExisting(scenario, options);
  }
  const request = { ...options, objectives: options.objectives ?? DEFAULT_OBJECTIVES };
  const objectives = await readObjectives(userFile(request.objectives));
  const platform = await loadPlatform(options.platform);
  const planned = planRun(scenario, request, objectives, platform);
  const trials = wholeNumber('--trials', options.trials, 1);
  const seed = chooseSeed(options.seed);
  if (options.dryRun) {
    await printDryRun(planned, platform);
    return 0;
  }

  const clock = systemClock();
  const runId = options.runId ?? newRunId(clock.wall(), scenario.id, seededRandom(seed));
  const claimed = await claimMachine(runId, platform, planned);
  const shown = openShownRecord(runId, clock, options);
  const run = {
    ...planned,
    runId,
    platform,
    trials,
    seed,
    keep: options.keep,
    command: commandText(scenarioId, request, seed),
  };
  return carryOut(run, { claimed, shown, clock }, options);
}
