import type { SeriesJournal, SeriesRun } from '../../core/series-journal.ts';
import { code, escapeMarkdown, MARKS } from '../markdown.ts';
import { formatLimit, formatMeasured, formatSeconds } from '../measurement.ts';

/** `summary.md` of a series: a line for each scenario, and what did not pass. Pure. */
export function renderSeriesSummary(journal: SeriesJournal): string {
  const bad = [
    ...journal.runs.flatMap((run) => run.causes.map((cause) => ({ name: run.scenario.id, ...cause }))),
    ...journal.checks
      .filter(({ verdict, consequenceOf }) => verdict !== 'pass' && consequenceOf === undefined)
      .map(({ id, verdict, summary }) => ({ name: 'everything', check: id, verdict, summary })),
  ];
  return [
    `### ${MARKS[journal.verdict]} · everything`,
    '',
    `**${escapeMarkdown(journal.headline)}** ${escapeMarkdown(timeInWords(journal))}`,
    '',
    ...bad.map(
      ({ name, check, verdict, summary }) =>
        `- ${MARKS[verdict]} \`${code(name)}\` ${escapeMarkdown(check)}: ${escapeMarkdown(summary)}`,
    ),
    ...(bad.length > 0 ? [''] : []),
    '| scenario | verdict | recovered after | objective | checks passed | run |',
    '|---|---|---|---|---|---|',
    ...journal.runs.map(line),
    ...journal.notRun.map(({ scenario }) => `| \`${code(scenario)}\` | ⚠️ not run | – | – | – | – |`),
    '',
    `Run \`${code(journal.runId)}\`, seed ${journal.seed}. Again: \`${code(journal.command)}\``,
    '',
  ].join('\n');
}

/** The total time beside what it should be at most. */
export function timeInWords({ durationSeconds, targetSeconds }: SeriesJournal): string {
  const relation = durationSeconds <= targetSeconds ? 'within' : 'over';
  return `Took ${formatSeconds(durationSeconds, 1)}, ${relation} the target of ${formatLimit(targetSeconds)}.`;
}

function line(run: SeriesRun): string {
  const { pass, fail, unknown } = run.checks;
  return `| \`${code(run.scenario.id)}\` | ${MARKS[run.verdict]} | ${formatMeasured(run.recoverySeconds)} | ≤ ${formatLimit(run.objectiveSeconds)} | ${pass} of ${pass + fail + unknown} | \`${code(run.runId)}\` |`;
}
