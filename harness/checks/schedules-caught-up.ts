import { elapsed, type Bounds } from '../core/bounds.ts';
import { injectionTime } from '../core/derive/fault-time.ts';
import { isTerminal, type ObservedJob } from '../core/derive/job-timeline.ts';
import { firstDispatch } from '../core/derive/leadership.ts';
import { followSchedules, type DueWork, type FollowedSchedule } from '../core/derive/schedules.ts';
import { formatMillis } from '../core/duration.ts';
import type { History } from '../core/history.ts';
import type { CheckResult } from '../core/journal.ts';
import type { Check } from '../core/scenario.ts';
import { judgeAgainstLimit } from '../core/verdict.ts';
import { leaderConflicts } from './one-leader.ts';
import { count, describeBounds } from './words.ts';

type Result = Omit<CheckResult, 'id' | 'title' | 'evidence'>;

/**
 * Every schedule that fell due in the outage was made up for by one job, within the objective; no fire was dispatched twice,
 * none was passed over before or afterwards. The fires are computed from the schedules that the harness set; however many of one
 * schedule were missed, one make-up run is expected (Airbyte never makes more).
 */
export function schedulesCaughtUp(): Check {
  return {
    id: 'schedules_caught_up',
    title: 'Every missed schedule was made up for, once',
    failure: 'Not every missed schedule was made up for, once',
    judge(history) {
      const injected = injectionTime(history);
      const objective = history.first('run.started')?.objective;
      if (injected === undefined || objective === undefined)
        return { verdict: 'unknown', summary: 'No fault was injected.', evidence: [] };
      const followed = followToTheEnd(history);
      const evidence = [injected.event.i, ...followed.flatMap(evidenceOf)];
      const wrong = findWrong(history, followed, objective.recoverySeconds * 1000);
      if (wrong !== undefined) return { ...wrong, evidence };
      const lacking = unseen(history, followed);
      if (lacking !== undefined) return { verdict: 'unknown', summary: lacking, evidence };
      return { ...judgeLateness(followed, objective.recoverySeconds * 1000), evidence };
    },
  };
}

/** Every schedule up to the last look at its jobs. */
export function followToTheEnd(history: History): FollowedSchedule[] {
  const until = new Map(history.all('schedule.watched').map(({ connectionId, start }) => [connectionId, start]));
  return followSchedules(history, (connectionId) => until.get(connectionId) ?? history.endMs);
}

/** What is certainly wrong, however little else was seen. */
function findWrong(history: History, followed: readonly FollowedSchedule[], limitMs: number): Result | undefined {
  const dropped = followed.flatMap((one) =>
    one.work.filter(({ isSkipped }) => isSkipped).map((work) => sayDropped(one, work)),
  );
  const late = followed.flatMap((one) =>
    one.work
      .filter((work) => work.isMissed && latenessOf(history, work).low > limitMs)
      .map((work) => sayLate(history, one, work, limitMs)),
  );
  const twice = [...followed.flatMap(saySuperfluous), ...followed.flatMap((one) => saySameFire(history, one))];
  const failed = followed.flatMap(sayFailed);
  const said = [...dropped, ...late, ...failed, ...twice];
  if (said.length === 0) return undefined;
  const hasOnlyTwice = twice.length === said.length;
  const follows = hasOnlyTwice && leaderConflicts(history).length > 0 ? { consequenceOf: 'one_leader' } : {};
  const never = late.length > 0 && firstDispatch(history) === undefined ? { consequenceOf: 'recovery_time' } : {};
  return { verdict: 'fail', summary: `${said.join('; ')}.`, ...follows, ...never };
}

function unseen(history: History, followed: readonly FollowedSchedule[]): string | undefined {
  const watched = new Set(history.all('schedule.watched').map(({ connectionId }) => connectionId));
  const set = history.all('schedule.set');
  if (set.length === 0) return 'No schedule was set, so none could be missed.';
  if (followed.length < set.length)
    return 'The clock of the database was not read, so the fires of cron schedules are not known.';
  const unwatched = followed.filter(({ set: { connectionId } }) => !watched.has(connectionId));
  if (unwatched.length > 0) return `The jobs of ${unwatched.map(nameOf).join(', ')} were not looked at in the end.`;
  const scheduled = history
    .all('connection')
    .filter(({ role, schedule }) => role === 'background' && schedule !== 'manual');
  const unset = scheduled.filter((one) => !set.some(({ connectionId }) => connectionId === one.connectionId));
  if (unset.length > 0) return `When ${unset.map(({ name }) => name).join(', ')} was scheduled is not in the record.`;
  const recovered = history.latest('phase', ({ name }) => name === 'verification')?.t ?? -Infinity;
  const early = history.all('schedule.watched').filter(({ start }) => start < recovered);
  if (early.length > 0)
    return 'The jobs of the schedules were looked at before the recovery was over, and not after it.';
  const open = followed.filter(({ work }) => work.some(({ isMissed, job }) => isMissed && job === undefined));
  if (open.length > 0) return `Not made up for when the run ended: ${open.map(nameOf).join(', ')}.`;
  const running = followed.flatMap(makeUpsOf).filter(({ status }) => !isTerminal(status));
  if (running.length > 0) return `Not over when the run ended: job ${running.map(({ jobId }) => jobId).join(', ')}.`;
  if (!followed.some(({ work }) => work.some(({ isMissed }) => isMissed))) return 'No schedule was due in the outage.';
  return undefined;
}

function judgeLateness(followed: readonly FollowedSchedule[], limitMs: number): Result {
  const made = followed.flatMap((one) =>
    one.work.flatMap((work) =>
      work.isMissed && work.job !== undefined ? [{ one, work, late: elapsed(work.due, work.job.created) }] : [],
    ),
  );
  const fires = made.reduce((sum, { work }) => sum + work.fires.length, 0);
  const regular = followed.flatMap(({ work }) =>
    work.filter(({ isMissed, job }) => !isMissed && job !== undefined),
  ).length;
  const each = made.map(({ one, work, late }) => {
    const missed = work.fires.length === 1 ? '' : `, ${count(work.fires.length, 'fire')}`;
    const since = work.due.low > work.fires[0].low ? 'after its job before was over' : 'late';
    return `${nameOf(one)}${missed}: ${formatMillis(late.best)} ${since}`;
  });
  const verdict = made
    .map(({ late }) => judgeAgainstLimit(late, limitMs))
    .reduce((worst, one) => (one === 'pass' ? worst : one), 'pass');
  const close = verdict === 'pass' ? '' : ` One is too close to the objective of ${formatMillis(limitMs)} to decide.`;
  const schedules = count(new Set(made.map(({ one }) => one.set.connectionId)).size, 'schedule');
  return {
    verdict,
    summary: `${count(fires, 'fire')} of ${schedules} missed, each schedule made up for by one job (${each.join('; ')}). ${count(regular, 'other job')}, one for each fire.${close}`,
  };
}

function latenessOf(history: History, { due, job }: DueWork): Bounds {
  if (job !== undefined) return elapsed(due, job.created);
  const watchedMs = Math.max(0, history.endMs - due.high);
  return { low: watchedMs, best: Infinity, high: Infinity };
}

function sayDropped(one: FollowedSchedule, { fires, job, isMissed }: DueWork): string {
  // The last fire is the one that the job was made for after all.
  const left = Math.max(1, fires.length - (job === undefined ? 0 : 1));
  const what = isMissed ? 'missed in the outage and dropped' : 'passed over, though a scheduler led';
  const next =
    job === undefined
      ? 'nothing came for it'
      : `its next job came ${describeBounds(elapsed(fires[0], job.created))} after it was due`;
  return `${nameOf(one)}: ${count(left, 'fire')} ${what}; ${next}`;
}

/** A make-up run counts when it was dispatched and worked. */
function sayFailed(one: FollowedSchedule): string[] {
  return makeUpsOf(one)
    .filter(({ status }) => isTerminal(status) && status !== 'succeeded')
    .map(({ jobId, status }) => `${nameOf(one)}: job ${jobId}, which made up for it, ended as "${status}"`);
}

function makeUpsOf({ work }: FollowedSchedule): ObservedJob[] {
  return work.flatMap(({ isMissed, job }) => (isMissed && job !== undefined ? [job] : []));
}

function sayLate(history: History, one: FollowedSchedule, work: DueWork, limitMs: number): string {
  return `${nameOf(one)} was made up for ${describeBounds(latenessOf(history, work))} late; the objective is ${formatMillis(limitMs)}`;
}

function saySuperfluous(one: FollowedSchedule): string[] {
  if (one.superfluous.length === 0) return [];
  const ids = one.superfluous.map(({ jobId }) => jobId).join(', ');
  return [`${nameOf(one)} was dispatched twice: no fire was left for job ${ids}`];
}

/** What jobs say of themselves cannot acquit a scheduler, but it can convict it. */
function saySameFire(history: History, one: FollowedSchedule): string[] {
  const own = history.all('job').filter(({ connectionId }) => connectionId === one.set.connectionId);
  const dueOf = new Map(own.flatMap(({ jobId, dueAtEpochSeconds: due }) => (due === undefined ? [] : [[jobId, due]])));
  const same = [...Map.groupBy(dueOf, ([, due]) => due).values()].filter((jobs) => jobs.length > 1);
  const known = new Set(one.superfluous.map(({ jobId }) => jobId));
  return same
    .map((jobs) => jobs.map(([jobId]) => jobId))
    .filter((ids) => !ids.some((id) => known.has(id)))
    .map((ids) => `${nameOf(one)}: job ${ids.join(' and job ')} say that they were made for the same fire`);
}

function nameOf({ connection, set }: FollowedSchedule): string {
  return connection?.name ?? set.connectionId;
}

function evidenceOf(one: FollowedSchedule): number[] {
  const jobs = [...one.superfluous, ...makeUpsOf(one)];
  return jobs.flatMap(({ events }) => events.slice(0, 1).map(({ i }) => i));
}
