import type { Gap, JobFacts, Reading } from '../../core/airbyte-look.ts';
import { forEachBounded } from './bounded.ts';
import { PAGE, readJobPage, readRest, type JobPage } from './job-pages.ts';
import { JobTable } from './job-table.ts';
import { CONNECTIONS, type Called, type MonitorApi } from './monitor-api.ts';

/** What moves data or keeps a connection busy. The first set is of versions from 0.6x on, the last one all that the oldest know. */
const TYPE_SETS = [['sync', 'refresh', 'clear', 'reset_connection'], ['sync', 'reset_connection'], ['sync']] as const;
const OPEN_SETS = [
  ['pending', 'queued', 'running', 'incomplete'],
  ['pending', 'running', 'incomplete'],
] as const;
const ENDED: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);
/** No job lives longer (facts §3.3: SYNC_JOB_MAX_TIMEOUT_DAYS): how much further back a list by creation must be read. */
const LONGEST_JOB_SECONDS = 3 * 86_400;

interface Collected {
  readonly jobs: JobTable;
  readonly gaps: Gap[];
  unread: number;
}

interface JobsAsked {
  /** In milliseconds since 1970. */
  readonly since: number;
  readonly connectionIds: readonly string[];
  /** The server tells its version, as those from 0.57 on do. */
  readonly tellsVersion: boolean;
}

/**
 * The jobs that were created or changed since `since`, and those that have not ended, whenever they were made. New versions filter by time and give
 * all connections in one list; those up to 0.50.44 want the connection, and answer with an empty list where none is named.
 */
export async function listJobs(
  api: MonitorApi,
  { since, connectionIds, tellsVersion }: JobsAsked,
): Promise<Reading<JobFacts>> {
  const collected: Collected = { jobs: new JobTable(), gaps: [], unread: 0 };
  const sinceSeconds = Math.floor(since / 1000);
  const keep = (page: JobPage): void => {
    collected.unread += page.unread;
    for (const job of page.jobs) {
      if (job.updatedAt >= sinceSeconds || !ENDED.has(job.status)) collected.jobs.set(job);
    }
  };
  const isSilent = (page: Called<JobPage>): boolean => !page.ok && (page.status === undefined || page.status === 401);
  let first: Called<JobPage> | undefined;
  for (const configTypes of TYPE_SETS) {
    const filter = {
      configTypes,
      updatedAtStart: new Date(since).toISOString(),
      orderByField: 'createdAt',
      orderByMethod: 'ASC',
    };
    first = await readJobPage(api, filter, 0);
    if (isSilent(first)) break;
    if (!first.ok) continue;
    if (first.value.size === 0 && !tellsVersion && !(await listsWithoutConnection(api, configTypes))) break;
    if (isFiltered(first.value, since)) {
      collected.gaps.push(...(await readRest(api, filter, first.value, keep)));
      await readOpen(api, configTypes, keep, collected);
    } else {
      await readNewestFirst(api, { configTypes }, since, keep, collected);
    }
    return finish(collected);
  }
  if (first === undefined || isSilent(first)) {
    collected.gaps.push({ sentence: `jobs: ${first?.ok === false ? first.detail : 'not asked for'}` });
    return finish(collected);
  }
  await readEach(api, since, connectionIds, keep, collected);
  return finish(collected);
}

/** Whether an empty list means that there is none: asked for any job at all. */
async function listsWithoutConnection(api: MonitorApi, configTypes: readonly string[]): Promise<boolean> {
  const any = await readJobPage(api, { configTypes }, 0, 1);
  return any.ok && any.value.size > 0;
}

/** A version that does not know the filter gives jobs that are older, or in its own order, which is newest first. */
function isFiltered({ jobs }: JobPage, since: number): boolean {
  const isOld = jobs.some((job) => job.updatedAt < since / 1000 - 1);
  const isDescending = jobs.some((job, index) => job.createdAt < (jobs[index - 1]?.createdAt ?? 0));
  return !isOld && !isDescending;
}

async function readOpen(
  api: MonitorApi,
  configTypes: readonly string[],
  keep: (page: JobPage) => void,
  collected: Collected,
): Promise<void> {
  let refused = '';
  for (const statuses of OPEN_SETS) {
    const filter = { configTypes, statuses, orderByField: 'createdAt', orderByMethod: 'ASC' };
    const first = await readJobPage(api, filter, 0);
    if (!first.ok) {
      refused = first.detail;
      if (first.status === undefined) break;
      continue;
    }
    if (first.value.jobs.some(({ status }) => ENDED.has(status))) {
      refused = 'the server does not filter by status';
      break;
    }
    collected.gaps.push(...(await readRest(api, filter, first.value, keep)));
    return;
  }
  collected.gaps.push({ sentence: `open jobs that did not change in the time looked at: ${refused}` });
}

/** Without a filter by time: pages from the newest on until one holds nothing that could matter. */
async function readNewestFirst(
  api: MonitorApi,
  filter: Readonly<Record<string, unknown>>,
  since: number,
  keep: (page: JobPage) => void,
  collected: Collected,
): Promise<void> {
  for (let rowOffset = 0; ; rowOffset += PAGE) {
    const page = await readJobPage(api, filter, rowOffset);
    if (!page.ok) {
      const connectionIds = typeof filter['configId'] === 'string' ? new Set([filter['configId']]) : undefined;
      const gap = { sentence: `jobs from number ${rowOffset + 1} on: ${page.detail}` };
      collected.gaps.push(connectionIds === undefined ? gap : { ...gap, connectionIds });
      return;
    }
    keep(page.value);
    const isDone = page.value.jobs.some((job) => job.createdAt < since / 1000 - LONGEST_JOB_SECONDS);
    if (page.value.size < PAGE || isDone) return;
  }
}

/** As many requests as there are connections. */
async function readEach(
  api: MonitorApi,
  since: number,
  connectionIds: readonly string[],
  keep: (page: JobPage) => void,
  collected: Collected,
): Promise<void> {
  const configTypes = await knownTypes(api, connectionIds[0]);
  await forEachBounded(connectionIds, CONNECTIONS, async (configId) =>
    readNewestFirst(api, { configTypes, configId }, since, keep, collected),
  );
}

/** Which types the version knows is found out on one connection. */
async function knownTypes(api: MonitorApi, configId: string | undefined): Promise<readonly string[]> {
  for (const configTypes of TYPE_SETS) {
    const answer = await readJobPage(api, { configTypes, configId }, 0, 1);
    if (answer.ok || answer.status === undefined) return configTypes;
  }
  return TYPE_SETS[2];
}

function finish({ jobs, gaps, unread }: Collected): Reading<JobFacts> {
  const odd = unread === 0 ? [] : [{ sentence: `${unread} jobs are listed in a shape that is not understood` }];
  return { items: jobs.rows(), gaps: [...joinGaps(gaps), ...odd] };
}

/** A server in trouble fails for many connections with the same words: they are one gap. */
function joinGaps(gaps: readonly Gap[]): Gap[] {
  const bySentence = Map.groupBy(gaps, ({ sentence }) => sentence);
  return [...bySentence].map(([sentence, same]) => {
    const ids = same.flatMap(({ connectionIds }) => (connectionIds === undefined ? [] : [...connectionIds]));
    const isAny = same.some(({ connectionIds }) => connectionIds === undefined);
    return isAny ? { sentence } : { sentence: `${sentence} (${ids.length} connections)`, connectionIds: new Set(ids) };
  });
}
