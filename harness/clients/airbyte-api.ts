import { ChaosError, describeError } from '../core/errors.ts';
import type { Endpoint } from '../core/platform.ts';
import {
  connectionIdReply,
  definitionReply,
  destinationDefinitionsReply,
  destinationReply,
  jobInfoReply,
  jobListReply,
  jobLogsReply,
  sourceDefinitionsReply,
  sourceListReply,
  sourceReply,
  workspaceListReply,
  type JobInfo,
} from './airbyte-replies.ts';
import type { z } from 'zod';

/** What the harness asks of the config API of Airbyte (`/api/v1`). Decides nothing and keeps no state. */
export interface AirbyteApi {
  firstWorkspaceId(): Promise<string>;
  setFailureWebhook(workspaceId: string, url: string): Promise<void>;
  /** The body of the call that `createSource` makes, for a probe that makes it by itself. */
  sourceBody(workspaceId: string, name: string, connector: ConnectorSpec): Promise<Readonly<Record<string, unknown>>>;
  /** Makes sure that there is a source connector of this name, which is run by `command`. */
  addSourceConnector(name: string, command: readonly [string, ...string[]]): Promise<void>;
  createSource(workspaceId: string, name: string, connector: ConnectorSpec): Promise<string>;
  listSources(workspaceId: string): Promise<readonly { readonly sourceId: string; readonly name: string }[]>;
  createDestination(workspaceId: string, name: string, connector: ConnectorSpec): Promise<string>;
  createConnection(options: NewConnection): Promise<string>;
  /** What the server does not know, after a database that came back as it was before, is gone. So for all three. */
  deleteConnection(connectionId: string): Promise<void>;
  deleteSource(sourceId: string): Promise<void>;
  deleteDestination(destinationId: string): Promise<void>;
  /** Starts a sync now and returns the job. */
  sync(connectionId: string): Promise<JobInfo>;
  /** The newest sync jobs of a connection, newest first, {@link JOBS_PER_LOOK} at most. */
  listJobs(connectionId: string): Promise<readonly JobInfo[]>;
  /** How many lines of log the API has of each attempt of a job. */
  logLines(jobId: string): Promise<readonly { readonly attempt: number; readonly lines: number }[]>;
  /** Any other call: what it answers, as far as the schema knows it. */
  call<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>>;
}

/** What a real server says of an id that it does not have; a 404 without it is another's. */
const isGone: IsFine = (status, said) => status === 404 && said.includes('IdNotFoundKnownException');
/** Of an answer with another status than 2xx. */
type IsFine = (status: number, said: string) => boolean;

/** How many jobs one call of `listJobs` returns at most. */
export const JOBS_PER_LOOK = 20;

/** Which connector, by the name of its definition, and its configuration. */
export interface ConnectorSpec {
  readonly definition: string;
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface NewConnection {
  readonly name: string;
  readonly sourceId: string;
  readonly destinationId: string;
  readonly stream: string;
  readonly namespace: string;
  /** The namespace under which the source knows the stream; undefined for a source that has none. */
  readonly sourceNamespace: string | undefined;
  readonly cursorField: string;
  /** Minutes between scheduled syncs, or `manual`. */
  readonly everyMinutes: number | 'manual';
  /** A cron schedule instead. */
  readonly cron?: CronSchedule;
}

export interface CronSchedule {
  /** Quartz: six fields, the first is the second. */
  readonly expression: string;
  readonly timeZone: string;
}

export interface AirbyteApiOptions {
  readonly server: Endpoint;
  readonly timeoutMs?: number;
  readonly signal: AbortSignal;
}

/**
 * A client of the config API.
 * Every call throws ChaosError `client` when there is no answer within `timeoutMs`, a status other than 2xx, or a shape that
 * is not understood.
 */
export async function connectAirbyteApi({
  server,
  timeoutMs = 10_000,
  signal,
}: AirbyteApiOptions): Promise<AirbyteApi> {
  const { default: axios } = await import('axios');
  const http = axios.create({
    baseURL: `http://${server.host}:${server.port}/api/v1`,
    timeout: timeoutMs,
    // A 503 is an answer to report, not an exception of the HTTP library.
    validateStatus: () => true,
    proxy: false,
  });

  async function post(path: string, body: unknown, isFine: IsFine = () => false): Promise<unknown> {
    const response = await http.post<unknown>(path, body, { signal }).catch((error: unknown) => {
      throw new ChaosError({
        code: 'client',
        message: `POST ${path} got no answer: ${describeError(error)}.`,
        cause: error,
      });
    });
    const { status, data } = response;
    if (status >= 200 && status <= 299) return data;
    const said = JSON.stringify(data) ?? '';
    if (isFine(status, said)) return data;
    throw new ChaosError({ code: 'client', message: `POST ${path} answered ${status}: ${said.slice(0, 300)}.` });
  }

  async function call<S extends z.ZodType>(path: string, body: unknown, schema: S): Promise<z.infer<S>> {
    const parsed = schema.safeParse(await post(path, body));
    if (parsed.success) return parsed.data;
    throw new ChaosError({
      code: 'client',
      message: `POST ${path} answered in a shape that is not understood: ${parsed.error.issues[0]?.message ?? 'no detail'}.`,
      cause: parsed.error,
    });
  }

  const sourceBody: AirbyteApi['sourceBody'] = async (workspaceId, name, connector) => {
    const { sourceDefinitions } = await call('/source_definitions/list', {}, sourceDefinitionsReply);
    const definition = sourceDefinitions.find((candidate) => candidate.name === connector.definition);
    return {
      workspaceId,
      name,
      sourceDefinitionId: definition?.sourceDefinitionId ?? noConnector(connector.definition),
      connectionConfiguration: connector.configuration,
    };
  };

  return {
    call,
    async firstWorkspaceId() {
      const { workspaces } = await call('/workspaces/list', {}, workspaceListReply);
      const first = workspaces[0];
      if (first === undefined) throw new ChaosError({ code: 'client', message: 'The server has no workspace.' });
      return first.workspaceId;
    },
    async setFailureWebhook(workspaceId, url) {
      const notification = { notificationType: ['slack'], slackConfiguration: { webhook: url } };
      await call(
        '/workspaces/update',
        { workspaceId, notificationSettings: { sendOnFailure: notification } },
        definitionReply,
      );
    },
    sourceBody,
    async addSourceConnector(name, command) {
      const { sourceDefinitions } = await call('/source_definitions/list', {}, sourceDefinitionsReply);
      if (sourceDefinitions.some((candidate) => candidate.name === name)) return;
      const sourceDefinition = { name, dockerRepository: name, command };
      await call('/source_definitions/create_custom', { sourceDefinition }, definitionReply);
    },
    async createSource(workspaceId, name, connector) {
      const body = await sourceBody(workspaceId, name, connector);
      return (await call('/sources/create', body, sourceReply)).sourceId;
    },
    async listSources(workspaceId) {
      return (await call('/sources/list', { workspaceId }, sourceListReply)).sources;
    },
    async createDestination(workspaceId, name, connector) {
      const { destinationDefinitions } = await call('/destination_definitions/list', {}, destinationDefinitionsReply);
      const definition = destinationDefinitions.find((candidate) => candidate.name === connector.definition);
      const body = {
        workspaceId,
        name,
        destinationDefinitionId: definition?.destinationDefinitionId ?? noConnector(connector.definition),
        connectionConfiguration: connector.configuration,
      };
      return (await call('/destinations/create', body, destinationReply)).destinationId;
    },
    async createConnection(options) {
      return (await call('/connections/create', connectionBody(options), connectionIdReply)).connectionId;
    },
    async deleteConnection(connectionId) {
      await post('/connections/delete', { connectionId }, isGone);
    },
    async deleteSource(sourceId) {
      await post('/sources/delete', { sourceId }, isGone);
    },
    async deleteDestination(destinationId) {
      await post('/destinations/delete', { destinationId }, isGone);
    },
    sync: (connectionId) => call('/connections/sync', { connectionId }, jobInfoReply),
    async listJobs(connectionId) {
      const body = {
        configTypes: ['sync'],
        configId: connectionId,
        pagination: { pageSize: JOBS_PER_LOOK, rowOffset: 0 },
      };
      return (await call('/jobs/list', body, jobListReply)).jobs;
    },
    async logLines(jobId) {
      const { attempts } = await call('/jobs/get', { id: Number(jobId) }, jobLogsReply);
      return attempts.map(({ attempt, logs }) => ({
        attempt: attempt.id,
        lines: (logs?.logLines ?? logs?.events ?? []).length,
      }));
    },
  };
}

function noConnector(name: string): never {
  throw new ChaosError({ code: 'client', message: `The server has no connector "${name}".` });
}

function connectionBody(options: NewConnection): unknown {
  return {
    name: options.name,
    sourceId: options.sourceId,
    destinationId: options.destinationId,
    status: 'active',
    ...scheduleFields(options),
    // The stream is found under the source's own namespace and lands under ours.
    namespaceDefinition: 'customformat',
    namespaceFormat: options.namespace,
    syncCatalog: {
      streams: [
        {
          stream: {
            name: options.stream,
            ...(options.sourceNamespace === undefined ? {} : { namespace: options.sourceNamespace }),
            jsonSchema: { type: 'object', properties: { seq: { type: 'integer' } } },
            supportedSyncModes: ['full_refresh', 'incremental'],
            sourceDefinedCursor: true,
            defaultCursorField: [options.cursorField],
          },
          config: {
            syncMode: 'incremental',
            cursorField: [options.cursorField],
            destinationSyncMode: 'append',
            selected: true,
          },
        },
      ],
    },
  };
}

function scheduleFields({ cron, everyMinutes }: NewConnection): Record<string, unknown> {
  if (cron !== undefined) {
    const { expression, timeZone } = cron;
    return { scheduleType: 'cron', scheduleData: { cron: { cronExpression: expression, cronTimeZone: timeZone } } };
  }
  if (everyMinutes === 'manual') return { scheduleType: 'manual' };
  return { scheduleType: 'basic', scheduleData: { basicSchedule: { timeUnit: 'minutes', units: everyMinutes } } };
}
