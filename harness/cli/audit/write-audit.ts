import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditResult } from '../../core/audit.ts';
import { ChaosError } from '../../core/errors.ts';
import { renderAudit } from '../../reporters/audit/render-audit.ts';
import { writeAtomically } from '../../store/write-atomically.ts';
import { writeIndex } from '../write-reports.ts';

/** Writes the audit, its page and its JUnit file into a folder of its own, and the index of the reports. Returns the path of the page. @throws ChaosError `record`. */
export function writeAudit(reportsDirectory: string, result: AuditResult): string {
  const folder = join(reportsDirectory, result.auditId);
  try {
    mkdirSync(folder, { recursive: true });
  } catch (cause) {
    throw new ChaosError({
      code: 'record',
      message: `No folder for this audit could be made in ${reportsDirectory}.`,
      cause,
    });
  }
  for (const { file, content } of renderAudit(result)) writeAtomically(join(folder, file), content);
  writeIndex();
  return join(folder, 'index.html');
}
