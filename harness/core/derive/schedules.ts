import type { Bounds } from '../bounds.ts';
import type { EventOf } from '../events.ts';
import type { History } from '../history.ts';
import { databaseClock, type DatabaseClock } from './database-clock.ts';
import { effectTime, injectionTime } from './fault-time.ts';
import { observedJobs, type ObservedJob } from './job-timeline.ts';
import { firstDispatch, leaderElected } from './leadership.ts';
import { cronFiresUntil, intervalFire } from './schedule-fires.ts';

/**
 * A scheduler that works dispatches what is due within this time, in milliseconds: it looks once a second, the rest is for a
 * busy machine. A fire counts as passed over only when it was free to run for longer, and a later fire came before its job.
 */
const DISPATCH_ALLOWANCE_MS = 8000;

/** Fires that one job made up for, or that none has. One job may stand for several fires: none is made up for twice. */
export interface DueWork {
  readonly fires: readonly [Bounds, ...Bounds[]];
  readonly job: ObservedJob | undefined;
  /** When the first of them had come and the connection's job before was over. */
  readonly due: Bounds;
  /** It was due in the outage or before it, and was left to the new leader. */
  readonly isMissed: boolean;
  /** Its next regular fire came while nothing but the scheduler stood in the way: this one was dropped. */
  readonly isSkipped: boolean;
}

/** One schedule and what became of its fires. Instants in milliseconds on the run's clock. */
export interface FollowedSchedule {
  readonly set: EventOf<'schedule.set'>;
  readonly connection: EventOf<'connection'> | undefined;
  readonly work: readonly DueWork[];
  /** Jobs for which there was no fire left. */
  readonly superfluous: readonly ObservedJob[];
}

/** What is known of the outage of the scheduler. */
interface Outage {
  readonly from: number;
  readonly goneBy: number;
  /** When a new leader could dispatch, and when it surely had; Infinity while it has not. */
  readonly electedBy: number;
  readonly dispatchedBy: number;
}

/**
 * Every schedule that the harness set, held against the jobs that were seen. The fires are computed from the schedule alone, and
 * matched by count and time; what a job says of itself is not believed. `untilMs` is where the looks at the jobs end.
 */
export function followSchedules(history: History, untilMs: (connectionId: string) => number): FollowedSchedule[] {
  const clock = databaseClock(history);
  // A job that the API no longer knows has made up for nothing.
  const there = observedJobs(history).filter(({ isGone }) => !isGone);
  const jobs = Map.groupBy(there, (job) => job.connectionId);
  const outage = outageOf(history);
  return history.all('schedule.set').flatMap((set) => {
    const connection = history.first('connection', ({ connectionId }) => connectionId === set.connectionId);
    const own = (jobs.get(set.connectionId) ?? []).toSorted((a, b) => a.created.high - b.created.high);
    const until = untilMs(set.connectionId);
    // Nobody starts the jobs of a background connection by hand, whatever a job says of itself.
    const isMade = (job: ObservedJob): boolean => connection?.role === 'background' || job.trigger !== 'manual';
    const matched =
      set.rule.kind === 'cron' ? matchCron(set, own, isMade, clock, until) : matchInterval(set, own, isMade, until);
    if (matched === undefined) return [];
    const work = matched.work.map((item) => judgeWork(item, own, matched.next, outage, until));
    return [{ set, connection, work, superfluous: matched.superfluous }];
  });
}

type MatchedWork = Pick<DueWork, 'fires' | 'job'>;

interface Matched {
  readonly work: MatchedWork[];
  readonly superfluous: ObservedJob[];
  /** The first regular fire that certainly comes after an instant, were nothing else dispatched. */
  readonly next: (work: MatchedWork, afterMs: number) => number;
}

/** Each job takes the earliest fire that is left and may have come before it, and all others that surely did. */
function matchCron(
  set: EventOf<'schedule.set'>,
  jobs: readonly ObservedJob[],
  isMade: (job: ObservedJob) => boolean,
  clock: DatabaseClock | undefined,
  untilMs: number,
): Matched | undefined {
  if (clock === undefined) return undefined;
  // Jobs may have been seen after the last look that counts; their fires are then there too.
  const all = cronFiresUntil(set, clock, Math.max(untilMs, jobs.at(-1)?.created.high ?? 0));
  const superfluous: ObservedJob[] = [];
  const work: MatchedWork[] = [];
  let left = all;
  /** Fires up to here may have been taken by a job already, or have come before the schedule was set. */
  let doubtful = set.end;
  for (const job of jobs.filter(isMade)) {
    const [first, ...others] = left.filter((fire) => fire.low <= job.created.high);
    if (first === undefined) {
      superfluous.push(job);
      continue;
    }
    const covered = others.filter((fire) => fire.high <= job.created.low);
    const certain = [first, ...covered].filter((fire) => fire.low > doubtful);
    left = left.filter((fire) => fire !== first && !covered.includes(fire));
    doubtful = Math.max(doubtful, job.created.high);
    work.push({ fires: nonEmpty(certain) ?? [covered.at(-1) ?? first], job });
  }
  const open = nonEmpty(left.filter((fire) => fire.low > doubtful && fire.high <= untilMs));
  if (open !== undefined) work.push({ fires: open, job: undefined });
  return { work, superfluous, next: (_, afterMs) => all.find((fire) => fire.low >= afterMs)?.low ?? Infinity };
}

/** Each job is due one interval after the one before it; what comes earlier had no reason to. */
function matchInterval(
  set: EventOf<'schedule.set'>,
  jobs: readonly ObservedJob[],
  isMade: (job: ObservedJob) => boolean,
  untilMs: number,
): Matched {
  const superfluous: ObservedJob[] = [];
  const work: MatchedWork[] = [];
  let newest: ObservedJob | undefined;
  for (const job of jobs) {
    const due = intervalFire(set, newest);
    newest = job;
    if (!isMade(job)) continue;
    if (job.created.high < due.low) superfluous.push(job);
    else work.push({ fires: [due], job });
  }
  const due = intervalFire(set, newest);
  if (due.high <= untilMs) work.push({ fires: [due], job: undefined });
  const everyMs = set.rule.kind === 'interval' ? set.rule.everyMs : Infinity;
  const next: Matched['next'] = ({ fires }, afterMs) =>
    fires[0].low + Math.max(1, Math.ceil((afterMs - fires[0].low) / everyMs)) * everyMs;
  return { work, superfluous, next };
}

function judgeWork(
  item: MatchedWork,
  jobs: readonly ObservedJob[],
  next: Matched['next'],
  outage: Outage | undefined,
  untilMs: number,
): DueWork {
  const { fires, job } = item;
  const before = job === undefined ? jobs.at(-1) : jobs[jobs.indexOf(job) - 1];
  const due = laterOf(fires[0], before && (before.finished ?? neverSeen(job)));
  const isHeldUp =
    outage !== undefined && due.high > outage.from - DISPATCH_ALLOWANCE_MS && due.high <= outage.electedBy;
  /** From here on nothing but the scheduler stood in the way. */
  const freeSince = isHeldUp ? outage.electedBy : due.high;
  const isMissed =
    outage !== undefined &&
    fires[0].low <= outage.dispatchedBy &&
    due.high > outage.from - DISPATCH_ALLOWANCE_MS &&
    (job === undefined || job.created.low >= outage.goneBy);
  const passedAt = next(item, freeSince + DISPATCH_ALLOWANCE_MS);
  const isSkipped = (job?.created.low ?? untilMs) >= passedAt;
  return { fires, job, due, isMissed, isSkipped };
}

/** A job whose end was not seen was over when the next one was there, and is not over while there is none. */
function neverSeen(next: ObservedJob | undefined): Bounds {
  return next?.created ?? { low: Infinity, best: Infinity, high: Infinity };
}

function laterOf(one: Bounds, other: Bounds | undefined): Bounds {
  if (other === undefined) return one;
  return {
    low: Math.max(one.low, other.low),
    best: Math.max(one.best, other.best),
    high: Math.max(one.high, other.high),
  };
}

function outageOf(history: History): Outage | undefined {
  const injected = injectionTime(history);
  const gone = effectTime(history);
  if (injected === undefined || gone === undefined) return undefined;
  return {
    from: injected.at.low,
    goneBy: gone.at.high,
    electedBy: leaderElected(history)?.at.high ?? Infinity,
    dispatchedBy: firstDispatch(history)?.at.high ?? Infinity,
  };
}

function nonEmpty<T>(items: readonly T[]): [T, ...T[]] | undefined {
  const [first, ...others] = items;
  return first === undefined ? undefined : [first, ...others];
}
