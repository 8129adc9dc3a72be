/** What a readiness audit says: points of a checklist, each `met`, `not_met` or `cannot_tell`, with what was seen. `reports/audit-<time>/audit.json`. */
import { z } from 'zod';

export const auditVerdictSchema = z.enum(['met', 'not_met', 'cannot_tell']);
/** `cannot_tell` is never counted as met. */
export type AuditVerdict = z.infer<typeof auditVerdictSchema>;

export const auditAspectSchema = z.object({
  id: z.string(),
  title: z.string(),
  verdict: auditVerdictSchema,
  summary: z.string().describe('one sentence: what was seen, with numbers and dates; or why nothing was'),
  tryThis: z.string().optional().describe('what to do about it; there unless it is met'),
});
/** One thing that a point asks for. */
export type AuditAspect = z.infer<typeof auditAspectSchema>;

export const auditPointSchema = z.object({
  id: z.string(),
  number: z.int().nullable().describe('in the documented checklist; null: what Airbyte itself asks for beside it'),
  title: z.string(),
  verdict: auditVerdictSchema.describe('met only where every aspect is'),
  aspects: z.array(auditAspectSchema),
});
export type AuditPoint = z.infer<typeof auditPointSchema>;

export const auditResultSchema = z.object({
  schema: z.literal('airbyte-chaos/audit'),
  version: z.literal(1),
  auditId: z.string().describe('the name of its folder: audit-<time>'),
  at: z.iso.datetime(),
  durationSeconds: z.number(),
  platform: z.enum(['local', 'kind', 'cluster']),
  target: z.string().describe('what was looked at, for people'),
  verdict: auditVerdictSchema.describe('exit code: met 0, not_met 1, cannot_tell 2'),
  counts: z.object({ met: z.int(), notMet: z.int(), cannotTell: z.int() }).describe('points'),
  points: z.array(auditPointSchema),
  command: z.string(),
});
/** The whole audit, as it is written down and as other reports quote it. */
export type AuditResult = z.infer<typeof auditResultSchema>;

/**
 * What can be required of whatever is audited: points of the checklist, and what a point asks for, by their ids. What is named after a component, or asked
 * only where something is wrong with it, is not among them.
 */
export const AUDIT_REQUIREMENTS = [
  'database_ha',
  'failover',
  'replication',
  'backups',
  'base_backup',
  'wal_archive',
  'restore_drill',
  'configuration_export',
  'export_age',
  'worker_autoscaling',
  'worker_autoscaler',
  'disruption_budgets',
  'alerting',
  'failures_notify',
  'test_alert',
  'dr_runbook',
  'runbook_written',
  'runbook_drill',
  'redundancy',
] as const;
/** What can be required of an existing Airbyte besides: a stack of the harness is not asked for it. */
export const EXISTING_AUDIT_REQUIREMENTS = ['hung_jobs', 'hung_jobs_noticed', 'probes', 'object_store'] as const;
export type AuditRequirement = (typeof AUDIT_REQUIREMENTS | typeof EXISTING_AUDIT_REQUIREMENTS)[number];

/** One that is not met decides; else one that cannot be told; nothing judged at all cannot be told. */
export function combineAuditVerdicts(verdicts: readonly AuditVerdict[]): AuditVerdict {
  if (verdicts.includes('not_met')) return 'not_met';
  if (verdicts.includes('cannot_tell') || verdicts.length === 0) return 'cannot_tell';
  return 'met';
}
