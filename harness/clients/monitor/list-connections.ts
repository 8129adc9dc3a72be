import type { ConnectionFacts, Gap, Reading } from '../../core/airbyte-look.ts';
import type { Called, MonitorApi } from './monitor-api.ts';
import {
  destinationsReply,
  plainConnection,
  plainConnectionsReply,
  sourcesReply,
  webConnection,
  webConnectionsReply,
} from './monitor-replies.ts';
import { toConnection } from './to-facts.ts';

const PAGE = 500;

/** The connections of a workspace with the names of their ends, from whichever list the version has. */
export async function listConnections(api: MonitorApi, workspaceId: string): Promise<Reading<ConnectionFacts>> {
  const web = await listForWeb(api, workspaceId);
  if (web !== undefined) return web;
  return listPlain(api, workspaceId);
}

/** Undefined when the server has no such list, or not in a shape that is understood. */
async function listForWeb(api: MonitorApi, workspaceId: string): Promise<Reading<ConnectionFacts> | undefined> {
  const found = new Map<string, ConnectionFacts>();
  const gaps: Gap[] = [];
  let cursor: string | undefined;
  for (;;) {
    const body = { workspaceId, pageSize: PAGE, ...(cursor === undefined ? {} : { cursor }) };
    const page = await api.post('/web_backend/connections/list', body, webConnectionsReply);
    if (!page.ok) {
      if (cursor === undefined) return undefined;
      gaps.push({ sentence: `connections after the first ${found.size}: ${page.detail}` });
      break;
    }
    const before = found.size;
    let last: string | undefined;
    let unread = 0;
    for (const item of page.value.connections) {
      const parsed = webConnection.safeParse(item);
      if (!parsed.success) {
        unread += 1;
        continue;
      }
      const { source, destination, latestSyncJobCreatedAt } = parsed.data;
      last = parsed.data.connectionId;
      found.set(last, {
        ...toConnection(parsed.data, workspaceId),
        sourceName: source?.name ?? undefined,
        destinationName: destination?.name ?? undefined,
        createdAt: undefined,
        latestJobAt: typeof latestSyncJobCreatedAt === 'number' ? latestSyncJobCreatedAt * 1000 : undefined,
      });
    }
    if (unread > 0) gaps.push({ sentence: `${unread} connections are listed in a shape that is not understood` });
    const total = page.value.num_connections;
    // A version without pages gives all at once, and the same again when it is asked for more.
    const isWhole = page.value.connections.length < PAGE && (typeof total !== 'number' || found.size >= total);
    if (isWhole) break;
    if (found.size === before || last === undefined) {
      if (typeof total === 'number' && found.size < total) {
        gaps.push({ sentence: `${total - found.size} of ${total} connections: the server gave no further page` });
      }
      break;
    }
    cursor = last;
  }
  return { items: [...found.values()], gaps };
}

/** Names come from the lists of sources and destinations; this one has each connection's whole catalogue and is large. */
async function listPlain(api: MonitorApi, workspaceId: string): Promise<Reading<ConnectionFacts>> {
  const [connections, sources, destinations] = await Promise.all([
    api.post('/connections/list', { workspaceId }, plainConnectionsReply),
    api.post('/sources/list', { workspaceId }, sourcesReply),
    api.post('/destinations/list', { workspaceId }, destinationsReply),
  ]);
  if (!connections.ok) return { items: [], gaps: [{ sentence: `connections: ${connections.detail}` }] };
  const gaps = [...gapOf('names of sources', sources), ...gapOf('names of destinations', destinations)];
  const sourceNames = new Map(sources.ok ? sources.value.sources.map(({ sourceId, name }) => [sourceId, name]) : []);
  const destinationNames = new Map(
    destinations.ok ? destinations.value.destinations.map(({ destinationId, name }) => [destinationId, name]) : [],
  );
  const items: ConnectionFacts[] = [];
  let unread = 0;
  for (const item of connections.value.connections) {
    const parsed = plainConnection.safeParse(item);
    if (!parsed.success) {
      unread += 1;
      continue;
    }
    const { sourceId, destinationId, created_at: createdAtNew, createdAt } = parsed.data;
    const seconds = createdAtNew ?? createdAt;
    items.push({
      ...toConnection(parsed.data, workspaceId),
      sourceName: sourceNames.get(sourceId ?? ''),
      destinationName: destinationNames.get(destinationId ?? ''),
      createdAt: typeof seconds === 'number' ? seconds * 1000 : undefined,
      latestJobAt: undefined,
    });
  }
  if (unread > 0) gaps.push({ sentence: `${unread} connections are listed in a shape that is not understood` });
  return { items, gaps };
}

function gapOf(what: string, called: Called<unknown>): Gap[] {
  return called.ok ? [] : [{ sentence: `${what}: ${called.detail}` }];
}
