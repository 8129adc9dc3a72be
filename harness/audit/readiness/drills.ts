import type { AuditAspect } from '../../core/audit.ts';
import type { DrillSeen, Observations } from '../../core/audit-observations.ts';
import { ageMs, cannotTell, days, formatAge, judgeSeen, met, notMet, when, type Asked } from './aspects.ts';

/** A quarter. */
const QUARTER_MS = days(92);

export interface DrillWords {
  readonly none: string;
  readonly tryThis: string;
}

/**
 * The newest rehearsal of this system must have passed, and be of the last quarter: one that passed before a newer one failed says nothing of today.
 * A rehearsal elsewhere says that the runbook works, and nothing of the backups here.
 */
export function judgeDrills(asked: Asked, observed: Observations, words: DrillWords): AuditAspect {
  const { at, platform, drills } = observed;
  return judgeSeen(asked, drills, (all) => {
    const newestFirst = all.toSorted((a, b) => (a.at < b.at ? 1 : -1));
    const newest = newestFirst.find((drill) => drill.platform === platform);
    if (newest !== undefined) return judgeNewest(asked, at, newest, newestFirst, words);
    const elsewhere = newestFirst.find(({ verdict }) => verdict === 'pass');
    if (elsewhere !== undefined) {
      const where = elsewhere.platform ?? 'a place that its record does not tell';
      const said = `The last that passed, ${elsewhere.runId} of ${when(at, elsewhere.at)}, was on ${where}: it says nothing of what is here.`;
      return cannotTell(asked, said, words.tryThis);
    }
    if (platform !== 'cluster') return notMet(asked, words.none, words.tryThis);
    return cannotTell(
      asked,
      `${words.none} The harness does not rehearse it on an existing cluster.`,
      'Rehearse it by hand, keep a record, and name it in chaos.config.yaml: audit.drills [{at: DATE, record: FILE}].',
    );
  });
}

function judgeNewest(
  asked: Asked,
  at: string,
  newest: DrillSeen,
  newestFirst: readonly DrillSeen[],
  { tryThis }: DrillWords,
): AuditAspect {
  const shown = `${newest.runId} of ${when(at, newest.at)}: ${newest.headline}`;
  const passed = newestFirst.find((drill) => drill.platform === newest.platform && drill.verdict === 'pass');
  const before = passed === undefined ? 'None has passed.' : `The last that passed is of ${when(at, passed.at)}.`;
  if (newest.verdict === 'fail') return notMet(asked, `The newest failed: ${shown} ${before}`, tryThis);
  if (newest.verdict === 'unknown') return cannotTell(asked, `The newest is undecided: ${shown} ${before}`, tryThis);
  const age = ageMs(at, newest.at);
  if (age === undefined) return cannotTell(asked, `${newest.runId} is of the future.`, 'Compare the clocks.');
  if (age <= QUARTER_MS) return met(asked, shown);
  return notMet(asked, `Longer ago than a quarter (${formatAge(age)}): ${shown}`, tryThis);
}
