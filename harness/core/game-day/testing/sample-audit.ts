import type { AuditAspect, AuditPoint, AuditResult, AuditVerdict } from '../../audit.ts';
import { combineAuditVerdicts } from '../../audit.ts';

/** What each point of the sample asks for, and what a test makes of it. */
type Verdicts = Readonly<Record<string, Readonly<Record<string, AuditVerdict>>>>;

export const SAMPLE_VERDICTS: Verdicts = {
  database_ha: { failover: 'met', replication: 'met' },
  backups: { base_backup: 'not_met', wal_archive: 'met', restore_drill: 'cannot_tell' },
  alerting: { failures_notify: 'met', test_alert: 'cannot_tell' },
  dr_runbook: { runbook_written: 'met', runbook_drill: 'not_met' },
};

/** An audit of a local stack: one point is met, two are not, one cannot be told. */
export function sampleAudit(changes: Partial<AuditResult> = {}, verdicts: Verdicts = SAMPLE_VERDICTS): AuditResult {
  const points = Object.entries(verdicts).map(([id, aspects], n) => samplePoint(id, n + 1, aspects));
  const count = (verdict: AuditVerdict): number => points.filter((point) => point.verdict === verdict).length;
  return {
    schema: 'airbyte-chaos/audit',
    version: 1,
    auditId: 'audit-2026-11-28T10-00-20Z',
    at: '2026-11-28T10:00:20.000Z',
    durationSeconds: 1.2,
    platform: 'local',
    target: 'stack s1',
    verdict: combineAuditVerdicts(points.map(({ verdict }) => verdict)),
    counts: { met: count('met'), notMet: count('not_met'), cannotTell: count('cannot_tell') },
    points,
    command: 'npm run chaos -- audit',
    ...changes,
  };
}

function samplePoint(id: string, number: number, verdicts: Readonly<Record<string, AuditVerdict>>): AuditPoint {
  const aspects = Object.entries(verdicts).map(([name, verdict]): AuditAspect => {
    const remedy = verdict === 'met' ? {} : { tryThis: `Put ${name} right.` };
    return { id: name, title: `Title of ${name}`, verdict, summary: `${name} was looked at.`, ...remedy };
  });
  const verdict = combineAuditVerdicts(aspects.map((aspect) => aspect.verdict));
  return { id, number, title: `Title of ${id}`, verdict, aspects };
}
