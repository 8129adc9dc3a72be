import type { CheckResult } from '../../core/journal.ts';
import { dataTable, type Row } from './data-table.ts';
import { markup, type Markup } from './markup.ts';
import { checkAnchor, evidenceLinks, VERDICT_ORDER, type ReportContext } from './report-context.ts';
import { verdictBadge } from './verdict-badge.ts';

const COLUMNS = [{ title: 'Verdict' }, { title: 'Check' }, { title: 'Evidence' }];

/** Every check with its verdict, sentence and evidence; what only follows from another one stands under it. */
export function checksTable(context: ReportContext, checks: readonly CheckResult[], trial: number): Markup {
  const ids = new Set(checks.map((check) => check.id));
  const followersOf = (id: string): CheckResult[] =>
    checks.filter((check) => check.consequenceOf === id && check.id !== id);
  const isFollower = (check: CheckResult): boolean =>
    check.consequenceOf !== undefined && check.consequenceOf !== check.id && ids.has(check.consequenceOf);
  const causes = checks
    .filter((check) => !isFollower(check))
    .toSorted((a, b) => VERDICT_ORDER[a.verdict] - VERDICT_ORDER[b.verdict]);
  const seen = new Set<string>();
  const rows: Row[] = [];
  const add = (check: CheckResult, depth: number): void => {
    if (seen.has(check.id)) return;
    seen.add(check.id);
    rows.push(checkRow(context, check, trial, depth));
    for (const follower of followersOf(check.id)) add(follower, depth + 1);
  };
  for (const check of causes) add(check, 0);
  // Two checks that name each other would otherwise be left out.
  for (const check of checks) add(check, 0);
  return dataTable('Checks', COLUMNS, rows);
}

/** The checks of one trial. */
export function checksSection(context: ReportContext, checks: readonly CheckResult[], trial: number): Markup {
  return markup`<section class="part" id="checks-${trial}" aria-label="Checks"><h2>Checks</h2>
${checks.length === 0 ? markup`<p class="muted">Nothing was checked.</p>` : checksTable(context, checks, trial)}
</section>`;
}

function checkRow(context: ReportContext, check: CheckResult, trial: number, depth: number): Row {
  const follows =
    check.consequenceOf !== undefined &&
    markup`<span class="muted">${depth > 0 ? '↳ ' : ''}Follows from <code>${check.consequenceOf}</code>. </span>`;
  return {
    id: checkAnchor(trial, check.id),
    className: depth > 0 ? 'check is-follower' : 'check',
    cells: [
      verdictBadge(check.verdict),
      markup`<strong>${check.title}</strong> <code class="muted">${check.id}</code><br>${follows}${check.summary}`,
      evidenceLinks(context, check.evidence),
    ],
  };
}
