import { judgeAudit, whyNotMet } from '../../checks/game-day/judge-audit.ts';
import { auditResultSchema } from '../../core/audit.ts';
import type { GoNoGoInput } from '../../core/game-day/events.ts';
import { progressOf, type Day } from './day.ts';
import { lastWords } from './program.ts';
import { askForReport } from './stack.ts';

/**
 * Audits the stack of the day by the command that people type, writes down every point with its evidence, and says what that means for
 * beginning. On a stack whose workspaces tell somebody of failed syncs, a sync is made to fail, so that its alert is seen to arrive.
 */
export async function auditSystem(day: Day): Promise<Pick<GoNoGoInput, 'says' | 'detail'>> {
  const asked = { command: 'audit', status: 'Auditing the system …', schema: auditResultSchema };
  const { ended, report } = await askForReport(day, asked);
  const result = report ?? null;
  const audited = { result, detail: result === null ? lastWords(ended) : '' };
  day.record.append({ type: 'audited', ...audited });
  for (const point of result?.points ?? []) {
    if (point.verdict === 'not_met') day.room.say(`    not met: ${point.title}: ${whyNotMet(point)}`);
    if (point.verdict === 'cannot_tell') day.room.say(`    cannot tell: ${point.title}: ${whyNotMet(point)}`);
  }
  const { says, detail } = judgeAudit(progressOf(day).plan, audited);
  return { says, detail };
}
