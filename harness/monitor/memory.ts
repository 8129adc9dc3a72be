import type { AirbyteLook, ConnectionFacts, JobFacts } from '../core/airbyte-look.ts';
import { isOpen, lastAttempt } from './jobs.ts';

/** What a monitor that looks again and again knows from before. A single look has none. */
export interface Memory {
  /** When a connection's schedule or status was first seen as it is; undefined when it was so at the first look. */
  readonly schedules: ReadonlyMap<string, Remembered>;
  /** Since when an open job has shown the same progress. */
  readonly progress: ReadonlyMap<number, Remembered>;
}

interface Remembered {
  readonly state: string;
  readonly since: number | undefined;
}

/** The memory after a look. Connections that the look did not show, because not all were read, are kept as they were. */
export function remember(before: Memory | undefined, look: AirbyteLook): Memory {
  const isFirst = before === undefined;
  const schedules = new Map(look.connections.gaps.length > 0 ? before?.schedules : undefined);
  for (const one of look.connections.items) {
    const state = scheduleState(one);
    const known = before?.schedules.get(one.connectionId);
    const since = known?.state === state ? known.since : isFirst ? undefined : look.at;
    schedules.set(one.connectionId, { state, since });
  }
  const progress = new Map(look.jobs.gaps.length > 0 ? before?.progress : undefined);
  for (const job of look.jobs.items) {
    if (!isOpen(job)) {
      progress.delete(job.id);
      continue;
    }
    const state = progressState(job);
    const known = before?.progress.get(job.id);
    progress.set(job.id, { state, since: known?.state === state ? known.since : look.at });
  }
  return { schedules, progress };
}

function scheduleState({ status, schedule }: ConnectionFacts): string {
  return JSON.stringify([status, schedule]);
}

/** Whatever shows that work goes on. */
function progressState(job: JobFacts): string {
  const last = lastAttempt(job);
  return JSON.stringify([
    job.status,
    job.updatedAt,
    last?.number,
    last?.updatedAt,
    last?.recordsEmitted,
    last?.recordsCommitted,
    last?.bytes,
  ]);
}
