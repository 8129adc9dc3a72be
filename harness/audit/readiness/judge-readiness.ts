import { combineAuditVerdicts, type AuditPoint, type AuditResult, type AuditVerdict } from '../../core/audit.ts';
import type { Observations } from '../../core/audit-observations.ts';
import { judgeAirbyte } from './airbyte-points.ts';
import { judgeAlerting } from './alerting.ts';
import { judgeAutoscaling } from './autoscaling.ts';
import { judgeBackups, judgeExport } from './backups.ts';
import { judgeBudgets } from './budgets.ts';
import { judgeDatabase } from './database-ha.ts';
import { judgeRedundancy } from './redundancy.ts';
import { judgeRunbook } from './runbook.ts';

/** The points of the documented checklist in its order, then what Airbyte itself asks for. Pure: what was not seen cannot be told, and is never met. */
export function judgeReadiness(observed: Observations): readonly AuditPoint[] {
  return [
    judgeDatabase(observed),
    judgeBackups(observed),
    judgeExport(observed),
    judgeAutoscaling(observed),
    judgeBudgets(observed),
    judgeAlerting(observed),
    judgeRunbook(observed),
    judgeRedundancy(observed),
    ...judgeAirbyte(observed),
  ];
}

export interface AuditCircumstances {
  readonly auditId: string;
  readonly target: string;
  readonly durationSeconds: number;
  readonly command: string;
}

/** The whole result of an audit. */
export function auditResult(observed: Observations, circumstances: AuditCircumstances): AuditResult {
  const points = judgeReadiness(observed);
  const count = (verdict: AuditVerdict): number => points.filter((point) => point.verdict === verdict).length;
  return {
    schema: 'airbyte-chaos/audit',
    version: 1,
    ...circumstances,
    at: observed.at,
    platform: observed.platform,
    verdict: combineAuditVerdicts(points.map(({ verdict }) => verdict)),
    counts: { met: count('met'), notMet: count('not_met'), cannotTell: count('cannot_tell') },
    points: [...points],
  };
}
