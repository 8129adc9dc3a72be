import { z } from 'zod';
import { ChaosError } from '../core/errors.ts';
import { allPages } from './all-pages.ts';
import {
  connectionIdReply,
  destinationDefinitionsReply,
  destinationReply,
  jobListReply,
  sourceDefinitionsReply,
  sourceListReply,
  sourceReply,
} from './airbyte-replies.ts';
import type { ExistingAirbyteOptions } from './existing-airbyte.ts';
import { monitorApi, valueOf, type Called } from './monitor/monitor-api.ts';
import { healthReply } from './monitor/monitor-replies.ts';

export type ActorKind = 'source' | 'destination';

/** A connector, as the workspace offers it. */
export interface Definition {
  readonly id: string;
  readonly name: string;
}

export interface NewActor {
  readonly name: string;
  readonly definitionId: string;
  readonly configuration: Readonly<Record<string, unknown>>;
}

/** Something of the workspace that has a name. */
export interface Named {
  readonly id: string;
  readonly name: string;
}

export interface NamedConnection extends Named {
  readonly sourceId: string;
  readonly destinationId: string;
}

export interface NewSync {
  readonly name: string;
  readonly sourceId: string;
  readonly destinationId: string;
  /** `catalogId` of the discovery. */
  readonly catalogId: string | undefined;
  readonly streams: readonly DiscoveredStream[];
}

/**
 * One workspace of an existing Airbyte, in which something can be made and removed (config API; P@310e6cb6 openapi `config.yaml`, whose shapes are those of
 * v0.44.12 too, but for the pages). Lists throw ChaosError `client` when they are not whole. What changes something gives its answer, whatever it is: without one
 * it may have been done.
 */
export interface AirbyteWorkspace {
  readonly workspaceId: string;
  /**
   * An empty list of a workspace that is not there would say nothing.
   * @throws ChaosError `config` where an Airbyte that is well answers that there is no such workspace, `client` where that is not known.
   */
  requireThere(): Promise<void>;
  definitions(kind: ActorKind): Promise<readonly Definition[]>;
  actors(kind: ActorKind): Promise<readonly Named[]>;
  connections(): Promise<readonly NamedConnection[]>;
  create(kind: ActorKind, actor: NewActor): Promise<Called<string>>;
  /** Runs a job of the connector that tries its configuration; undefined when that is well, else why not. */
  check(kind: ActorKind, id: string): Promise<string | undefined>;
  /** Runs a job of the connector that lists its streams. @throws ChaosError `client` as every read does. */
  discover(sourceId: string): Promise<Discovered>;
  /** With no schedule: nothing of it runs that nobody starts. */
  connect(sync: NewSync): Promise<Called<string>>;
  /** Ids of its syncs that are not over. */
  openSyncs(connectionId: string): Promise<readonly number[]>;
  cancel(jobId: number): Promise<Called<unknown>>;
  remove(kind: ActorKind | 'connection', id: string): Promise<Called<unknown>>;
  close(): void;
}

/** What is discovered of a stream goes back into the connection as it came. */
const discoveredStream = z.object({
  stream: z.looseObject({ name: z.string(), namespace: z.string().nullish() }),
  config: z.looseObject({}).nullish(),
});
export type DiscoveredStream = z.infer<typeof discoveredStream>;

export interface Discovered {
  /** Undefined when the job failed. */
  readonly streams: readonly DiscoveredStream[] | undefined;
  readonly catalogId: string | undefined;
  /** `system_error of the source` */
  readonly failure: string | undefined;
}

const jobInfo = z.object({
  succeeded: z.boolean(),
  failureReason: z.object({ failureOrigin: z.string().nullish(), failureType: z.string().nullish() }).nullish(),
});
const discoverReply = z.object({
  catalog: z.object({ streams: z.array(discoveredStream) }).nullish(),
  catalogId: z.string().nullish(),
  jobInfo,
});
const checkReply = z.object({ status: z.string().nullish(), jobInfo });
const connectionsReply = z.object({
  connections: z.array(
    z.object({
      connectionId: z.string(),
      name: z.string().default(''),
      sourceId: z.string(),
      destinationId: z.string(),
    }),
  ),
});
const destinationListReply = z.object({
  destinations: z.array(z.object({ destinationId: z.string(), name: z.string() })),
});
/** From 1.8 on lists of actors come in pages of 20, whose total is called so for actors too. */
const total = z.object({ num_connections: z.number().nullish() });

const PAGE = 200;
/** A job of a connector: its image may have to be pulled. In milliseconds. */
const CONNECTOR_JOB_MS = 300_000;
/** Making a connection and cancelling wait for Temporal: 120 s in chart 2.2 (facts §2.1). */
const TEMPORAL_MS = 150_000;
const OVER: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled']);

export function openAirbyteWorkspace(
  access: ExistingAirbyteOptions & { readonly workspaceId: string },
): AirbyteWorkspace {
  const { workspaceId } = access;
  const api = monitorApi(access);

  /** Follows the pages; a version without them gives everything at once, and the same again. */
  async function listActors(kind: ActorKind): Promise<readonly Named[]> {
    const found = new Map<string, Named>();
    for (;;) {
      const cursor = [...found.keys()].at(-1);
      const body = { workspaceId, pageSize: PAGE, ...(cursor === undefined ? {} : { cursor }) };
      const page = await actorsOf(kind, body);
      const before = found.size;
      for (const actor of page.actors) found.set(actor.id, actor);
      const isWhole = page.total === undefined ? page.actors.length !== PAGE : found.size >= page.total;
      if (isWhole || (page.total === undefined && found.size === before)) return [...found.values()];
      if (found.size > before) continue;
      const message = `POST /${kind}s/list gives ${found.size} of ${page.total} and no more.`;
      throw new ChaosError({ code: 'client', message });
    }
  }
  async function actorsOf(
    kind: ActorKind,
    body: unknown,
  ): Promise<{ actors: readonly Named[]; total: number | undefined }> {
    if (kind === 'source') {
      const { sources, num_connections: all } = valueOf(
        await api.post('/sources/list', body, sourceListReply.extend(total.shape)),
      );
      return { actors: sources.map(({ sourceId: id, name }) => ({ id, name })), total: all ?? undefined };
    }
    const { destinations, num_connections: all } = valueOf(
      await api.post('/destinations/list', body, destinationListReply.extend(total.shape)),
    );
    return { actors: destinations.map(({ destinationId: id, name }) => ({ id, name })), total: all ?? undefined };
  }

  return {
    workspaceId,
    close: () => api.close(),
    async requireThere() {
      const shape = z.object({ workspaceId: z.literal(workspaceId) });
      const called = await api.post('/workspaces/get', { workspaceId }, shape);
      if (called.ok) return;
      // What stands before a server that is just coming back may answer 404 too.
      const health = called.status === 404 ? await api.get('/health', healthReply, { isOpen: true }) : undefined;
      if (health?.ok === true && health.value.available) {
        throw new ChaosError({
          code: 'config',
          message: `The Airbyte at ${access.url.origin} is well and has no workspace ${workspaceId}: it is another one.`,
          tryThis:
            'Hold endpoints.api and traffic.own.workspace in the configuration against the Airbyte that is meant.',
        });
      }
      valueOf(called);
    },
    async definitions(kind) {
      const path = `/${kind}_definitions/list_for_workspace`;
      if (kind === 'source') {
        const { sourceDefinitions } = valueOf(await api.post(path, { workspaceId }, sourceDefinitionsReply));
        return sourceDefinitions.map(({ sourceDefinitionId: id, name }) => ({ id, name }));
      }
      const { destinationDefinitions } = valueOf(await api.post(path, { workspaceId }, destinationDefinitionsReply));
      return destinationDefinitions.map(({ destinationDefinitionId: id, name }) => ({ id, name }));
    },
    actors: listActors,
    async connections() {
      const { connections } = valueOf(await api.post('/connections/list', { workspaceId }, connectionsReply));
      return connections.map(({ connectionId: id, ...rest }) => ({ id, ...rest }));
    },
    async create(kind, { name, definitionId, configuration }) {
      const body = { workspaceId, name, [`${kind}DefinitionId`]: definitionId, connectionConfiguration: configuration };
      if (kind === 'source')
        return idOf(await api.post('/sources/create', body, sourceReply, ONCE), (made) => made.sourceId);
      return idOf(await api.post('/destinations/create', body, destinationReply, ONCE), (made) => made.destinationId);
    },
    async check(kind, id) {
      const path = `/${kind}s/check_connection`;
      const { status, jobInfo: job } = valueOf(await api.post(path, { [`${kind}Id`]: id }, checkReply, LONG));
      return status === 'succeeded' && job.succeeded ? undefined : whyFailed(job);
    },
    async discover(sourceId) {
      const {
        catalog,
        catalogId,
        jobInfo: job,
      } = valueOf(await api.post('/sources/discover_schema', { sourceId, disable_cache: true }, discoverReply, LONG));
      const streams = job.succeeded ? (catalog?.streams ?? undefined) : undefined;
      const failure = streams === undefined ? whyFailed(job) : undefined;
      return { streams, catalogId: catalogId ?? undefined, failure };
    },
    async connect({ name, sourceId, destinationId, catalogId, streams }) {
      const body = {
        name,
        sourceId,
        destinationId,
        status: 'active',
        scheduleType: 'manual',
        ...(catalogId === undefined ? {} : { sourceCatalogId: catalogId }),
        syncCatalog: { streams: streams.map(selected) },
      };
      const options = { ...ONCE, timeoutMs: TEMPORAL_MS };
      return idOf(await api.post('/connections/create', body, connectionIdReply, options), (made) => made.connectionId);
    },
    async openSyncs(configId) {
      const jobs = await allPages(async (rowOffset, pageSize) => {
        const pagination = { pageSize, rowOffset };
        return valueOf(await api.post('/jobs/list', { configTypes: ['sync'], configId, pagination }, jobListReply));
      });
      return jobs.flatMap(({ job }) => (OVER.has(job.status) ? [] : [job.id]));
    },
    cancel: (id) => api.post('/jobs/cancel', { id }, z.unknown(), { timeoutMs: TEMPORAL_MS }),
    remove: (kind, id) => api.post(`/${kind}s/delete`, { [`${kind}Id`]: id }, z.unknown(), { timeoutMs: TEMPORAL_MS }),
  };
}

const ONCE = { isOnce: true } as const;
const LONG = { timeoutMs: CONNECTOR_JOB_MS } as const;

/** As Airbyte proposes it, but appended: every destination can do that, and nothing is overwritten. */
function selected({ stream, config }: DiscoveredStream): unknown {
  return { stream, config: { syncMode: 'full_refresh', ...config, destinationSyncMode: 'append', selected: true } };
}

function idOf<T>(called: Called<T>, id: (made: T) => string): Called<string> {
  return called.ok ? { ...called, value: id(called.value) } : called;
}

/** Never the message: a connector may repeat in it what it was configured with. */
function whyFailed({ failureReason }: z.infer<typeof jobInfo>): string {
  return `${failureReason?.failureType ?? 'no reason given'} of the ${failureReason?.failureOrigin ?? 'connector or the platform'}`;
}
