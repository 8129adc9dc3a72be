import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { auditResultSchema, type AuditResult } from '../core/audit.ts';

/** `audit-2026-11-28T10-14-01Z`. */
const AUDIT_ID = /^audit-\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}Z$/;
/** What an audit says, inside of its folder. */
export const AUDIT_FILE = 'audit.json';

/** The name of an audit's folder. @param at ISO 8601 */
export function auditIdOf(at: string): string {
  return `audit-${at.replace(/\.\d+Z$/, 'Z').replaceAll(':', '-')}`;
}

/** Every audit below the reports, newest first. One that cannot be read is left out: it must not keep others from being shown. */
export function listAudits(reportsDir: string): AuditResult[] {
  if (!existsSync(reportsDir)) return [];
  return readdirSync(reportsDir)
    .filter((name) => AUDIT_ID.test(name))
    .toSorted((a, b) => (a < b ? 1 : -1))
    .flatMap((name) => {
      try {
        return [auditResultSchema.parse(JSON.parse(readFileSync(join(reportsDir, name, AUDIT_FILE), 'utf8')))];
      } catch {
        return [];
      }
    });
}
