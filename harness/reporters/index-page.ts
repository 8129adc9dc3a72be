import type { AuditResult } from '../core/audit.ts';
import type { GameDayJournal } from '../core/game-day/journal.ts';
import type { Journal } from '../core/journal.ts';
import { addLosses } from '../core/losses.ts';
import type { SeriesJournal } from '../core/series-journal.ts';
import { formatCount, formatLimit, formatMany, formatRecovery, formatSeconds, formatWall } from './measurement.ts';
import { auditBadge } from './audit/audit-page.ts';
import { OUTCOMES } from './game-day/render-game-day.ts';
import { dataTable } from './html/data-table.ts';
import { markup, type Markup, type MarkupValue } from './html/markup.ts';
import { renderPage } from './html/page.ts';
import { verdictBadge, VERDICT_WORDS } from './html/verdict-badge.ts';

const MOST_MARKS = 60;
const TREND_HEIGHT_PX = 96;

/**
 * `reports/index.html`: the game days, the audits, the series, then all runs by scenario, newest first, each scenario with the trend of its recovery time. Pure.
 */
export function renderIndex(
  journals: readonly Journal[],
  series: readonly SeriesJournal[] = [],
  audits: readonly AuditResult[] = [],
  gameDays: readonly GameDayJournal[] = [],
): string {
  const newestFirst = journals.toSorted((a, b) =>
    a.wallStart < b.wallStart ? 1 : a.wallStart > b.wallStart ? -1 : a.runId < b.runId ? 1 : -1,
  );
  const scenarios = [...new Set(newestFirst.map((journal) => journal.scenario.id))];
  const body = markup`<main>
<header class="masthead"><h1>Recovery rehearsals</h1>
<p class="proves">${formatMany(journals.length, 'run')} of ${formatMany(scenarios.length, 'scenario')}. Newest first; each run links to its report.</p></header>
${journals.length === 0 && markup`<p>No run has been judged yet. Start one with <code>npm run chaos -- worker_failure</code>.</p>`}
${gameDaysPart(gameDays)}
${auditsPart(audits)}
${seriesPart(series)}
${scenarios.map((id) => scenarioPart(newestFirst.filter((journal) => journal.scenario.id === id)))}
</main>
<footer class="muted">Derived from the journals of the runs in this folder.</footer>`;
  return renderPage({ title: 'Recovery rehearsals', body, hasTimeline: false });
}

/** The game days, newest first; each of their runs stands below with those of its scenario. */
function gameDaysPart(days: readonly GameDayJournal[]): Markup | null {
  if (days.length === 0) return null;
  const columns = [
    { title: 'Game day', isWord: true },
    { title: 'Verdict' },
    { title: 'How it went', isWord: true },
    { title: 'Items open', isNumber: true },
    { title: 'Title' },
    { title: 'Headline' },
  ];
  const rows = days
    .toSorted((a, b) => (a.dayId < b.dayId ? 1 : -1))
    .map(({ dayId, wallStart, verdict, outcome, items, title, where, standIn, headline }) => ({
      cells: [
        markup`<a href="./${encodeURIComponent(dayId)}/index.html">${formatWall(wallStart)}</a>`,
        verdictBadge(verdict),
        OUTCOMES[outcome],
        String(items.filter(({ state }) => state === 'open').length),
        where === null || where === 'local' ? title : `${title} (${where})`,
        standIn === null ? headline : `A rehearsal of the day itself, with recordings: ${headline}`,
      ],
    }));
  return markup`<section class="scenario" aria-label="game-day"><h2>Game days <code class="muted">game-day</code></h2>
${dataTable('Game days', columns, rows)}
</section>`;
}

/** The audits, newest first. */
function auditsPart(audits: readonly AuditResult[]): Markup | null {
  if (audits.length === 0) return null;
  const columns = [
    { title: 'Audit', isWord: true },
    { title: 'Verdict' },
    { title: 'Met', isNumber: true },
    { title: 'Not met', isNumber: true },
    { title: 'Cannot tell', isNumber: true },
    { title: 'Of' },
  ];
  const rows = audits
    .toSorted((a, b) => (a.at < b.at ? 1 : -1))
    .map(({ auditId, at, verdict, counts, target }) => ({
      cells: [
        markup`<a href="./${encodeURIComponent(auditId)}/index.html">${formatWall(at)}</a>`,
        auditBadge(verdict),
        String(counts.met),
        String(counts.notMet),
        String(counts.cannotTell),
        target,
      ],
    }));
  return markup`<section class="scenario" aria-label="audit"><h2>Readiness <code class="muted">audit</code></h2>
${dataTable('Audits', columns, rows)}
</section>`;
}

/** The series, newest first; each of their runs stands below with those of its scenario. */
function seriesPart(series: readonly SeriesJournal[]): Markup | null {
  if (series.length === 0) return null;
  const columns = [
    { title: 'Series', isWord: true },
    { title: 'Verdict' },
    { title: 'Took', isNumber: true },
    { title: 'Headline' },
  ];
  const rows = series
    .toSorted((a, b) => (a.runId < b.runId ? 1 : -1))
    .map((journal) => ({
      cells: [
        markup`<a href="./${encodeURIComponent(journal.runId)}/index.html">${formatWall(journal.wallStart)}</a>`,
        verdictBadge(journal.verdict),
        formatSeconds(journal.durationSeconds, 1),
        journal.headline,
      ],
    }));
  return markup`<section class="scenario" aria-label="everything"><h2>Everything on one stack <code class="muted">everything</code></h2>
${dataTable('Series', columns, rows)}
</section>`;
}

function scenarioPart(runs: readonly Journal[]): Markup | null {
  const [newest] = runs;
  if (newest === undefined) return null;
  const columns = [
    { title: 'Run', isWord: true },
    { title: 'Verdict' },
    { title: 'Recovered after', isNumber: true },
    { title: 'Objective', isNumber: true },
    { title: 'Records missing', isNumber: true },
    { title: 'Trials', isNumber: true },
    { title: 'Headline' },
  ];
  return markup`<section class="scenario" aria-label="${newest.scenario.id}"><h2>${newest.scenario.title} <code class="muted">${newest.scenario.id}</code></h2>
<p>${verdictBadge(newest.verdict)} is the newest verdict. ${passRate(runs)}</p>
${trend(runs)}
${dataTable(
  `Runs of ${newest.scenario.id}`,
  columns,
  runs.map((journal) => ({ cells: runCells(journal) })),
)}
</section>`;
}

function passRate(runs: readonly Journal[]): string {
  const passed = runs.filter((journal) => journal.verdict === 'pass').length;
  return `${passed} of ${formatMany(runs.length, 'run')} passed.`;
}

function runCells(journal: Journal): MarkupValue[] {
  const losses = addLosses(journal.trials);
  return [
    markup`<a href="./${encodeURIComponent(journal.runId)}/index.html">${formatWall(journal.wallStart)}</a>`,
    verdictBadge(journal.verdict),
    recovery(journal),
    `≤ ${formatLimit(journal.objective.recoverySeconds)}`,
    journal.trials.some((trial) => trial.deliveries.length > 0) ? formatCount(losses.missingRecords) : '–',
    String(journal.trials.length),
    journal.headline,
  ];
}

function recovery(journal: Journal): string {
  const [first, ...others] = journal.trials;
  if (first === undefined) return '–';
  if (others.length === 0) return formatRecovery(first, journal.objective);
  const { medianSeconds } = journal.summary;
  return medianSeconds === null ? 'not seen' : `median ${formatSeconds(medianSeconds)}`;
}

/** The recovery times from old to new with the objective's line; the shape of a mark says the verdict. */
function trend(newestFirst: readonly Journal[]): Markup | null {
  const runs = newestFirst.slice(0, MOST_MARKS).toReversed();
  const newest = runs.at(-1);
  if (newest === undefined || runs.length < 2) return null;
  const limit = newest.objective.recoverySeconds;
  const scale = trendScale(runs, limit);
  const sentence = runs.map((journal) => `${recovery(journal)} ${journal.verdict}`).join(', ');
  return markup`<svg class="trend" role="img" width="100%" height="${TREND_HEIGHT_PX}" aria-label="Recovery times of the last ${runs.length} runs, oldest first: ${sentence}.">
<line class="trend-limit" x1="0" x2="100%" y1="${scale.y(limit)}" y2="${scale.y(limit)}"/><text class="gauge-text" x="0" y="${scale.y(limit) - 5}">objective ${formatLimit(limit)}</text>
${runs.slice(1).map((journal, n) => trendLine(runs[n], journal, n, scale))}${runs.map((journal, n) => trendMark(journal, n, scale))}
</svg>
<p class="muted">● pass, ✕ fail, ○ unknown. At the top edge: no recovery was seen. At the bottom edge: nothing was broken.</p>`;
}

interface TrendScale {
  readonly x: (n: number) => string;
  readonly y: (seconds: number) => number;
}

function trendScale(runs: readonly Journal[], limit: number): TrendScale {
  const top = Math.max(limit, ...runs.map((journal) => journal.summary.medianSeconds ?? 0)) * 1.12;
  const usable = TREND_HEIGHT_PX - 16;
  return {
    x: (n) => `${(((n + 0.5) / runs.length) * 100).toFixed(2)}%`,
    y: (seconds) => Number((TREND_HEIGHT_PX - 8 - (Math.min(seconds, top) / top) * usable).toFixed(1)),
  };
}

/** From one measured run to the next; where nothing was measured there is no line. */
function trendLine(from: Journal | undefined, to: Journal, n: number, { x, y }: TrendScale): Markup | null {
  const [before, after] = [from?.summary.medianSeconds ?? null, to.summary.medianSeconds];
  if (before === null || after === null) return null;
  return markup`<line class="trend-line" x1="${x(n)}" y1="${y(before)}" x2="${x(n + 1)}" y2="${y(after)}"/>`;
}

const MARK_SHAPES = {
  pass: 'M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0z',
  fail: 'M-5-5l10 10M5-5l-10 10',
  unknown: 'M-5 0a5 5 0 1 0 10 0a5 5 0 1 0-10 0z',
} as const;

function trendMark(journal: Journal, n: number, { x, y }: TrendScale): Markup {
  const seconds = journal.summary.medianSeconds ?? (journal.trials.length === 0 ? 0 : Infinity);
  const title = `${formatWall(journal.wallStart)}: ${VERDICT_WORDS[journal.verdict]}, ${recovery(journal)}`;
  return markup`<svg x="${x(n)}" y="${y(seconds)}" overflow="visible"><path class="trend-mark is-${journal.verdict}" d="${MARK_SHAPES[journal.verdict]}"><title>${title}</title></path></svg>`;
}
