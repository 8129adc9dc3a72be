import { ChaosError } from '../core/errors.ts';
import type { JobInfo, JobList } from './airbyte-replies.ts';

/** Jobs of a page, and pages of a list that is read to its end. */
const PAGE = 100;
const MOST_PAGES = 20;
/** So often a list of several pages is read again until it shows nothing new: jobs that end meanwhile move others to a page that was read already. */
const MOST_READINGS = 5;

/** `rowOffset` is a multiple of `pageSize`: from 0.64 on Airbyte rounds it down to one. */
type ReadPage = (rowOffset: number, pageSize: number) => Promise<JobList>;

/**
 * Reads a list of jobs to its end.
 * @throws ChaosError `client` where it has no end.
 */
export async function allPages(readPage: ReadPage): Promise<readonly JobInfo[]> {
  const jobs = new Map<number, JobInfo>();
  for (let nth = 0; nth < MOST_READINGS; nth += 1) {
    const known = jobs.size;
    const pages = await readOnce(readPage, jobs);
    if (pages === 1 || jobs.size === known) break;
  }
  return [...jobs.values()];
}

/** Adds what a reading from the first page to the last shows. Returns how many pages it took. */
async function readOnce(readPage: ReadPage, jobs: Map<number, JobInfo>): Promise<number> {
  let step = PAGE;
  const seen = new Set<number>();
  for (let nth = 0; nth < MOST_PAGES; nth += 1) {
    const { jobs: page, totalJobCount: total } = await readPage(nth * step, step);
    const isShort = page.length < step;
    // A server may give fewer at a time than it was asked for: then its own size is the step.
    if (nth === 0 && isShort && page.length > 0 && (total ?? 0) > page.length) step = page.length;
    const before = seen.size;
    for (const one of page) {
      seen.add(one.job.id);
      jobs.set(one.job.id, one);
    }
    // 0.64 to 1.2 cut a page by attempts: a short one is not the last.
    if (page.length === 0 || (total == null ? isShort : seen.size >= total)) return nth + 1;
    // Pages that do not go on are all alike: a full one of what is known already.
    if (seen.size === before && !isShort) break;
  }
  throw new ChaosError({ code: 'client', message: `Airbyte listed ${jobs.size} jobs, and there may be more.` });
}
