/**
 * A server with the shape of Airbyte's config API in three generations, for tests and the bench of the monitor, as its specification and sources have it:
 * `new` (2.x: filters by time and status, lists in pages, tokens; workspaces by the public API alone), `middle` (0.44: jobs by connection, and no word of it
 * where none is named; unfiltered, newest first; the web list whole; no version told), `oldest` (no web list, the deprecated schedule).
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { z } from 'zod';

export type Generation = 'new' | 'middle' | 'oldest';

export interface FakeJob {
  readonly id: number;
  readonly connectionId: string;
  readonly type: string;
  readonly status: string;
  /** Seconds since 1970. */
  readonly createdAt: number;
  readonly updatedAt: number;
  /** The item of the list, as JSON: made once, as a page is asked for again and again. */
  readonly json: string;
}

export interface FakeConnection {
  readonly connectionId: string;
  /** Items of the two lists. */
  readonly web: unknown;
  readonly plain: unknown;
}

export interface FakeAirbyteOptions {
  /** The time that it tells, in milliseconds since 1970, where that is not this machine's. */
  readonly now?: () => number;
  readonly generation?: Generation;
  readonly version?: string;
  readonly workspaces?: readonly unknown[];
  readonly connections?: readonly FakeConnection[];
  readonly sources?: readonly unknown[];
  readonly destinations?: readonly unknown[];
  /** By creation, oldest first. */
  readonly jobs?: readonly FakeJob[];
  readonly isAvailable?: boolean;
  /** A free one unless it is given. */
  readonly port?: number;
  /** Makes the job that a sync that is asked for becomes; without it none can be asked for. */
  readonly startSync?: (connectionId: string) => FakeJob;
  /** Jobs that it gives at a time, however many it is asked for. */
  readonly largestPage?: number;
  /** A page holds so many attempts, not jobs, and may hold a job in part: what a page of a join is cut by. */
  readonly isPagedByAttempt?: boolean;
  /** Asked for before an answer: a status to answer with instead, or `hang` or `drop`; `mute`: what was asked is done, and not answered. */
  readonly trouble?: (path: string, body: unknown, nth: number) => number | 'hang' | 'drop' | 'mute' | undefined;
  /** Asked first: what else it can do. */
  readonly more?: (path: string, body: unknown) => string | number | undefined;
  /** With it every call but health wants a token that it has issued. */
  readonly client?: { readonly id: string; readonly secret: string; readonly lifetimeSeconds?: number };
  /** With it every call, health too, wants HTTP Basic, as a proxy before it would. */
  readonly basic?: { readonly username: string; readonly password: string };
}

export interface FakeAirbyte extends AsyncDisposable {
  readonly url: URL;
  /** Every call, oldest first. */
  readonly calls: readonly {
    readonly path: string;
    readonly body: unknown;
    readonly authorization: string | undefined;
  }[];
  /** From now on the tokens that were issued are refused. */
  revokeTokens(): void;
}

const KNOWN_TYPES: Readonly<Record<Generation, ReadonlySet<string>>> = {
  new: new Set(['sync', 'refresh', 'clear', 'reset_connection']),
  middle: new Set(['sync', 'reset_connection']),
  oldest: new Set(['sync', 'reset_connection']),
};

const listBody = z.object({
  configTypes: z.array(z.string()).min(1),
  configId: z.string().optional(),
  statuses: z.array(z.string()).default([]),
  updatedAtStart: z.coerce.date().optional(),
  orderByMethod: z.enum(['ASC', 'DESC']).default('DESC'),
  pagination: z.object({ pageSize: z.int().default(200), rowOffset: z.int().default(0) }).prefault({}),
});
const webBody = z.object({ workspaceId: z.string(), pageSize: z.int().default(20), cursor: z.string().optional() });
const idBody = z.object({ connectionId: z.string() });
const workspaceId = z.object({ workspaceId: z.string() }).transform((one) => one.workspaceId);
const publicWorkspace = z.object({ workspaceId: z.string(), name: z.string() });
const withAttempts = z.looseObject({ attempts: z.array(z.unknown()) });
const PUBLIC_WORKSPACES = '/api/public/v1/workspaces';

/** Starts it on a free port of the loopback. */
export async function fakeAirbyte(options: FakeAirbyteOptions = {}): Promise<FakeAirbyte> {
  const calls: { path: string; body: unknown; authorization: string | undefined }[] = [];
  const tokens = new Set<string>();
  let issued = 0;
  const server = createServer((request, response) => {
    void answer(request, response).catch(() => response.destroy());
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (request.url ?? '').replace('/api/v1', '');
    if (options.now !== undefined) response.setHeader('date', new Date(options.now()).toUTCString());
    if (request.method !== (isRead(path) ? 'GET' : 'POST')) return send(response, 405, '{}');
    const body = await bodyOf(request);
    const { authorization } = request.headers;
    calls.push({ path, body, authorization });
    if (options.basic !== undefined && !knows(options.basic, authorization)) return challenge(response, authorization);
    const trouble = options.trouble?.(path, body, calls.filter((call) => call.path === path).length);
    if (trouble === 'hang') return;
    if (trouble === 'drop') return void response.destroy();
    if (typeof trouble === 'number') return send(response, trouble, '{"message":"trouble"}');
    if (path === '/applications/token') return sendToken(response, body);
    const hasToken = tokens.has((authorization ?? '').replace('Bearer ', ''));
    if (options.client !== undefined && path !== '/health' && !hasToken) return send(response, 401, '{}');
    const content = options.more?.(path, body) ?? contentOf(options, path, body);
    if (trouble === 'mute') return;
    return typeof content === 'number' ? send(response, content, '{"message":"no"}') : send(response, 200, content);
  }

  function sendToken(response: ServerResponse, body: unknown): void {
    const { client } = options;
    const asked = z.object({ client_id: z.string(), client_secret: z.string() }).safeParse(body);
    if (client === undefined) return send(response, 404, '{}');
    if (!asked.success || asked.data.client_id !== client.id || asked.data.client_secret !== client.secret) {
      // As a careless server would: what it was sent is in its answer.
      return send(response, 401, JSON.stringify({ message: `bad client ${JSON.stringify(body)}` }));
    }
    issued += 1;
    const token = `token-canary-${issued}`;
    tokens.add(token);
    const { lifetimeSeconds } = client;
    const expires = lifetimeSeconds === undefined ? {} : { expires_in: lifetimeSeconds };
    return send(response, 200, JSON.stringify({ access_token: token, ...expires }));
  }

  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: new URL(`http://127.0.0.1:${port}/api/v1`),
    calls,
    revokeTokens: () => tokens.clear(),
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function knows(
  { username, password }: NonNullable<FakeAirbyteOptions['basic']>,
  authorization: string | undefined,
): boolean {
  const [, sent = ''] = /^Basic (\S+)$/.exec(authorization ?? '') ?? [];
  return Buffer.from(sent, 'base64').equals(Buffer.from(`${username}:${password}`, 'utf8'));
}

/** As a careless proxy would: what it was sent is in its answer. */
function challenge(response: ServerResponse, authorization = ''): void {
  response.setHeader('www-authenticate', 'Basic realm="Welcome to Airbyte"');
  return send(response, 401, JSON.stringify({ message: `who is ${authorization}?` }));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString('utf8');
  return text === '' ? undefined : JSON.parse(text);
}

function send(response: ServerResponse, status: number, content: string): void {
  const bytes = Buffer.from(content);
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes);
}

/** What is asked with GET; everything else with POST. */
function isRead(path: string): boolean {
  return path === '/health' || path === '/instance_configuration' || path.startsWith(PUBLIC_WORKSPACES);
}

/** The public API: a page of 20 where nobody says how many, and of 100 at most. */
function publicList(workspaces: readonly unknown[], path: string): string | number {
  const { searchParams } = new URL(path, 'http://any');
  const [limit, offset] = [Number(searchParams.get('limit') ?? 20), Number(searchParams.get('offset') ?? 0)];
  if (limit > 100) return 400;
  const data = workspaces
    .slice(offset, offset + limit)
    .map((one) => ({ ...publicWorkspace.parse(one), notifications: {} }));
  return JSON.stringify({ data });
}

/** The JSON of an answer, or the status of a refusal. */
function contentOf(options: FakeAirbyteOptions, path: string, body: unknown): string | number {
  const { generation = 'new', workspaces = [], connections = [], sources = [], destinations = [] } = options;
  if (path.startsWith(PUBLIC_WORKSPACES)) return generation === 'new' ? publicList(workspaces, path) : 404;
  switch (path) {
    case '/health':
      return JSON.stringify({ available: options.isAvailable ?? true });
    case '/instance_configuration':
      return generation === 'new' ? JSON.stringify({ version: options.version ?? '2.1.0', edition: 'community' }) : 404;
    case '/workspaces/list':
      return generation === 'new' ? 404 : JSON.stringify({ workspaces });
    case '/workspaces/get':
      return JSON.stringify(workspaces.find((one) => workspaceId.parse(one) === workspaceId.parse(body))) ?? 404;
    case '/web_backend/connections/list':
      return generation === 'oldest' ? 404 : webList(generation, connections, webBody.parse(body));
    case '/connections/list':
      return JSON.stringify({ connections: connections.map(({ plain }) => plain) });
    case '/connections/get': {
      const { connectionId } = idBody.parse(body);
      return JSON.stringify(connections.find((one) => one.connectionId === connectionId)?.plain) ?? 404;
    }
    case '/connections/sync':
      return options.startSync?.(idBody.parse(body).connectionId).json ?? 404;
    case '/sources/list':
      return JSON.stringify({ sources });
    case '/destinations/list':
      return JSON.stringify({ destinations });
    case '/jobs/list':
      return jobList(options, options.jobs ?? [], listBody.parse(body));
    default:
      return 404;
  }
}

function webList(
  generation: Generation,
  connections: readonly FakeConnection[],
  { pageSize, cursor }: z.infer<typeof webBody>,
): string {
  if (generation !== 'new') return JSON.stringify({ connections: connections.map(({ web }) => web) });
  const from = cursor === undefined ? 0 : connections.findIndex((one) => one.connectionId === cursor) + 1;
  const page = connections.slice(from, from + pageSize).map(({ web }) => web);
  return JSON.stringify({ connections: page, page_size: pageSize, num_connections: connections.length });
}

function jobList(
  { generation = 'new', largestPage = Infinity, isPagedByAttempt = false }: FakeAirbyteOptions,
  all: readonly FakeJob[],
  filter: z.infer<typeof listBody>,
): string | number {
  if (filter.configTypes.some((type) => !KNOWN_TYPES[generation].has(type))) return 422;
  const isNew = generation === 'new';
  // Up to 0.50.44 the connection is part of the query in any case, and that of none has no jobs.
  if (!isNew && filter.configId === undefined) return '{"jobs":[],"totalJobCount":0}';
  const statuses = new Set(filter.statuses);
  const since = (filter.updatedAtStart?.getTime() ?? 0) / 1000;
  const { configId, orderByMethod, pagination } = filter;
  const isPlain = configId === undefined && statuses.size === 0 && since <= (all[0]?.updatedAt ?? 0);
  const found = isPlain
    ? all
    : all.filter(
        (job) =>
          (configId === undefined || job.connectionId === configId) &&
          (!isNew || ((statuses.size === 0 || statuses.has(job.status)) && job.updatedAt >= since)),
      );
  const ordered = isNew && orderByMethod === 'ASC' ? found : found.toReversed();
  const { pageSize, rowOffset } = pagination;
  // From 0.64 on an offset becomes the number of a page, rounded down.
  const from = isNew ? Math.floor(rowOffset / pageSize) * pageSize : rowOffset;
  const until = from + Math.min(pageSize, largestPage);
  const items = isPagedByAttempt
    ? itemsOfRows(ordered, from, until)
    : ordered.slice(from, until).map(({ json }) => json);
  return `{"jobs":[${items.join(',')}],"totalJobCount":${found.length}}`;
}

/** Rows are attempts: a job is given with those of them that the page holds. */
function itemsOfRows(jobs: readonly FakeJob[], from: number, until: number): string[] {
  const rows = jobs.flatMap(({ json }) => {
    const item = withAttempts.parse(JSON.parse(json));
    return item.attempts.map((attempt) => ({ item, attempt }));
  });
  const page = Map.groupBy(rows.slice(from, until), ({ item }) => item);
  return [...page].map(([item, own]) => JSON.stringify({ ...item, attempts: own.map(({ attempt }) => attempt) }));
}
