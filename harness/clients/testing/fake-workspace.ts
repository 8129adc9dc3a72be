/**
 * What of a workspace can be made and removed, for {@link fakeAirbyte}'s `more`: as strict as Airbyte where a test could go wrong by it (pages, unknown ids, what
 * belongs to what), and it removes the connections of a source with it, as Airbyte does.
 */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';

export const FAKER = 'dfd88b22-b603-4c3d-aad7-3701784586b1';
export const DEV_NULL = 'a7bcc9d8-13b3-4e49-b80d-d020b90045e3';

export interface FakeActor {
  readonly name: string;
  readonly configuration?: unknown;
}

export interface FakeLink {
  readonly name: string;
  readonly sourceId: string;
  readonly destinationId: string;
  readonly body?: unknown;
}

export interface FakeWorkspace {
  readonly workspaceId: string;
  readonly sources: Map<string, FakeActor>;
  readonly destinations: Map<string, FakeActor>;
  readonly connections: Map<string, FakeLink>;
  readonly more: (path: string, body: unknown) => string | number | undefined;
}

export interface FakeWorkspaceOptions {
  readonly workspaceId?: string;
  /** Actors that a list gives at a time when nobody says how many; as many as it has where it knows no pages. */
  readonly page?: number;
  readonly hasPages?: boolean;
  readonly sourceDefinitions?: readonly { readonly id: string; readonly name: string }[];
  /** Streams of every source; undefined: the job that lists them fails. */
  readonly streams?: readonly string[] | undefined;
  readonly isCheckWell?: boolean;
  /** A sync is started. */
  readonly onSync?: (connectionId: string) => string;
  readonly onCancel?: (jobId: number) => string;
}

const actor = z.object({ workspaceId: z.string(), name: z.string(), connectionConfiguration: z.looseObject({}) });
const newSource = actor.extend({ sourceDefinitionId: z.uuid() });
const newDestination = actor.extend({ destinationDefinitionId: z.uuid() });
const newConnection = z.looseObject({
  name: z.string(),
  sourceId: z.string(),
  destinationId: z.string(),
  status: z.literal('active'),
  scheduleType: z.literal('manual'),
  syncCatalog: z.object({
    streams: z
      .array(
        z.object({
          stream: z.looseObject({ name: z.string(), jsonSchema: z.looseObject({}) }),
          config: z.looseObject({ syncMode: z.string(), destinationSyncMode: z.string(), selected: z.literal(true) }),
        }),
      )
      .min(1),
  }),
});
const ids = z.object({
  workspaceId: z.string().optional(),
  sourceId: z.string().optional(),
  destinationId: z.string().optional(),
  connectionId: z.string().optional(),
  id: z.int().optional(),
  cursor: z.string().optional(),
  pageSize: z.int().optional(),
});

export function fakeWorkspace(options: FakeWorkspaceOptions = {}): FakeWorkspace {
  const { workspaceId = randomUUID(), hasPages = true, isCheckWell = true, onSync, onCancel } = options;
  const streams = 'streams' in options ? options.streams : ['users', 'purchases'];
  const { sourceDefinitions = [{ id: FAKER, name: 'Sample Data' }] } = options;
  const sources = new Map<string, FakeActor>();
  const destinations = new Map<string, FakeActor>();
  const connections = new Map<string, FakeLink>();
  const job = (succeeded: boolean): object => ({
    succeeded,
    failureReason: succeeded
      ? undefined
      : { failureType: 'config_error', failureOrigin: 'source', externalMessage: 'canary' },
  });

  function make<T>(into: Map<string, T>, key: string, value: T): string {
    const id = randomUUID();
    into.set(id, value);
    return JSON.stringify({ [key]: id });
  }
  function listed(
    all: ReadonlyMap<string, FakeActor>,
    kind: 'source' | 'destination',
    body: z.infer<typeof ids>,
  ): string {
    const items = [...all].map(([id, { name }]) => ({ [`${kind}Id`]: id, id, name }));
    if (!hasPages) return JSON.stringify({ [`${kind}s`]: items });
    const from = body.cursor === undefined ? 0 : items.findIndex(({ id }) => id === body.cursor) + 1;
    const page = items.slice(from, from + Math.min(body.pageSize ?? 20, options.page ?? 20));
    return JSON.stringify({ [`${kind}s`]: page, page_size: page.length, num_connections: items.length });
  }
  function removeWith(all: Map<string, FakeActor>, id: string | undefined): number | string {
    if (id === undefined || !all.delete(id)) return 404;
    for (const [connection, ends] of connections) {
      if (ends.sourceId === id || ends.destinationId === id) connections.delete(connection);
    }
    return 204;
  }

  function more(path: string, sent: unknown): string | number | undefined {
    const body = ids.safeParse(sent).data ?? {};
    const isElsewhere = body.workspaceId !== undefined && body.workspaceId !== workspaceId;
    switch (path) {
      case '/workspaces/get':
        return isElsewhere ? 404 : JSON.stringify({ workspaceId });
      case '/source_definitions/list_for_workspace':
        return JSON.stringify({
          sourceDefinitions: sourceDefinitions.map(({ id, name }) => ({ sourceDefinitionId: id, name })),
        });
      case '/destination_definitions/list_for_workspace':
        return JSON.stringify({
          destinationDefinitions: [{ destinationDefinitionId: DEV_NULL, name: 'End-to-End Testing (/dev/null)' }],
        });
      case '/sources/list':
        return isElsewhere ? '{"sources":[]}' : listed(sources, 'source', body);
      case '/destinations/list':
        return isElsewhere ? '{"destinations":[]}' : listed(destinations, 'destination', body);
      case '/connections/list':
        return JSON.stringify({
          connections: [...connections].map(([connectionId, one]) => ({ connectionId, ...one, body: undefined })),
        });
      case '/connections/get': {
        const found = connections.get(body.connectionId ?? '');
        return found === undefined ? undefined : JSON.stringify({ connectionId: body.connectionId, name: found.name });
      }
      case '/sources/create': {
        const { name, connectionConfiguration: configuration } = newSource.parse(sent);
        return make(sources, 'sourceId', { name, configuration });
      }
      case '/destinations/create': {
        const { name, connectionConfiguration: configuration } = newDestination.parse(sent);
        return make(destinations, 'destinationId', { name, configuration });
      }
      case '/connections/create': {
        const parsed = newConnection.safeParse(sent);
        if (!parsed.success) return 422;
        const { name, sourceId, destinationId } = parsed.data;
        if (!sources.has(sourceId) || !destinations.has(destinationId)) return 404;
        return make(connections, 'connectionId', { name, sourceId, destinationId, body: sent });
      }
      case '/sources/discover_schema': {
        if (!sources.has(body.sourceId ?? '')) return 404;
        if (streams === undefined) return JSON.stringify({ jobInfo: job(false) });
        const found = streams.map((name) => ({
          stream: { name, jsonSchema: { type: 'object' }, supportedSyncModes: ['full_refresh', 'incremental'] },
          config: { syncMode: 'incremental', destinationSyncMode: 'append_dedup', selected: false },
        }));
        return JSON.stringify({ catalog: { streams: found }, catalogId: randomUUID(), jobInfo: job(true) });
      }
      case '/destinations/check_connection':
        if (!destinations.has(body.destinationId ?? '')) return 404;
        return JSON.stringify({ status: isCheckWell ? 'succeeded' : 'failed', jobInfo: job(true) });
      case '/connections/sync':
        return connections.has(body.connectionId ?? '') ? onSync?.(body.connectionId ?? '') : undefined;
      case '/jobs/cancel':
        return onCancel?.(body.id ?? 0);
      case '/sources/delete':
        return removeWith(sources, body.sourceId);
      case '/destinations/delete':
        return removeWith(destinations, body.destinationId);
      case '/connections/delete':
        return connections.delete(body.connectionId ?? '') ? 204 : 404;
      default:
        return undefined;
    }
  }
  return { workspaceId, sources, destinations, connections, more };
}
