import type { ComparedRun, Comparison, Finding, QuantityChange, VerdictCounts } from '../../core/comparison.ts';
import { formatCount, formatMany, formatSeconds, formatWall } from '../measurement.ts';
import { dataTable } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import { renderPage } from './page.ts';
import { verdictBadge } from './verdict-badge.ts';

const GROUP_TITLES = {
  recovery: 'Recovery',
  milestones: 'Milestone',
  losses: 'Loss',
  outages: 'Outage',
} as const;

/** A comparison of two runs as one page that can be forwarded. Pure; links to the reports of both runs beside it. */
export function renderComparison(comparison: Comparison): string {
  const { scenario, before, after } = comparison;
  const body = markup`<main>
<header class="masthead"><p class="eyebrow"><code>${scenario.id}</code><span>comparison of two runs</span></p>
<h1>${scenario.title}</h1>
<p class="proves">${comparison.conclusion}</p></header>
<section class="part" aria-label="The two runs"><h2>The two runs</h2>
${dataTable('The two runs', [{ title: 'Run' }, { title: 'Verdict' }, { title: 'Trials', isNumber: true }, { title: 'Headline' }], [runRow('Before', before), runRow('After', after)])}
${verdictSentence(comparison)}
</section>
${circumstancesPart(comparison)}
${quantitiesPart(comparison)}
${checksPart(comparison)}
</main>
<footer class="muted">Derived from the records of both runs, judged with the same checks.</footer>`;
  return renderPage({ title: `Comparison: ${scenario.id}, ${formatWall(after.wallStart)}`, body, hasTimeline: false });
}

function runRow(name: string, run: ComparedRun): { cells: (Markup | string)[] } {
  return {
    cells: [
      markup`<strong>${name}</strong><br><a href="../${encodeURIComponent(run.runId)}/index.html">${formatWall(run.wallStart)}</a><br><code class="muted">${run.command}</code>`,
      verdictBadge(run.verdict),
      String(run.trials),
      run.headline,
    ],
  };
}

function verdictSentence({ verdict }: Comparison): Markup | null {
  if (verdict.significance === undefined) return null;
  return markup`<p>Trials: ${counts(verdict.before)}, then ${counts(verdict.after)}; ${verdict.significance.sentence}.</p>`;
}

function circumstancesPart({ circumstances }: Comparison): Markup {
  const rows = circumstances.map(({ group, name, before, after }) => ({
    cells: [group, name, before ?? 'not said', after ?? 'not said'],
  }));
  const columns = [{ title: 'What' }, { title: 'Name' }, { title: 'Before' }, { title: 'After' }];
  return markup`<section class="part" aria-label="What was not the same"><h2>What was not the same about the runs themselves</h2>
${rows.length === 0 ? markup`<p class="muted">Nothing that the records tell of.</p>` : markup`<p class="muted">Look here first: it may explain the rest.</p>${dataTable('Circumstances', columns, rows)}`}
</section>`;
}

function quantitiesPart({ quantities }: Comparison): Markup {
  const columns = [
    { title: 'What' },
    { title: 'Before', isNumber: true },
    { title: 'After', isNumber: true },
    { title: 'Finding', isWord: true },
    { title: 'Difference' },
  ];
  const rows = quantities.map((quantity) => ({
    cells: [
      markup`<span class="muted">${GROUP_TITLES[quantity.group]}</span><br>${quantity.title}`,
      value(quantity.medianBefore, quantity),
      value(quantity.medianAfter, quantity),
      FINDING_WORDS[quantity.finding],
      quantity.sentence,
    ],
  }));
  return markup`<section class="part" aria-label="Times, losses, outages"><h2>Times, losses, outages</h2>
<p class="muted">Of several trials the median is shown; the difference is the Hodges–Lehmann estimate with the bounds that the measurement allows.</p>
${rows.length === 0 ? markup`<p class="muted">Nothing was measured.</p>` : dataTable('Numbers of both runs', columns, rows)}
</section>`;
}

const FINDING_WORDS: Readonly<Record<Finding, string>> = {
  none: '= same',
  higher: '▲ more',
  lower: '▼ less',
  'not-significant': '~ maybe chance',
  appeared: '+ seen more often',
  vanished: '− seen less often',
};

function value(median: number | null, { unit }: QuantityChange): string {
  if (median === null) return 'not seen';
  return unit === 's' ? formatSeconds(median) : formatCount(median);
}

function checksPart({ checks, sameChecks }: Comparison): Markup {
  const rows = checks.map((check) => ({
    cells: [
      markup`<strong>${check.title}</strong> <code class="muted">${check.id}</code>${check.significance !== undefined && markup`<br>${check.significance.sentence}`}`,
      markup`${counts(check.before)}<br><span class="muted">${check.summaryBefore ?? 'there was no such check'}</span>`,
      markup`${counts(check.after)}<br><span class="muted">${check.summaryAfter ?? 'there is no such check'}</span>`,
    ],
  }));
  const columns = [{ title: 'Check' }, { title: 'Before' }, { title: 'After' }];
  return markup`<section class="part" aria-label="Checks"><h2>Checks that changed</h2>
<p class="muted">${formatMany(sameChecks, 'other check')} judged as before.</p>
${rows.length === 0 ? markup`<p>None.</p>` : dataTable('Checks that changed', columns, rows)}
</section>`;
}

function counts({ pass, fail, unknown }: VerdictCounts): string {
  const parts = [pass > 0 && `${pass} pass`, fail > 0 && `${fail} fail`, unknown > 0 && `${unknown} unknown`].filter(
    (part) => part !== false,
  );
  return parts.length === 0 ? 'none' : parts.join(', ');
}
