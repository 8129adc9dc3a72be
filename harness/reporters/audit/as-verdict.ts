import type { AuditVerdict } from '../../core/audit.ts';
import type { Verdict } from '../../core/verdict.ts';

/** What an audit's verdict is to a report and to a CI server: `cannot_tell` is an error there, which is never counted as passed. */
export const AS_VERDICT: Readonly<Record<AuditVerdict, Verdict>> = {
  met: 'pass',
  not_met: 'fail',
  cannot_tell: 'unknown',
};
