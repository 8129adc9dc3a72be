import type { AuditAspect, AuditPoint, AuditResult, AuditVerdict } from '../../core/audit.ts';
import { dataTable } from '../html/data-table.ts';
import { markup, type Markup } from '../html/markup.ts';
import { renderPage } from '../html/page.ts';
import { verdictBadge, verdictIcon } from '../html/verdict-badge.ts';
import { formatMany, formatSeconds, formatWall } from '../measurement.ts';
import { AS_VERDICT } from './as-verdict.ts';

/** The words of an audit; a colour never stands alone. */
export const AUDIT_WORDS: Readonly<Record<AuditVerdict, string>> = {
  met: 'Met',
  not_met: 'Not met',
  cannot_tell: 'Cannot tell',
};
const HEADLINES: Readonly<Record<AuditVerdict, string>> = {
  met: 'Every point of the checklist is met.',
  not_met: 'Something that the checklist asks for is not there.',
  cannot_tell: 'Nothing is known to be missing, and not everything could be seen.',
};
const ORDER: Readonly<Record<AuditVerdict, number>> = { not_met: 0, cannot_tell: 1, met: 2 };

/** The icon and the word of an audit's verdict. */
export function auditBadge(verdict: AuditVerdict): Markup {
  return verdictBadge(AS_VERDICT[verdict], AUDIT_WORDS[verdict]);
}

/** `index.html` of an audit: what is missing first, then every point with what was seen. One file, no requests, no scripts. */
export function renderAuditPage(result: AuditResult): string {
  const { target, at, platform, durationSeconds, points, command } = result;
  const body = markup`<main>
<header class="masthead"><p class="eyebrow"><code>audit</code><span>${formatWall(at)} · ${platform} · took ${formatSeconds(durationSeconds, 1)}</span></p>
<h1>Readiness of ${target}</h1>
<p class="proves">Each point of the documented checklist, by what the system shows now: never by a setting alone.</p></header>
${verdictPart(result)}
${overview(points)}
${points.map(pointPart)}
<section class="part" aria-label="Run it again"><h2>Run it again</h2><pre><code>${command}</code></pre></section>
</main>
<footer class="muted">From audit.json alone: the same observations give the same page.</footer>`;
  return renderPage({
    title: `${AUDIT_WORDS[result.verdict]}: readiness of ${target}, ${formatWall(at)}`,
    body,
    hasTimeline: false,
  });
}

function verdictPart({ verdict, counts, points }: AuditResult): Markup {
  const figures = [
    ['Met', counts.met],
    ['Not met', counts.notMet],
    ['Cannot tell', counts.cannotTell],
  ] as const;
  const reasons = points
    .filter((point) => point.verdict !== 'met')
    .toSorted((a, b) => ORDER[a.verdict] - ORDER[b.verdict])
    .map(
      (point) =>
        markup`<li>${auditBadge(point.verdict)} <a href="#${point.id}">${point.title}</a>. ${firstReason(point)}</li>`,
    );
  return markup`<section id="verdict" class="verdict is-${AS_VERDICT[verdict]}" aria-label="Verdict">
<p class="verdict-word">${verdictIcon(AS_VERDICT[verdict])}<span>${AUDIT_WORDS[verdict]}</span></p>
<p class="headline">${HEADLINES[verdict]}</p>
${reasons.length > 0 && markup`<ul class="reasons">${reasons}</ul>`}
<dl class="figures">${figures.map(([title, count]) => markup`<div class="figure"><dt>${title}</dt><dd class="figure-value">${count}</dd><dd class="figure-note">of ${formatMany(points.length, 'point')}</dd></div>`)}</dl>
</section>`;
}

/** What is missing, in the words of the first that is. */
function firstReason({ verdict, aspects }: AuditPoint): string {
  return aspects.find((aspect) => aspect.verdict === verdict)?.summary ?? '';
}

function overview(points: readonly AuditPoint[]): Markup {
  const columns = [{ title: 'No.', isNumber: true }, { title: 'Point', isName: true }, { title: 'Verdict' }];
  const rows = points.map(({ id, number, title, verdict }) => ({
    cells: [number === null ? '–' : String(number), markup`<a href="#${id}">${title}</a>`, auditBadge(verdict)],
  }));
  return markup`<section class="part" aria-label="Checklist"><h2>Checklist</h2>
<p class="muted">Numbers are those of the documented checklist; points without one are what Airbyte itself asks for.</p>
${dataTable('Checklist', columns, rows)}
</section>`;
}

function pointPart({ id, number, title, verdict, aspects }: AuditPoint): Markup {
  const columns = [{ title: 'Verdict' }, { title: 'What was asked, and seen' }];
  const rows = aspects.map((aspect) => ({ cells: [auditBadge(aspect.verdict), aspectCell(aspect)] }));
  return markup`<section class="part" id="${id}" aria-label="${title}"><h2>${number !== null && `${number}. `}${title}</h2>
<p>${auditBadge(verdict)}</p>
${dataTable(title, columns, rows)}
</section>`;
}

/** What was asked and seen, and what to do about it. */
export function aspectCell({ id, title, summary, tryThis }: AuditAspect): Markup {
  return markup`<strong>${title}</strong> <code class="muted">${id}</code><br>${summary}${tryThis !== undefined && markup`<br>→ ${tryThis}`}`;
}
