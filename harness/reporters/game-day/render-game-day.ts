import type { GameDayJournal, GameDayStep } from '../../core/game-day/journal.ts';
import type { RenderedFile } from '../index.ts';
import { dataTable } from '../html/data-table.ts';
import { markup, type Markup } from '../html/markup.ts';
import { renderPage } from '../html/page.ts';
import { verdictIcon, VERDICT_WORDS } from '../html/verdict-badge.ts';
import { code, escapeMarkdown, MARKS } from '../markdown.ts';
import { formatMany, formatMeasured, formatSeconds, formatWall } from '../measurement.ts';
import { auditPart } from './audit-part.ts';
import { axisPart } from './game-day-axis.ts';
import {
  criteriaPart,
  findingsPart,
  goNoGoPart,
  hypothesesPart,
  itemsPart,
  stepsPart,
  toldPart,
  trendPart,
} from './game-day-parts.ts';

/** How a day went, in words. */
export const OUTCOMES = {
  completed: 'carried out to its end',
  aborted: 'ended early',
  'no-go': 'not begun',
  unfinished: 'not over yet',
} as const;

/** The reports of a judged game day. Pure; writes nothing. */
export function renderGameDay(journal: GameDayJournal): RenderedFile[] {
  return [
    { file: 'index.html', content: renderGameDayPage(journal) },
    { file: 'summary.md', content: renderGameDaySummary(journal) },
  ];
}

function renderGameDayPage(journal: GameDayJournal): string {
  const facts = [
    formatWall(journal.wallStart),
    OUTCOMES[journal.outcome],
    `took ${formatSeconds(journal.durationSeconds, 1)}`,
    ...(journal.where === null ? [] : [`on ${journal.where}`]),
    journal.attended ? 'with people' : 'without people',
    ...(journal.sessions.length > 1 ? [formatMany(journal.sessions.length, 'session')] : []),
  ];
  const body = markup`<main>
<header class="masthead"><p class="eyebrow"><code>game day</code><span>${facts.join(' · ')}</span></p>
<h1>${journal.title}</h1>
<p class="proves">${journal.purpose}</p></header>
${verdictPart(journal)}
${contents()}
${findingsPart(journal)}
${hypothesesPart(journal)}
${stepsPart(journal)}
${axisPart(journal)}
${itemsPart(journal)}
${trendPart(journal)}
${criteriaPart(journal)}
${goNoGoPart(journal)}
${auditPart(journal)}
${toldPart(journal)}
${environmentPart(journal)}
</main>
<footer class="muted">Derived from the record of the game day alone: the same record gives the same report.</footer>`;
  const title = `${VERDICT_WORDS[journal.verdict]}: ${journal.title}, ${formatWall(journal.wallStart)}`;
  return renderPage({ title, body, hasTimeline: false });
}

function verdictPart(journal: GameDayJournal): Markup {
  const { steps, verdict, standIn, nextDue, outcome } = journal;
  const high = journal.findings.filter(({ severity }) => severity === 'high').length;
  const confirmed = steps.filter(({ finding }) => finding === 'confirmed').length;
  const open = journal.items.filter(({ state }) => state === 'open').length;
  return markup`<section id="verdict" class="verdict is-${verdict}" aria-label="Verdict">
<p class="verdict-word">${verdictIcon(verdict)}<span>${VERDICT_WORDS[verdict]}</span></p>
<p class="headline">${journal.headline}</p>
${standIn !== null && markup`<p class="reasons"><strong>A rehearsal of the game day itself: recordings were played in place of scenarios. Nothing here says anything about the system.</strong></p>`}
${outcome === 'unfinished' && markup`<p class="reasons">The day is not over; take it up again with the command at the end of this page.</p>`}
<dl class="figures">${figure('Scenarios passed', passed(steps, 'scenario'), 'against their documented objectives')}${figure('Manual steps in time', passed(steps, 'manual'), 'each with an owner and a limit')}${figure('Expectations borne out', `${confirmed} of ${steps.length}`, 'written down before the day')}${figure('To act on', String(high), `${formatMany(open, 'action item')} open; next day due ${nextDue ?? 'not planned'}`)}</dl>
</section>`;
}

function passed(steps: readonly GameDayStep[], kind: GameDayStep['kind']): string {
  const own = steps.filter((step) => step.kind === kind);
  return `${own.filter(({ verdict }) => verdict === 'pass').length} of ${own.length}`;
}

function figure(title: string, value: string, note: string): Markup {
  return markup`<div class="figure"><dt>${title}</dt><dd class="figure-value">${value}</dd><dd class="figure-note">${note}</dd></div>`;
}

const CONTENTS = [
  ['findings', 'Findings'],
  ['hypotheses', 'Expected against measured'],
  ['steps', 'Steps'],
  ['axis', 'Time axis'],
  ['items', 'Action items'],
  ['trend', 'Trend'],
  ['abort', 'Abort criteria'],
  ['go', 'Go or no-go'],
  ['audit', 'Audit'],
  ['told', 'Who was told'],
  ['again', 'Run it again'],
] as const;

function contents(): Markup {
  return markup`<nav class="contents" aria-label="Contents">${CONTENTS.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>`;
}

function environmentPart({ environment, dayId, outcome, planFile }: GameDayJournal): Markup {
  const rows = Object.entries(environment).map(([name, value]) => ({ cells: [name, value] }));
  const again = outcome === 'unfinished' ? `npm run game-day -- --resume ${dayId}` : `npm run game-day -- ${planFile}`;
  return markup`<section class="part" id="again" aria-label="Run it again"><h2>${outcome === 'unfinished' ? 'Take it up again' : 'Run it again'}</h2>
<pre><code>${again}</code></pre>
<p>This page again from the record: <code>npm run game-day -- --report ${dayId}</code></p>
${dataTable('Environment', [{ title: 'What' }, { title: 'Value' }], rows)}
</section>`;
}

/** `summary.md`: for a chat or a pull request. */
function renderGameDaySummary(journal: GameDayJournal): string {
  const { findings, steps, items, nextDue } = journal;
  const open = items.filter(({ state }) => state === 'open');
  return [
    `### ${MARKS[journal.verdict]} · ${escapeMarkdown(journal.title)}`,
    '',
    `**${escapeMarkdown(journal.headline)}** ${formatWall(journal.wallStart)}, ${OUTCOMES[journal.outcome]}.`,
    '',
    ...findings.map(({ severity, text }) => `- ${severity === 'high' ? '❌' : 'ℹ️'} ${escapeMarkdown(text)}`),
    ...(findings.length > 0 ? [''] : []),
    '| step | result | recovered or done after | as expected |',
    '|---|---|---|---|',
    ...steps.map(
      (step) => `| ${escapeMarkdown(step.title)} | ${MARKS[step.verdict]} | ${timeInWords(step)} | ${step.finding} |`,
    ),
    '',
    ...open.map(
      ({ what, owner, due }) =>
        `- [ ] ${escapeMarkdown(what)} (${escapeMarkdown(owner)}${due === null ? '' : `, due ${due}`})`,
    ),
    ...(open.length > 0 ? [''] : []),
    `${auditInWords(journal)} Next game day: ${nextDue ?? 'not planned'}. Record \`${code(journal.dayId)}\`.`,
    '',
  ].join('\n');
}

function auditInWords({ audit }: GameDayJournal): string {
  if (audit === null) return 'No audit was made.';
  if (audit.result === null) return 'The audit could not be made.';
  const { counts, points } = audit.result;
  return `Audit: ${counts.met} of ${formatMany(points.length, 'point')} met, ${counts.notMet} not met, ${counts.cannotTell} cannot be told.`;
}

function timeInWords({ tookSeconds, run }: GameDayStep): string {
  if (tookSeconds !== null) return formatSeconds(tookSeconds);
  return run === null ? '–' : formatMeasured(run.recoverySeconds);
}
