import { z } from 'zod';
import { JOBS_PER_LOOK } from './airbyte-api.ts';
import { allPages } from './all-pages.ts';
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

  async function listOpen(): Promise<readonly JobInfo[]> {
    return (await allPages(openPage)).filter(({ job }) => OPEN.has(job.status));
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
