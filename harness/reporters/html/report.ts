import type { RunEvent } from '../../core/events.ts';
import type { Journal, Trial } from '../../core/journal.ts';
import { formatMany, formatSeconds, formatWall } from '../measurement.ts';
import { viewRecord } from '../record-view.ts';
import type { Reporter } from '../reporter.ts';
import { brokeSection } from './broke-section.ts';
import { checksSection, checksTable } from './checks-section.ts';
import { chooseEvents, evidenceSection } from './evidence-section.ts';
import { jobsSection } from './jobs-section.ts';
import { lossSection } from './loss-section.ts';
import { markup, type Markup } from './markup.ts';
import { outagesSection } from './outages-section.ts';
import { renderPage } from './page.ts';
import { recoverySection } from './recovery-section.ts';
import type { ReportContext } from './report-context.ts';
import { environmentSection, reproduceSection } from './reproduce-section.ts';
import { runbookSection } from './runbook-section.ts';
import { timelineSection } from './timeline/timeline-section.ts';
import { trialsSection, worstTrial } from './trials-section.ts';
import { verdictBadge, VERDICT_WORDS } from './verdict-badge.ts';
import { verdictSection } from './verdict-section.ts';

/** `index.html`: the report that people read, in the order in which they ask. */
export const htmlReport: Reporter = { name: 'html', file: 'index.html', render: renderReport };

function renderReport(journal: Journal, events: readonly RunEvent[]): string {
  const record = viewRecord(events);
  const chosen = chooseEvents(journal, record);
  const context: ReportContext = { journal, record, listed: new Set(chosen.map((event) => event.i)) };
  const body = markup`<main>
${masthead(journal)}
${verdictSection(journal)}
${contents(journal)}
${trialParts(context)}
${runChecks(context)}
${evidenceSection(context, chosen)}
${environmentSection(context)}
${reproduceSection(context)}
</main>
<footer class="muted">Derived from events.ndjson alone: the same record gives the same report.</footer>`;
  const title = `${VERDICT_WORDS[journal.verdict]}: ${journal.scenario.id}, ${formatWall(journal.wallStart)}`;
  return renderPage({ title, body, hasTimeline: journal.trials.length > 0 });
}

function masthead(journal: Journal): Markup {
  const { scenario, trials } = journal;
  const facts = [
    formatWall(journal.wallStart),
    formatMany(trials.length, 'trial'),
    `took ${formatSeconds(journal.durationSeconds, 1)}`,
  ];
  return markup`<header class="masthead"><p class="eyebrow"><code>${scenario.id}</code><span>${facts.join(' · ')}</span></p>
<h1>${scenario.title}</h1>
<p class="proves">${scenario.proves}</p></header>`;
}

const PARTS: readonly (readonly [string, string])[] = [
  ['broke', 'What broke'],
  ['recovery', 'How long'],
  ['lost', 'What was lost'],
  ['jobs', 'Jobs'],
  ['checks', 'Checks'],
  ['axis', 'Time axis'],
  ['outages', 'Outages'],
];

/** The runbook stands behind the time that it took. */
function partsOf(trial: Trial): readonly (readonly [string, string])[] {
  return trial.runbook === undefined ? PARTS : PARTS.toSpliced(2, 0, ['runbook', 'Runbook'] as const);
}

function contents({ trials }: Journal): Markup {
  const [first, ...others] = trials;
  const links =
    first === undefined
      ? []
      : others.length === 0
        ? partsOf(first).map(([id, title]) => [`${id}-${first.trial}`, title] as const)
        : [
            ['trials', 'All trials'] as const,
            ...trials.slice(0, 20).map(({ trial }) => [`trial-${trial}`, `Trial ${trial}`] as const),
          ];
  const all = [...links, ['evidence', 'Evidence'] as const, ['again', 'Run it again'] as const];
  return markup`<nav class="contents" aria-label="Contents">${all.map(([id, title]) => markup`<a href="#${id}">${title}</a>`)}</nav>`;
}

/** One trial stands open on the page; several are folded, the worst one open. */
function trialParts(context: ReportContext): Markup | null {
  const { trials } = context.journal;
  const [first, ...others] = trials;
  if (first === undefined) return null;
  if (others.length === 0) return markup`<div id="trial-${first.trial}">${trialSections(context, first)}</div>`;
  const worst = worstTrial(trials);
  return markup`${trialsSection(context.journal)}
${trials.map(
  (
    trial,
  ) => markup`<details class="trial" id="trial-${trial.trial}"${trial === worst && markup` open`}><summary><span class="trial-name">Trial ${trial.trial}</span> ${verdictBadge(trial.verdict)} <span>${trial.headline}</span></summary>
${trialSections(context, trial)}</details>`,
)}`;
}

function trialSections(context: ReportContext, trial: Trial): Markup {
  return markup`${brokeSection(context, trial)}
${recoverySection(context, trial)}${runbookSection(context, trial)}
${lossSection(trial)}
${jobsSection(trial)}
${checksSection(context, trial.checks, trial.trial)}
${timelineSection(context, trial)}
${outagesSection(context, trial)}`;
}

function runChecks(context: ReportContext): Markup | null {
  const { runChecks: checks } = context.journal;
  if (checks.length === 0) return null;
  return markup`<section class="part" aria-label="The run as a whole"><h2>The run as a whole</h2>
${checksTable(context, checks, 0)}
</section>`;
}
