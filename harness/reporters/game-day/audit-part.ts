import type { AuditPoint, AuditResult } from '../../core/audit.ts';
import type { GameDayAudit, GameDayJournal } from '../../core/game-day/journal.ts';
import { aspectCell, auditBadge } from '../audit/audit-page.ts';
import { dataTable } from '../html/data-table.ts';
import { markup, type Markup } from '../html/markup.ts';
import { formatSeconds, formatWall } from '../measurement.ts';

/** What an audit of the system said before the day: every point with what was seen, and which of them the plan requires. */
export function auditPart({ audit }: GameDayJournal): Markup {
  const content = audit === null ? NOT_MADE : (resultOf(audit) ?? markup`<p class="statement">${audit.detail}</p>`);
  return markup`<section class="part" id="audit" aria-label="Audit"><h2>Audit</h2>
${content}
</section>`;
}

const NOT_MADE = markup`<p>No audit of the system was made before the day: what is configured badly and did not fail today is not in this report.</p>`;

function resultOf(audit: GameDayAudit): Markup | undefined {
  if (audit.result === null) return undefined;
  const { auditId, at, target, durationSeconds, points, command } = audit.result;
  const columns = [
    { title: 'No.', isNumber: true },
    { title: 'Point', isName: true },
    { title: 'Verdict', isWord: true },
    { title: 'Required' },
    { title: 'Seen' },
  ];
  const rows = points.map((point) => ({
    cells: [
      point.number === null ? '–' : String(point.number),
      point.title,
      auditBadge(point.verdict),
      requiredOf(audit, point),
      point.aspects.map(
        (aspect, n) => markup`${n > 0 && markup`<br>`}${auditBadge(aspect.verdict)} ${aspectCell(aspect)}`,
      ),
    ],
  }));
  return markup`<p class="statement">${audit.detail}</p>
<p>${lackingIn(audit.result)}Looked at ${formatWall(at)} (${target}; it took ${formatSeconds(durationSeconds, 1)}), before the first scenario. <a href="../${encodeURIComponent(auditId)}/index.html">The audit’s own report</a>; again: <code>${command}</code></p>
${dataTable('Audit', columns, rows)}
<p class="muted">Numbers are those of the documented checklist; required is what the plan of the day names. What the plan does not require is shown and keeps no day from beginning.</p>`;
}

function lackingIn({ points }: AuditResult): string {
  const titles = (verdict: AuditPoint['verdict']): string =>
    points.flatMap((point) => (point.verdict === verdict ? [point.title] : [])).join('; ');
  const [notMet, cannotTell] = [titles('not_met'), titles('cannot_tell')];
  return `${notMet === '' ? '' : `Not met: ${notMet}. `}${cannotTell === '' ? '' : `Cannot be told: ${cannotTell}. `}`;
}

/** The whole point, or what of it. */
function requiredOf({ required }: GameDayAudit, { id, aspects }: AuditPoint): string {
  if (required.some((one) => one.id === id)) return 'yes';
  const parts = aspects.filter((aspect) => required.some((one) => one.id === aspect.id)).map(({ title }) => title);
  return parts.length === 0 ? 'no' : `of it: ${parts.join('; ')}`;
}
