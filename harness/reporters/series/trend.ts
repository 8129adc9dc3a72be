import type { SeriesJournal, SeriesRun } from '../../core/series-journal.ts';
import { median } from '../../core/statistics/median.ts';
import { code, MARKS } from '../markdown.ts';
import { formatBest, formatLimit, formatMany, formatSeconds } from '../measurement.ts';

/** A time over all of so many earlier ones is worth a sentence: by chance alone, one series in six has it. */
const FEWEST_EARLIER = 5;

/**
 * The recovery time of each scenario in the last `shown` series, as Markdown: a line for each scenario, a column for each series,
 * newest first. The medians are over all earlier series that are given. Pure.
 */
export function renderTrend(series: readonly SeriesJournal[], shown: number): string {
  const newest = series.toSorted((a, b) => (a.wallStart < b.wallStart ? 1 : -1));
  const [latest, ...earlier] = newest;
  if (latest === undefined) return '### Trend\n\nNo series has been recorded yet.\n';
  const columns = newest.slice(0, shown);
  const slower = scenariosOf(columns).flatMap((scenario) => slowerThanEver(scenario, latest, earlier));
  return [
    `### Trend: recovery time, ${formatMany(columns.length, 'series', 'series')} of ${newest.length}`,
    '',
    `| scenario | objective | median before | ${columns.map(({ wallStart }) => heading(wallStart)).join(' | ')} |`,
    `|---|---|---|${columns.map(() => '---|').join('')}`,
    ...scenariosOf(columns).map((scenario) => line(scenario, columns, earlier)),
    `| **all** | | | ${columns.map(({ verdict }) => MARKS[verdict]).join(' | ')} |`,
    '',
    ...slower,
    ...(slower.length > 0 ? [''] : []),
  ].join('\n');
}

/** In the order of the newest series, then what only older ones have. */
function scenariosOf(series: readonly SeriesJournal[]): string[] {
  return [...new Set(series.flatMap(({ runs, notRun }) => [...runs.map(idOf), ...notRun.map((one) => one.scenario)]))];
}

function idOf({ scenario }: SeriesRun): string {
  return scenario.id;
}

function line(scenario: string, columns: readonly SeriesJournal[], earlier: readonly SeriesJournal[]): string {
  const newest = columns.flatMap((series) => runOf(scenario, series) ?? [])[0];
  const before = median(timesOf(scenario, earlier));
  const count = timesOf(scenario, earlier).length;
  return `| ${[
    `\`${code(scenario)}\``,
    newest === undefined ? '–' : `≤ ${formatLimit(newest.objectiveSeconds)}`,
    before === undefined ? '–' : `${formatSeconds(before, 1)} (of ${count})`,
    ...columns.map((series) => cell(runOf(scenario, series))),
  ].join(' | ')} |`;
}

/** Only what did not pass carries a mark in words: a table full of "PASS" hides the one that is not. */
function cell(run: SeriesRun | undefined): string {
  if (run === undefined) return 'not run';
  const time = formatBest(run.recoverySeconds);
  return run.verdict === 'pass' ? `✅ ${time}` : `**${MARKS[run.verdict]}** ${time}`;
}

function runOf(scenario: string, { runs }: SeriesJournal): SeriesRun | undefined {
  return runs.find((run) => idOf(run) === scenario);
}

/** The measured times, in seconds, where the recovery was seen. */
function timesOf(scenario: string, series: readonly SeriesJournal[]): number[] {
  return series.flatMap((one) => runOf(scenario, one)?.recoverySeconds?.best ?? []);
}

/** A recovery that was not seen is slower than any that was, and the column already says so. */
function slowerThanEver(scenario: string, latest: SeriesJournal, earlier: readonly SeriesJournal[]): string[] {
  const [now, before] = [runOf(scenario, latest)?.recoverySeconds?.low, timesOf(scenario, earlier)];
  if (now === undefined || before.length < FEWEST_EARLIER || now <= Math.max(...before)) return [];
  return [
    `- \`${code(scenario)}\` was slower than in each of the ${before.length} series before (at most ${formatSeconds(Math.max(...before))}). By chance alone one series in ${before.length + 1} is.`,
  ];
}

/** `23 Nov 02:17` of an ISO time: the year is that of the report. */
function heading(iso: string): string {
  const date = new Date(iso);
  const day = date.toLocaleDateString('en-GB', { day: 'numeric', month: 'short', timeZone: 'UTC' });
  return `${day} ${iso.slice(11, 16)}`;
}
