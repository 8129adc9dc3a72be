import { expect, test } from 'vitest';
import type { AuditPoint, AuditResult, AuditVerdict } from '../../core/audit.ts';
import { renderIndex } from '../index-page.ts';
import { renderAudit } from './render-audit.ts';

/* How it could lie: count what cannot be told as passed, leave a point out, ask the network for something, or show a name as markup. */

function point(id: string, verdict: AuditVerdict): AuditPoint {
  const summary = `${id} was <seen> & judged.`;
  const more = verdict === 'met' ? {} : { tryThis: `put ${id} right` };
  return {
    id,
    number: 1,
    title: `Title of ${id}`,
    verdict,
    aspects: [{ id: `${id}_a`, title: 'Asked', verdict, summary, ...more }],
  };
}

const result: AuditResult = {
  schema: 'airbyte-chaos/audit',
  version: 1,
  auditId: 'audit-2026-11-28T10-14-01Z',
  at: '2026-11-28T10:14:01.000Z',
  durationSeconds: 4.2,
  platform: 'cluster',
  target: 'airbyte <script>',
  verdict: 'not_met',
  counts: { met: 1, notMet: 1, cannotTell: 1 },
  points: [point('good', 'met'), point('dark', 'cannot_tell'), point('bad', 'not_met')],
  command: 'npm run chaos -- audit',
};
const files = new Map(renderAudit(result).map(({ file, content }) => [file, content]));

test('what cannot be told is an error to a CI server, and what is not met a failure', () => {
  const junit = files.get('junit.xml') ?? '';
  expect(junit).toContain('<testsuites name="audit" tests="3" failures="1" errors="1" skipped="0"');
  expect(junit).toMatch(/<error type="unknown" message="dark was &lt;seen&gt; &amp; judged\. → put dark right">/);
  expect(junit).toMatch(/<failure type="fail" message="bad was/);
});

test('the page says what is missing first, then every point, and asks the network for nothing', () => {
  const page = files.get('index.html') ?? '';
  const first = page.slice(0, page.indexOf('<h2>'));
  expect(first).toContain('<span>Not met</span>');
  expect(first.indexOf('Title of bad')).toBeLessThan(first.indexOf('Title of dark'));
  expect(first).not.toContain('Title of good');
  expect(page).toContain('→ put dark right');
  expect(page).toContain('good was &lt;seen&gt; &amp; judged.');
  expect(page).not.toContain('airbyte <script>');
  expect(page).not.toMatch(/<(?:script|img|link|iframe|object|embed|base|form|use|image)\b|@import|url\((?!#)/);
});

test('the JSON is the result itself', () => {
  expect(JSON.parse(files.get('audit.json') ?? '')).toEqual(result);
});

test('the page over all runs lists it', () => {
  const index = renderIndex([], [], [result]);
  expect(index).toContain('href="./audit-2026-11-28T10-14-01Z/index.html"');
  expect(index).toContain('airbyte &lt;script&gt;');
});
