import type { Gap } from '../../core/airbyte-look.ts';
import { releaseMemory } from '../../core/release-memory.ts';
import { forEachBounded } from './bounded.ts';
import type { JobSeconds } from './job-table.ts';
import { CONNECTIONS, type Called, type MonitorApi } from './monitor-api.ts';
import { jobReply, jobsReply } from './monitor-replies.ts';
import { toJob } from './to-facts.ts';

/** Airbyte has no upper bound, the reference server takes 500. */
export const PAGE = 500;
/** After so many pages without an answer the rest is not asked for: a server in trouble is left alone. */
const FAILED_PAGES = 2;
/** After so many pages what is left of them is given back. */
const PAGES_KEPT = 48;

/** One page of jobs, as far as they are understood; times are in seconds. */
export interface JobPage {
  readonly jobs: readonly JobSeconds[];
  /** Items, also such as are not understood. */
  readonly size: number;
  readonly unread: number;
  /** How many jobs there are in all, where the version tells. */
  readonly total: number | undefined;
}

export async function readJobPage(
  api: MonitorApi,
  filter: Readonly<Record<string, unknown>>,
  rowOffset: number,
  pageSize = PAGE,
): Promise<Called<JobPage>> {
  const called = await api.post('/jobs/list', { ...filter, pagination: { pageSize, rowOffset } }, jobsReply);
  if (!called.ok) return called;
  const { jobs: items, totalJobCount } = called.value;
  const jobs: JobSeconds[] = [];
  for (const item of items) {
    const parsed = jobReply.safeParse(item);
    if (parsed.success) jobs.push(toJob(parsed.data));
  }
  const value = { jobs, size: items.length, unread: items.length - jobs.length, total: totalJobCount ?? undefined };
  return { ...called, value };
}

/**
 * All pages of a list whose first page is there already, several at a time. The order must be one in which what is new comes last: then a job
 * that is made, or enters the list, meanwhile moves others to a later place, where they are read twice, never to one that was read already.
 */
export async function readRest(
  api: MonitorApi,
  filter: Readonly<Record<string, unknown>>,
  first: JobPage,
  keep: (page: JobPage) => void,
): Promise<Gap[]> {
  keep(first);
  const { total } = first;
  // A server may give fewer at a time than it was asked for: then its own size is the step.
  const step = total !== undefined && first.size > 0 && first.size < Math.min(PAGE, total) ? first.size : PAGE;
  if (first.size < step) return shortOf(total, first.size);
  let given = first.size;
  const missed: { readonly from: number; readonly detail: string }[] = [];
  let failed = 0;
  let pages = 0;
  /** Where the last page that was read ends, and how many it held. */
  let last = { end: step, size: first.size };
  /** 0.64 to 1.2 cut a page by attempts: it holds fewer jobs, one of them in part, and there are more pages than the number of jobs tells. */
  let isUneven = false;
  const readAt = async (rowOffset: number): Promise<void> => {
    let page = await readJobPage(api, filter, rowOffset, step);
    // One answer may be lost to a restart of the server; a second one is not bad luck.
    if (!page.ok && failed < FAILED_PAGES) page = await readJobPage(api, filter, rowOffset, step);
    if (!page.ok) {
      failed += 1;
      missed.push({ from: rowOffset, detail: page.detail });
      return;
    }
    keep(page.value);
    pages += 1;
    if (pages % PAGES_KEPT === 0) releaseMemory();
    given += page.value.size;
    const end = rowOffset + step;
    if (end >= last.end) last = { end, size: page.value.size };
    if (page.value.size < step && total !== undefined && end < total) isUneven = true;
  };
  if (total !== undefined) {
    await forEachBounded(offsets(step, total), CONNECTIONS, readAt, () => failed >= FAILED_PAGES);
  }
  // What was added meanwhile, or all where the number is not told.
  const hasMore = (): boolean => failed === 0 && (last.size >= step || (isUneven && last.size > 0));
  while (hasMore()) await readAt(last.end);
  const [firstMissed] = missed.toSorted((a, b) => a.from - b.from);
  if (firstMissed === undefined) return shortOf(total, given);
  const of = total === undefined ? '' : ` of about ${total}`;
  const isOver = failed >= FAILED_PAGES ? ', and no more were asked for' : '';
  return [{ sentence: `jobs from number ${firstMissed.from + 1}${of} on, in part: ${firstMissed.detail}${isOver}` }];
}

/** A server that gives fewer jobs than it says there are, without a word. */
function shortOf(total: number | undefined, given: number): Gap[] {
  return total === undefined || given >= total
    ? []
    : [{ sentence: `jobs: ${total - given} of ${total} were not given` }];
}

function* offsets(step: number, total: number): Generator<number> {
  for (let at = step; at < total; at += step) yield at;
}
