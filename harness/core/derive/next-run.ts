import type { History } from '../history.ts';
import { injectionTime } from './fault-time.ts';
import { interruptedJob, subjectJobs, type ObservedJob } from './job-timeline.ts';
import { healTime, isCountedFromHealing } from './recovery-clock.ts';

/**
 * The next run of the interrupted connection. Where the cause has to go first, it is the first that surely began after that:
 * what was started while the cause lasted is expected to fail as well.
 */
export function nextRun(history: History): ObservedJob | undefined {
  const injected = injectionTime(history);
  const interrupted = injected && interruptedJob(history, injected.at);
  if (interrupted === undefined) return undefined;
  const others = subjectJobs(history).filter((job) => job.jobId !== interrupted.jobId);
  if (!isCountedFromHealing(history)) return others.find((job) => job.created.high > interrupted.created.high);
  const healed = healTime(history);
  return healed && others.find((job) => job.created.low >= healed.at.high);
}
