import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import { jobStatus } from '../core/event-fields.ts';
import type { AirbyteApi } from './airbyte-api.ts';

/** Loose: the whole content is compared, not only what is named here. */
const connection = z.looseObject({
  connectionId: z.string(),
  name: z.string(),
  status: z.string(),
  scheduleType: z.enum(['manual', 'basic', 'cron']),
});
const source = z.looseObject({ sourceId: z.string(), name: z.string() });
const destination = z.looseObject({ destinationId: z.string(), name: z.string() });
const state = z.looseObject({ connectionId: z.string(), stateType: z.string() });
const job = z.object({
  id: z.int(),
  configId: z.string(),
  status: jobStatus,
  createdAt: z.int(),
  isScheduled: z.boolean().optional(),
});
const jobPage = z.object({
  jobs: z.array(z.object({ job, attempts: z.array(z.unknown()).default([]) })),
});
const reconciled = z.object({
  checked: z.int(),
  failed: z.array(z.int()),
  resumed: z.array(z.int()),
  leftAlone: z.array(z.int()),
});

/** How many jobs one page holds. */
const PAGE = 200;
/** One call takes up to 3 s when Temporal is silent. */
const RECONCILE_WITHIN_MS = 20_000;
const RECONCILE_AGAIN_MS = 1000;

/** The configuration and the jobs of a workspace, whole. */
export interface Inventory {
  readonly connections: readonly z.infer<typeof connection>[];
  readonly sources: readonly z.infer<typeof source>[];
  readonly destinations: readonly z.infer<typeof destination>[];
  /** Only of connections that have one. */
  readonly states: readonly z.infer<typeof state>[];
  readonly jobs: readonly ListedJob[];
}

export interface ListedJob extends z.infer<typeof job> {
  readonly attempts: number;
}

/** Reads everything that the API shows of the first workspace. @throws ChaosError `client`. */
export async function readInventory(api: AirbyteApi): Promise<Inventory> {
  const workspaceId = await api.firstWorkspaceId();
  const { connections } = await api.call(
    '/connections/list',
    { workspaceId },
    z.object({ connections: z.array(connection) }),
  );
  const { sources } = await api.call('/sources/list', { workspaceId }, z.object({ sources: z.array(source) }));
  const { destinations } = await api.call(
    '/destinations/list',
    { workspaceId },
    z.object({ destinations: z.array(destination) }),
  );
  const states = await Promise.all(
    connections.map(async ({ connectionId }) => api.call('/state/get', { connectionId }, state)),
  );
  return {
    connections,
    sources,
    destinations,
    states: states.filter(({ stateType }) => stateType !== 'not_set'),
    jobs: await listAllJobs(api),
  };
}

/** Every sync job, oldest first. @throws ChaosError `client`. */
export async function listAllJobs(api: AirbyteApi): Promise<readonly ListedJob[]> {
  const found: ListedJob[] = [];
  for (let rowOffset = 0; ; rowOffset += PAGE) {
    const body = { configTypes: ['sync'], orderByMethod: 'ASC', pagination: { pageSize: PAGE, rowOffset } };
    const { jobs } = await api.call('/jobs/list', body, jobPage);
    found.push(...jobs.map((one) => ({ ...one.job, attempts: one.attempts.length })));
    if (jobs.length < PAGE) return found;
  }
}

/**
 * Gives every job that Temporal does not know an outcome: it is failed, so that its schedule goes on. Not part of Airbyte's API, which needs `jobs/cancel`
 * for each; the reference stack has one call for it. Done twice it changes nothing more: it is asked again for a while, since it asks Temporal, which has
 * just come up where this is needed. @throws ChaosError `client`.
 */
export async function reconcileJobs(api: AirbyteApi): Promise<z.infer<typeof reconciled>> {
  const giveUpAt = performance.now() + RECONCILE_WITHIN_MS;
  for (;;) {
    try {
      return await api.call('/jobs/reconcile', { mode: 'fail' }, reconciled);
    } catch (error) {
      if (performance.now() > giveUpAt) throw error;
      await delay(RECONCILE_AGAIN_MS);
    }
  }
}
