import type { JobFacts, ScheduleFacts } from '../core/airbyte-look.ts';
import type { QuartzFires } from '../core/quartz-fires.ts';
import { coversUntil, EARLY_MS, firesOf, GRACE_MS } from '../core/schedule-rules.ts';
import { endOf, hasEnded } from './jobs.ts';

/** Fires of a schedule for which no job was made. */
export interface MissedFires {
  readonly count: number;
  readonly first: number;
  /** No job came since: it is due now. */
  readonly isOverdue: boolean;
}

export interface ScheduleHistory {
  /** All jobs of the connection that are known, oldest first. */
  readonly jobs: readonly JobFacts[];
  /** When the newest job was created that is older than those; undefined when there is none or it is not known. */
  readonly latestJobAt: number | undefined;
  /** Fires before are not judged: the window, the making of the connection, the last change of its schedule. */
  readonly from: number;
  /** With no job at all, a first one was due from here on; undefined when that is not known. */
  readonly existsSince: number | undefined;
  readonly at: number;
}

/**
 * What a schedule prescribed and nobody did, by Airbyte's own rules (facts §5): a basic schedule counts from the last job's start; a job that runs covers
 * the fires in its time; of fires that were missed one, at most, is made up for, by a later job.
 */
export function missedFires(schedule: ScheduleFacts, history: ScheduleHistory): MissedFires | undefined {
  switch (schedule.kind) {
    case 'manual':
    case 'unknown':
      return undefined;
    case 'basic':
      return missedIntervals(schedule.everyMs, history);
    case 'cron':
      return missedCronFires(firesOf(schedule.expression, schedule.timeZone), history);
    default:
      return schedule satisfies never;
  }
}

function missedIntervals(
  everyMs: number,
  { jobs, latestJobAt, from, existsSince, at }: ScheduleHistory,
): MissedFires | undefined {
  let count = 0;
  let first = Infinity;
  /** Without the job before, the latest that the first fire can have been due. */
  let due = jobs.length > 0 ? from + everyMs : firstDue(everyMs, latestJobAt, from, existsSince);
  if (due === undefined) return undefined;
  for (const job of jobs) {
    const begin = Math.max(due, from);
    // The job itself makes up for one fire.
    const lost = Math.floor((job.createdAt - GRACE_MS - begin) / everyMs);
    if (lost > 0) {
      count += lost;
      first = Math.min(first, begin);
    }
    const anchor = Math.max(job.createdAt, job.startedAt ?? 0);
    due = Math.max(anchor + everyMs, hasEnded(job) ? endOf(job) : Infinity);
  }
  const overdueMs = at - Math.max(due, from) - GRACE_MS;
  const isOverdue = overdueMs > 0;
  if (isOverdue) {
    count += 1 + Math.floor(overdueMs / everyMs);
    first = Math.min(first, due);
  }
  return count === 0 ? undefined : { count, first, isOverdue };
}

function firstDue(
  everyMs: number,
  latestJobAt: number | undefined,
  from: number,
  existsSince: number | undefined,
): number | undefined {
  if (latestJobAt !== undefined) return latestJobAt + everyMs;
  // The first run comes at once.
  return existsSince === undefined ? undefined : Math.max(existsSince, from);
}

function missedCronFires(fires: QuartzFires, { jobs, from, at }: ScheduleHistory): MissedFires | undefined {
  const expected = fires.between(from, at - GRACE_MS);
  const missed: number[] = [];
  /** Jobs that no fire explains may make up for one each. */
  const used = new Set<JobFacts>();
  let next = 0;
  let busyUntil = -Infinity;
  for (const fire of expected) {
    for (let job = jobs[next]; job !== undefined && job.createdAt < fire - EARLY_MS; job = jobs[next]) {
      busyUntil = Math.max(busyUntil, jobCoversUntil(job));
      next += 1;
    }
    const own = jobs[next];
    if (own !== undefined && own.createdAt <= fire + GRACE_MS) used.add(own);
    else if (busyUntil < fire) missed.push(fire);
  }
  let count = 0;
  let first = Infinity;
  for (const fire of missed) {
    const madeUp = jobs.find((job) => job.createdAt > fire && !used.has(job));
    if (madeUp !== undefined) used.add(madeUp);
    else {
      count += 1;
      first = Math.min(first, fire);
    }
  }
  if (count === 0) return undefined;
  const newest = jobs.at(-1)?.createdAt ?? -Infinity;
  return { count, first, isOverdue: (missed.at(-1) ?? -Infinity) > newest };
}

/** See {@link coversUntil}. */
export function jobCoversUntil(job: JobFacts): number {
  return coversUntil({ startedAt: job.startedAt ?? job.createdAt, endedAt: hasEnded(job) ? endOf(job) : undefined });
}
