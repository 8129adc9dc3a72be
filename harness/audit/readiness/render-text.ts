import { printable } from '../../core/printable.ts';
import type { AuditPoint, AuditResult, AuditVerdict } from '../../core/audit.ts';

const MARK: Readonly<Record<AuditVerdict, string>> = { met: '✓', not_met: '✗', cannot_tell: '?' };
/** The words of a verdict; a mark never stands alone. */
const WORDS: Readonly<Record<AuditVerdict, string>> = { met: 'met', not_met: 'not met', cannot_tell: 'cannot tell' };
const WIDEST_WORD = 'cannot tell'.length;

/** The audit for a person: each point in one line, then what was seen, and what to do about what is not met. */
export function renderAuditText(result: AuditResult): string {
  const { met, notMet, cannotTell } = result.counts;
  const lines = [
    `Readiness of ${result.target}, ${result.at.slice(0, 16).replace('T', ' ')} UTC`,
    `${MARK[result.verdict]} ${met} of ${result.points.length} points met, ${notMet} not met, ${cannotTell} cannot be told.`,
    '',
    ...result.points.map(pointLine),
    '',
    ...result.points.flatMap(details),
  ];
  return `${lines.map(printable).join('\n').trimEnd()}\n`;
}

function pointLine({ number, title, verdict }: AuditPoint): string {
  return `${MARK[verdict]} ${WORDS[verdict].padEnd(WIDEST_WORD)}  ${number === null ? ' ' : String(number)}  ${title}`;
}

function details({ number, title, aspects }: AuditPoint): readonly string[] {
  return [
    `${number === null ? '' : `${number}. `}${title}`,
    ...aspects.flatMap(({ verdict, title: asked, summary, tryThis }) => [
      `  ${MARK[verdict]} ${asked}: ${summary}`,
      ...(tryThis === undefined ? [] : [`      → ${tryThis}`]),
    ]),
    '',
  ];
}
