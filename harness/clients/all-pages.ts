import { ChaosError } from '../core/errors.ts';
import { JOBS_PER_LOOK } from './airbyte-api.ts';
import type { JobInfo } from './airbyte-replies.ts';

/** Of a list of jobs that is read to its end: 1,500 of them. */
const MOST_PAGES = 100;
const OVERLAP = 5;

/**
 * Reads a list of jobs to its end, {@link JOBS_PER_LOOK} a page. Pages overlap, as jobs that end meanwhile move the others up; the last one shows nothing new.
 * @throws ChaosError `client` where it has no end.
 */
export async function allPages(
  readPage: (rowOffset: number) => Promise<readonly JobInfo[]>,
): Promise<readonly JobInfo[]> {
  const jobs = new Map<number, JobInfo>();
  let rowOffset = 0;
  for (let nth = 0; nth < MOST_PAGES; nth += 1) {
    const page = await readPage(rowOffset);
    const fresh = page.filter(({ job }) => !jobs.has(job.id));
    // Pages that do not go on are all alike: a full one of what is known already.
    if (fresh.length === 0 && page.length >= JOBS_PER_LOOK) break;
    if (fresh.length === 0) return [...jobs.values()];
    for (const one of fresh) jobs.set(one.job.id, one);
    rowOffset += Math.max(1, page.length - OVERLAP);
  }
  throw new ChaosError({
    code: 'client',
    message: `Airbyte listed ${jobs.size} jobs, and there may be more.`,
  });
}
