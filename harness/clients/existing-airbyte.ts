import { z } from 'zod';
import { ChaosError } from '../core/errors.ts';
import { JOBS_PER_LOOK } from './airbyte-api.ts';
import { jobInfoReply, jobListReply, type JobInfo } from './airbyte-replies.ts';
import type { ApiCredentials } from './monitor/bearer.ts';
import { monitorApi, valueOf } from './monitor/monitor-api.ts';

/** An Airbyte that is there already, asked for its syncs. Every call throws ChaosError `client` when it is not answered as expected. */
export interface ExistingAirbyte {
  /** The syncs that are not over, the newest first, of all connections. */
  openSyncs(): Promise<readonly JobInfo[]>;
  /** The last syncs of a connection, the newest first. */
  syncsOf(connectionId: string): Promise<readonly JobInfo[]>;
  /** What a connection is called. */
  nameOf(connectionId: string): Promise<string>;
  /** Starts a sync of a connection. Changes something. */
  startSync(connectionId: string): Promise<JobInfo>;
  close(): void;
}

export interface ExistingAirbyteOptions {
  /** Of the config API: `http://host:8001/api/v1`. */
  readonly url: URL;
  readonly credentials: ApiCredentials;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Those of the first set are known from 2.1 on, where a job can be `queued`; those of the second in all versions (facts: airbyte.md, section 2.1). */
const OPEN_SETS = [
  ['pending', 'queued', 'running', 'incomplete'],
  ['pending', 'running', 'incomplete'],
] as const;
const OPEN: ReadonlySet<string> = new Set(OPEN_SETS[0]);

/** Of a list of jobs that is read to its end: 1,500 of them. */
const MOST_PAGES = 100;
const OVERLAP = 5;

const connectionReply = z.object({ name: z.string() });

/** Opens the config API; a token is got, and got anew during a run, where the credentials are a client's. */
export function openExistingAirbyte(options: ExistingAirbyteOptions): ExistingAirbyte {
  const api = monitorApi(options);
  const pagination = { pageSize: JOBS_PER_LOOK, rowOffset: 0 };
  let open: readonly string[] | undefined = OPEN_SETS[0];

  async function openPage(rowOffset: number): Promise<readonly JobInfo[]> {
    for (;;) {
      const body = { configTypes: ['sync'], ...(open === undefined ? {} : { statuses: open }) };
      const called = await api.post('/jobs/list', { ...body, pagination: { ...pagination, rowOffset } }, jobListReply);
      // Who does not know a status, or the filter, says so at once and always.
      if (!called.ok && called.status !== undefined && isRefusal(called.status) && open !== undefined) {
        open = open === OPEN_SETS[0] ? OPEN_SETS[1] : undefined;
        continue;
      }
      return valueOf(called).jobs;
    }
  }

  /** Pages overlap, as jobs that end meanwhile move the others up; the last one shows nothing new. */
  async function listOpen(): Promise<readonly JobInfo[]> {
    const jobs = new Map<number, JobInfo>();
    let rowOffset = 0;
    for (let nth = 0; nth < MOST_PAGES; nth += 1) {
      const page = await openPage(rowOffset);
      const fresh = page.filter(({ job }) => !jobs.has(job.id));
      // Pages that do not go on are all alike: a full one of what is known already.
      if (fresh.length === 0 && page.length >= JOBS_PER_LOOK) break;
      if (fresh.length === 0) return [...jobs.values()].filter(({ job }) => OPEN.has(job.status));
      for (const one of fresh) jobs.set(one.job.id, one);
      rowOffset += Math.max(1, page.length - OVERLAP);
    }
    throw new ChaosError({
      code: 'client',
      message: `Airbyte listed ${jobs.size} jobs, and there may be more.`,
    });
  }
  return {
    openSyncs: listOpen,
    async syncsOf(configId) {
      return valueOf(await api.post('/jobs/list', { configTypes: ['sync'], configId, pagination }, jobListReply)).jobs;
    },
    async nameOf(connectionId) {
      return valueOf(await api.post('/connections/get', { connectionId }, connectionReply)).name;
    },
    async startSync(connectionId) {
      return valueOf(await api.post('/connections/sync', { connectionId }, jobInfoReply, { isOnce: true }));
    },
    close: () => api.close(),
  };
}

function isRefusal(status: number): boolean {
  return status === 400 || status === 422 || status === 500;
}
