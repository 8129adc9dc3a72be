import type { AuditResult } from '../../core/audit.ts';
import { AUDIT_FILE } from '../../store/audit-file.ts';
import type { RenderedFile } from '../index.ts';
import { renderSuites } from '../junit.ts';
import { AS_VERDICT } from './as-verdict.ts';
import { renderAuditPage } from './audit-page.ts';

/** Everything that an audit leaves: for programs, for people, and for CI. Writes nothing. */
export function renderAudit(result: AuditResult): RenderedFile[] {
  return [
    { file: AUDIT_FILE, content: `${JSON.stringify(result, null, 2)}\n` },
    { file: 'index.html', content: renderAuditPage(result) },
    { file: 'junit.xml', content: renderAuditJunit(result) },
  ];
}

/** One suite a point, one case an aspect. */
function renderAuditJunit({ at, durationSeconds, target, points }: AuditResult): string {
  const suites = points.map(({ id, title, aspects }) => ({
    name: `${id}: ${title}`,
    seconds: 0,
    timestamp: at,
    properties: [['target', target]] as const,
    events: [],
    checks: aspects.map(({ id: aspect, title: asked, verdict, summary, tryThis }) => ({
      id: aspect,
      title: asked,
      verdict: AS_VERDICT[verdict],
      summary: tryThis === undefined ? summary : `${summary} → ${tryThis}`,
      evidence: [],
    })),
  }));
  return renderSuites('audit', durationSeconds, suites);
}
