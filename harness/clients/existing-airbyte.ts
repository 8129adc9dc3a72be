import { z } from 'zod';
import { ChaosError } from '../core/errors.ts';
import { JOBS_PER_LOOK } from './airbyte-api.ts';
import { jobInfoReply, jobListReply, type JobInfo, type JobList } from './airbyte-replies.ts';
import { allPages } from './all-pages.ts';
import type { ApiCredentials } from './monitor/api-credentials.ts';
import { monitorApi, valueOf } from './monitor/monitor-api.ts';
import { instanceReply } from './monitor/monitor-replies.ts';

/** An Airbyte that is there already, asked for its syncs. Every call throws ChaosError `client` when it is not answered as expected. */
export interface ExistingAirbyte {
  /** The syncs that are not over, the newest first, of all connections. */
  openSyncs(): Promise<readonly JobInfo[]>;
  /** The last syncs of a connection, the newest first. */
  syncsOf(connectionId: string): Promise<readonly JobInfo[]>;
  /** What a connection is called, and whether one of its mappers filters rows. */
  connectionOf(connectionId: string): Promise<{ readonly name: string; readonly leavesRowsOut: boolean }>;
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

/**
 * What to ask for, the newest versions first: a job can be `queued` from 2.1 on, a refresh moves data from 0.63 on, and the filter by statuses is of 0.50.46
 * (facts: airbyte.md, section 2.1). Who does not know a word refuses all of it.
 */
const OPEN_SYNCS = [
  { configTypes: ['sync', 'refresh'], statuses: ['pending', 'queued', 'running', 'incomplete'] },
  { configTypes: ['sync', 'refresh'], statuses: ['pending', 'running', 'incomplete'] },
  { configTypes: ['sync'], statuses: ['pending', 'running', 'incomplete'] },
  { configTypes: ['sync'] },
] as const;
const SYNCS = [{ configTypes: ['sync', 'refresh'] }, { configTypes: ['sync'] }] as const;
const OPEN: ReadonlySet<string> = new Set(OPEN_SYNCS[0].statuses);

/** Airbyte answers when the sync runs, and waits for that without an end of its own (TemporalClient.startNewManualSync, P@310e6cb6). In milliseconds. */
const START_MS = 150_000;

const mapper = z.object({ type: z.string() });
const connectionReply = z.object({
  name: z.string(),
  syncCatalog: z
    .object({ streams: z.array(z.object({ config: z.object({ mappers: z.array(mapper).nullish() }).nullish() })) })
    .nullish(),
});

/** Opens the config API; a token is got, and got anew during a run, where the credentials are a client's. */
export function openExistingAirbyte(options: ExistingAirbyteOptions): ExistingAirbyte {
  const api = monitorApi(options);

  /** Lists jobs by the newest of these words that the server knows; which that is stays known. */
  function listing(words: readonly object[]): (more: object) => Promise<JobList> {
    let nth = 0;
    return async (more) => {
      for (;;) {
        const called = await api.post('/jobs/list', { ...words[nth], ...more }, jobListReply);
        if (called.ok || !isRefusal(called.status) || nth === words.length - 1) return valueOf(called);
        nth += 1;
      }
    };
  }
  const listOpenSyncs = listing(OPEN_SYNCS);
  const listSyncs = listing(SYNCS);

  async function listOpen(): Promise<readonly JobInfo[]> {
    const jobs = await allPages((rowOffset, pageSize) => listOpenSyncs({ pagination: { pageSize, rowOffset } }));
    if (jobs.length === 0) await requireListOfAll();
    return jobs.filter(({ job }) => OPEN.has(job.status));
  }

  /** Up to 0.50.44 a list of jobs for which no connection is named is empty whatever runs. Those that tell their version, from 0.57 on, are not so. */
  async function requireListOfAll(): Promise<void> {
    const body = { configTypes: ['sync'], pagination: { pageSize: 1, rowOffset: 0 } };
    if (valueOf(await api.post('/jobs/list', body, jobListReply)).jobs.length > 0) return;
    if ((await api.get('/instance_configuration', instanceReply)).ok) return;
    throw new ChaosError({
      code: 'client',
      message: 'Airbyte lists no job of any connection: this version may list them by connection alone.',
    });
  }

  return {
    openSyncs: listOpen,
    async syncsOf(configId) {
      return (await listSyncs({ configId, pagination: { pageSize: JOBS_PER_LOOK, rowOffset: 0 } })).jobs;
    },
    async connectionOf(connectionId) {
      const { name, syncCatalog } = valueOf(await api.post('/connections/get', { connectionId }, connectionReply));
      const mappers = syncCatalog?.streams.flatMap(({ config }) => config?.mappers ?? []) ?? [];
      return { name, leavesRowsOut: mappers.some(({ type }) => type === 'row-filtering') };
    },
    async startSync(connectionId) {
      const patiently = { isOnce: true, timeoutMs: START_MS };
      return valueOf(await api.post('/connections/sync', { connectionId }, jobInfoReply, patiently));
    },
    close: () => api.close(),
  };
}

/** Who does not know a status, a type of job or a filter says so at once and always. */
function isRefusal(status: number | undefined): boolean {
  return status === 400 || status === 422 || status === 500;
}
