import type { AuditAspect, AuditPoint } from '../../core/audit.ts';
import type { Observations, RunbookSeen } from '../../core/audit-observations.ts';
import { ageMs, cannotTell, days, judgeSeen, met, notMet, point, when, type Asked } from './aspects.ts';
import { judgeDrills } from './drills.ts';

const WRITTEN: Asked = { id: 'runbook_written', title: 'A runbook for disaster recovery is written and kept' };
const DRILLED: Asked = { id: 'runbook_drill', title: 'It was followed in a drill of the last quarter' };
/** Nothing that somebody could follow at night is shorter. */
const LEAST_WORDS = 50;
/** What nobody has touched for longer describes another system. */
const MAX_AGE_MS = days(365);
const WRITE_ONE =
  'Begin with: mkdir -p docs/runbooks && npm run --silent chaos -- runbook cluster_failure > docs/runbooks/cluster-failure.md';

/** The runbook is there, is kept, and was followed within the last quarter. */
export function judgeRunbook(observed: Observations): AuditPoint {
  const { at, runbooks } = observed;
  return point({ id: 'dr_runbook', number: 7, title: 'Recovery runbook written, and tested every quarter' }, [
    judgeSeen(WRITTEN, runbooks, (all) => judgeWritten(at, all)),
    judgeDrills(DRILLED, observed, {
      none: 'No drill is on record in the reports.',
      tryThis: 'npm run chaos -- cluster_failure follows the recovery runbook step by step, and times it.',
    }),
  ]);
}

function judgeWritten(at: string, all: readonly RunbookSeen[]): AuditAspect {
  const whole = all.filter(({ words }) => words >= LEAST_WORDS);
  const newest = whole.toSorted((a, b) => (a.changedAt < b.changedAt ? 1 : -1))[0];
  if (newest === undefined) {
    const [stub] = all;
    const what = stub === undefined ? 'There is none' : `${stub.file} has ${stub.words} words`;
    return notMet(WRITTEN, `${what}.`, WRITE_ONE);
  }
  const by = newest.changedBy === 'commit' ? 'by its last commit' : 'by the time of the file';
  const shown = `${newest.file}, ${newest.words} words, changed ${when(at, newest.changedAt)} ${by}`;
  const age = ageMs(at, newest.changedAt);
  if (age === undefined) return cannotTell(WRITTEN, `${shown}: that is in the future.`, 'Compare the clocks.');
  if (age <= MAX_AGE_MS) return met(WRITTEN, `${shown}.`);
  return notMet(WRITTEN, `Nobody has looked at it for a year: ${shown}.`, 'Read it against the system of today.');
}
