import { elapsed, type Bounds } from '../bounds.ts';
import type { History } from '../history.ts';
import { injectionTime } from './fault-time.ts';
import { alertOf, isTerminal, jobsInFlight, type ObservedJob } from './job-timeline.ts';

/** How fast the platform answered for one job that was in flight at the fault. Times in milliseconds, with bounds. */
export interface JobResponse {
  /** From the fault until the attempt that it hit was given up; undefined when none was. */
  readonly detect: Bounds | undefined;
  /** From there until the next attempt began; undefined when none did. */
  readonly act: Bounds | undefined;
  /** From the fault until the final status. When that never came, `low` is how long it was watched, the rest Infinity. */
  readonly finish: Bounds;
  /** From the failure for good to its alert; undefined when there was none. */
  readonly alert: Bounds | undefined;
}

/** Undefined for a job that was not in flight at the fault. */
export function jobResponse(history: History, job: ObservedJob): JobResponse | undefined {
  const faultAt = injectionTime(history)?.at;
  if (faultAt === undefined || jobsInFlight([job], faultAt).length === 0) return undefined;
  const hit = job.attempts.find(({ ended, status }) => status === 'failed' && (ended?.high ?? 0) >= faultAt.low);
  const next = hit && job.attempts.find(({ number }) => number > hit.number);
  const alerted = alertOf(history, job);
  const isOver = isTerminal(job.status) && job.finished !== undefined;
  const watchedMs = Math.max(0, history.endMs - faultAt.high);
  return {
    detect: hit?.ended && elapsed(faultAt, hit.ended),
    act: hit?.ended && next && elapsed(hit.ended, next.started),
    finish:
      isOver && job.finished !== undefined
        ? elapsed(faultAt, job.finished)
        : { low: watchedMs, best: Infinity, high: Infinity },
    alert:
      job.status === 'failed' && job.finished !== undefined && alerted !== undefined
        ? elapsed(job.finished, alerted.at)
        : undefined,
  };
}
