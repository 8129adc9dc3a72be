import { systemClock } from '../../core/clock.ts';
import type { BodyOf } from '../../core/events.ts';
import type { ChaosError } from '../../core/errors.ts';
import { exitCodeOf } from '../../core/exit-codes.ts';
import type { Platform } from '../../core/platform.ts';
import { seededRandom } from '../../core/random.ts';
import { awaitSteadyAgain } from '../../runner/await-steady-again.ts';
import { runOnStack } from '../../runner/run-scenario.ts';
import { runSeries, type SeriesEntry } from '../../runner/run-series.ts';
import { newRunId, SERIES } from '../../store/run-directory.ts';
import type { RunOfSeries } from '../../reporters/series/render-series.ts';
import { describeEnvironment } from '../environment.ts';
import { loadPlatform } from '../load-platform.ts';
import { readObjectives } from '../objectives-file.ts';
import { chooseSeed, type PlannedRun } from '../plan-run.ts';
import { planSeries, type PlannedSeries, type SeriesRequest } from '../plan-series.ts';
import { printError } from '../print-error.ts';
import { printSeries } from '../print-series.ts';
import { userFile } from '../project-paths.ts';
import { claimMachine, openShownRecord } from '../start-run.ts';
import { writeSeriesReports } from '../write-series-reports.ts';
import { printDryRun } from './dry-run.ts';
import { judgeAndReport } from '../end-run.ts';
import { commandText } from '../run-options.ts';

/** What the whole set should take at most, in seconds. Shown, not judged: recovery is what the scenarios are judged by. */
const TARGET_SECONDS = 25 * 60;

export interface EverythingOptions extends SeriesRequest {
  readonly platform: string;
  readonly seed?: string;
  readonly dryRun: boolean;
  readonly json: boolean;
}

/**
 * `npm run chaos -- everything`: all scenarios on one stack and one combined report. Returns the exit code of the worst.
 * @throws ChaosError before anything was touched.
 */
export async function everythingCommand(options: EverythingOptions): Promise<number> {
  const platform = await loadPlatform(options.platform);
  const planned = await planSeries(options, await readObjectives(userFile(options.objectives)), platform);
  const seed = chooseSeed(options.seed);
  if (options.dryRun) {
    for (const run of planned.runs) await printDryRun(run, platform);
    return 0;
  }
  const clock = systemClock();
  const random = seededRandom(seed);
  const runId = newRunId(clock.wall(), SERIES, random);
  const machine = await claimMachine(runId, platform, planned);
  const shown = openShownRecord(runId, clock, { ...options, isPlain: true });
  const done: RunOfSeries[] = [];
  const entries = planned.runs.map((run): SeriesEntry => ({
    scenario: run.scenario.id,
    newRunId: () => newRunId(clock.wall(), run.scenario.id, random),
    run: (entryId, stack, undo) =>
      runEntry({ run, entryId, options, seed, platform, signal: machine.signal, done }, (rehearsal) =>
        runOnStack(rehearsal, stack, undo),
      ),
  }));
  const failure = await runSeries({
    started: describeSeries(planned, options, runId, seed, clock.wall()),
    entries,
    platform,
    stackSettings: planned.stackSettings,
    weaknesses: planned.weaknesses,
    clock,
    record: shown.record,
    signal: machine.signal,
    awaitSteadyAgain,
    lock: machine.lock,
  });
  machine.stopListening();
  shown.close();
  const journal = writeSeriesReports(shown.dir, shown.record.events, done);
  printSeries(journal, shown.dir, options);
  return failure === undefined ? exitCodeOf(journal.verdict) : printError(failure);
}

interface EntryOptions {
  readonly run: PlannedSeries['runs'][number];
  readonly entryId: string;
  readonly options: EverythingOptions;
  readonly seed: number;
  readonly platform: Platform;
  readonly signal: AbortSignal;
  readonly done: RunOfSeries[];
}

type RehearsalOptions = Parameters<typeof runOnStack>[0];

/** One scenario with a record, a clock and reports of its own, as if it had been run alone. */
async function runEntry(
  { run, entryId, options, seed, platform, signal, done }: EntryOptions,
  rehearse: (options: RehearsalOptions) => Promise<ChaosError | undefined>,
): Promise<ChaosError | undefined> {
  const clock = systemClock();
  const shown = openShownRecord(entryId, clock, options);
  const failure = await rehearse({
    ...(run satisfies PlannedRun),
    runId: entryId,
    platform,
    trials: 1,
    seed,
    command: commandText(run.scenario.id, { ...options, set: run.set }, seed),
    environment: describeEnvironment(),
    clock,
    record: shown.record,
    signal,
  });
  shown.close();
  const journal = await judgeAndReport(shown);
  if (journal !== undefined) {
    done.push({ journal, events: shown.record.events });
    const line = `${journal.verdict.toUpperCase()}  ${journal.scenario.id}: ${journal.headline}\n`;
    (options.json ? process.stderr : process.stdout).write(line);
  }
  return failure;
}

function describeSeries(
  { runs, leftOut, notHere }: PlannedSeries,
  options: EverythingOptions,
  runId: string,
  seed: number,
  wall: Date,
): BodyOf<'series.started'> {
  return {
    type: 'series.started',
    schemaVersion: 1,
    runId,
    wallStart: wall.toISOString(),
    scenarios: runs.map(({ scenario: { id, title } }) => ({ scenario: id, title })),
    leftOut: [...leftOut],
    notHere: notHere.map(({ scenario, lacks }) => ({ scenario, lacks: [...lacks] })),
    targetSeconds: TARGET_SECONDS,
    seed,
    command: seriesCommandText(options, seed),
    environment: describeEnvironment(),
  };
}

/** The command that repeats the series. */
function seriesCommandText(options: EverythingOptions, seed: number): string {
  const chosen = [
    ...(options.only === undefined ? [] : [`--only ${options.only}`]),
    ...(options.skip === undefined ? [] : [`--skip ${options.skip}`]),
  ];
  return [commandText(SERIES, options, seed), ...chosen].join(' ');
}
