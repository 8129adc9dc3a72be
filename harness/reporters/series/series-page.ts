import type { SeriesJournal, SeriesRun } from '../../core/series-journal.ts';
import { dataTable } from '../html/data-table.ts';
import { markup, type Markup } from '../html/markup.ts';
import { renderPage } from '../html/page.ts';
import { verdictBadge, verdictIcon, VERDICT_WORDS } from '../html/verdict-badge.ts';
import { formatLimit, formatMany, formatBest, formatBounds, formatSeconds, formatWall } from '../measurement.ts';
import { timeInWords } from './series-summary.ts';

/** `index.html` of a series: every scenario in one table, each linked to its own report. Pure. */
export function renderSeriesPage(journal: SeriesJournal): string {
  const total = journal.runs.length + journal.notRun.length;
  const body = markup`<main>
<header class="masthead"><p class="eyebrow"><code>everything</code><span>${formatWall(journal.wallStart)} · ${formatMany(total, 'scenario')} · took ${formatSeconds(journal.durationSeconds, 1)}</span></p>
<h1>Every failure, one after the other on one stack</h1>
<p class="proves">Each scenario begins when the stack is steady and redundant again after the one before.</p></header>
<section id="verdict" class="verdict is-${journal.verdict}" aria-label="Verdict">
<p class="verdict-word">${verdictIcon(journal.verdict)}<span>${VERDICT_WORDS[journal.verdict]}</span></p>
<p class="headline">${journal.headline}</p>
${journal.outcome !== 'completed' && markup`<p class="reasons">The series did not come to its end (${journal.outcome})${journal.reason !== undefined && `: ${journal.reason}`}</p>`}
<dl class="figures">${figure('Total time', formatSeconds(journal.durationSeconds, 1), timeInWords(journal))}${figure('Passed', `${amount(journal, 'pass')} of ${total}`, `${amount(journal, 'fail')} failed, ${amount(journal, 'unknown')} unknown, ${journal.notRun.length} not run`)}</dl>
</section>
${runsPart(journal)}
${causesPart(journal)}
${checksPart(journal)}
${environmentPart(journal)}
<section class="part" id="again" aria-label="Run it again"><h2>Run it again</h2>
<pre><code>${journal.command}</code></pre>
<p>Each scenario alone by the command in its own report. This page again from the records: <code>npm run chaos -- report ${journal.runId}</code></p></section>
</main>
<footer class="muted">Derived from the record of the series and those of its runs.</footer>`;
  const title = `${VERDICT_WORDS[journal.verdict]}: everything, ${formatWall(journal.wallStart)}`;
  return renderPage({ title, body, hasTimeline: false });
}

function amount({ runs }: SeriesJournal, verdict: SeriesRun['verdict']): number {
  return runs.filter((run) => run.verdict === verdict).length;
}

function figure(title: string, value: string, note: string): Markup {
  return markup`<div class="figure"><dt>${title}</dt><dd class="figure-value">${value}</dd><dd class="figure-note">${note}</dd></div>`;
}

function runsPart({ runs, notRun, leftOut, notHere = [] }: SeriesJournal): Markup {
  const columns = [
    { title: 'Scenario', isName: true },
    { title: 'Verdict', isWord: true },
    { title: 'Recovered after', isNumber: true },
    { title: 'Objective', isNumber: true },
    { title: 'Checks passed', isNumber: true },
    { title: 'Took', isNumber: true },
    { title: 'Steady again after', isNumber: true },
    { title: 'Headline' },
  ];
  const rows = runs.map((run) => ({
    cells: [
      markup`<a href="../${encodeURIComponent(run.runId)}/index.html">${breakable(run.scenario.id)}</a><br><span class="muted">${run.scenario.title}</span>`,
      verdictBadge(run.verdict),
      markup`${formatBest(run.recoverySeconds)} <span class="muted">${formatBounds(run.recoverySeconds)}</span>`,
      `≤ ${formatLimit(run.objectiveSeconds)}`,
      `${run.checks.pass} of ${run.checks.pass + run.checks.fail + run.checks.unknown}`,
      formatSeconds(run.durationSeconds, 1),
      run.steadyAgainSeconds === null ? '–' : formatSeconds(run.steadyAgainSeconds, 1),
      markup`${run.headline} <span class="muted">Objective: ${run.objectiveSource}.</span>`,
    ],
  }));
  const missing = notRun.map(({ scenario, title }) => ({
    cells: [
      markup`${scenario}<br><span class="muted">${title}</span>`,
      verdictBadge('unknown', 'Not run'),
      ...Array.from({ length: 5 }, () => '–'),
      'Not run, so nothing is known of it.',
    ],
  }));
  return markup`<section class="part" aria-label="Scenarios"><h2>Scenarios, in the order in which they ran</h2>
${dataTable('Scenarios', columns, [...rows, ...missing])}
${leftOut.length > 0 && markup`<p class="muted">Left out on request: ${leftOut.join(', ')}.</p>`}
${notHere.length > 0 && markup`<p class="muted">Not possible on this platform: ${notHere.map(({ scenario, lacks }) => `${scenario} (it lacks ${lacks.join(', ')})`).join(', ')}.</p>`}
<p class="muted">An instance that was killed before in the same ten minutes waits longer for its restart, as under a kubelet: a scenario that kills what an earlier one killed can take longer here than alone.</p>
</section>`;
}

/** An id of words that may be broken between them. */
function breakable(id: string): readonly Markup[] {
  return id.split('_').map((word, n) => (n === 0 ? markup`${word}` : markup`_<wbr>${word}`));
}

function causesPart({ runs }: SeriesJournal): Markup | null {
  const rows = runs.flatMap((run) =>
    run.causes.map((cause) => ({
      cells: [run.scenario.id, verdictBadge(cause.verdict), markup`<code>${cause.check}</code> ${cause.summary}`],
    })),
  );
  if (rows.length === 0) return null;
  return markup`<section class="part" aria-label="What did not pass"><h2>What did not pass</h2>
${dataTable('What did not pass', [{ title: 'Scenario' }, { title: 'Verdict' }, { title: 'Check' }], rows)}
</section>`;
}

function checksPart({ checks }: SeriesJournal): Markup {
  const rows = checks.map((check) => ({
    cells: [
      verdictBadge(check.verdict),
      markup`<strong>${check.title}</strong> <code class="muted">${check.id}</code><br>${check.summary}`,
    ],
  }));
  return markup`<section class="part" aria-label="The series as a whole"><h2>The series as a whole</h2>
${dataTable('Checks of the series', [{ title: 'Verdict' }, { title: 'Check' }], rows)}
</section>`;
}

function environmentPart({ environment }: SeriesJournal): Markup {
  const rows = Object.entries(environment).map(([name, value]) => ({ cells: [name, value] }));
  return markup`<section class="part" aria-label="Environment"><h2>Environment</h2>
${dataTable('Environment', [{ title: 'What' }, { title: 'Value' }], rows)}
</section>`;
}
