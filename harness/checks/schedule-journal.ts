import { elapsed, type Bounds } from '../core/bounds.ts';
import type { FollowedSchedule } from '../core/derive/schedules.ts';
import type { History } from '../core/history.ts';
import type { JournalSchedule } from '../core/journal.ts';
import { boundsInSeconds } from './journal-seconds.ts';
import { followToTheEnd } from './schedules-caught-up.ts';

/** The schedules of a trial for the journal; nothing where their fires were not followed. */
export function journalSchedules(history: History): { schedules?: JournalSchedule[] } {
  const isFollowed = history.all('schedule.watched').length > 0 && history.first('fault.injected') !== undefined;
  return isFollowed ? { schedules: followToTheEnd(history).map(describeSchedule) } : {};
}

function describeSchedule({ set, connection, work, superfluous }: FollowedSchedule): JournalSchedule {
  const missed = work.filter(({ isMissed }) => isMissed);
  const late = missed.map(({ due, job }): Bounds | undefined => job && elapsed(due, job.created));
  const latest = late.toSorted((a, b) => (b?.low ?? Infinity) - (a?.low ?? Infinity))[0];
  return {
    connectionId: set.connectionId,
    connectionName: connection?.name ?? set.connectionId,
    rule: connection?.schedule ?? set.rule.kind,
    missedFires: missed.reduce((sum, { fires }) => sum + fires.length, 0),
    madeUpByJob: missed.find(({ job }) => job !== undefined)?.job?.jobId ?? null,
    lateSeconds: latest === undefined ? null : boundsInSeconds(latest),
    regularJobs: work.filter(({ isMissed, job }) => !isMissed && job !== undefined).length,
    jobsTooMany: superfluous.map(({ jobId }) => jobId),
    isDropped: work.some(({ isSkipped }) => isSkipped),
  };
}
