import type { z } from 'zod';
import type { DatabaseCluster, DatabaseEvent } from '../../core/database-cluster.ts';
import { ChaosError } from '../../core/errors.ts';
import { cloudSqlError } from './cloud-sql-errors.ts';
import { instanceReply, operationListReply, operationReply, type CloudSqlInstance } from './cloud-sql-replies.ts';
import { cloudSqlTopology, isRegional, momentsOf } from './cloud-sql-topology.ts';
import { parseWall, refuseFailover, withTimeLimit } from './provider-error.ts';

export interface CloudSqlOptions {
  readonly project: string;
  /** The instance's own name, without the project. */
  readonly name: string;
  /** Left out: Google's own. */
  readonly endpoint?: string;
  /** An access token (`CLOUDSDK_AUTH_ACCESS_TOKEN`, as gcloud calls it). Left out: application default credentials. */
  readonly accessToken?: string;
}

const SCOPE = 'https://www.googleapis.com/auth/sqlservice.admin';
const ANSWER_TIMEOUT_MS = 10_000;
/** For all attempts of one call. */
const CALL_LIMIT_MS = 30_000;
/** Attempts after the first of a call that changes nothing. */
const READ_RETRIES = 2;
const OPERATIONS_PER_PAGE = 100;
/** 2,000 operations: more than a day of any instance. */
const MOST_PAGES = 20;

/**
 * A database on Google Cloud SQL. Every call throws ChaosError `client` when the API does not answer, refuses or answers in a
 * shape that is not understood, `no-target` when it does not know the instance, `environment` without credentials.
 */
export async function connectCloudSql(options: CloudSqlOptions): Promise<DatabaseCluster> {
  const { sqladmin, auth } = await import('@googleapis/sqladmin');
  const { project, name: instance, accessToken } = options;
  // Without the project the library would ask gcloud, the metadata service and the resource manager for one.
  const api = sqladmin({
    version: 'v1',
    auth:
      accessToken === undefined ? new auth.GoogleAuth({ scopes: [SCOPE], projectId: project }) : tokenAuth(accessToken),
    timeout: ANSWER_TIMEOUT_MS,
    ...(options.endpoint === undefined ? {} : { rootUrl: options.endpoint }),
  });
  const reading = { retryConfig: { retry: READ_RETRIES } };

  function tokenAuth(token: string) {
    const client = new auth.OAuth2();
    client.setCredentials({ access_token: token });
    return client;
  }

  async function call<S extends z.ZodType>(
    name: string,
    schema: S,
    signal: AbortSignal,
    ask: (limited: AbortSignal) => Promise<{ readonly data: unknown }>,
  ): Promise<z.infer<S>> {
    const { data } = await ask(withTimeLimit(signal, CALL_LIMIT_MS)).catch((error: unknown) => {
      signal.throwIfAborted();
      throw cloudSqlError(name, error, accessToken === undefined ? [] : [accessToken]);
    });
    const parsed = schema.safeParse(data);
    if (parsed.success) return parsed.data;
    const issue = parsed.error.issues[0];
    throw new ChaosError({
      code: 'client',
      message: `${name} answered in a shape that is not understood: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'no detail'}.`,
    });
  }

  async function look(signal: AbortSignal): Promise<CloudSqlInstance> {
    return call('instances.get', instanceReply, signal, (limited) =>
      api.instances.get({ project, instance }, { ...reading, signal: limited }),
    );
  }

  return {
    id: 'cloud-sql',
    async topology(signal) {
      return cloudSqlTopology(await look(signal));
    },
    async requestFailover(signal) {
      const found = await look(signal);
      if (!isRegional(found)) {
        const reason = `its availability type is ${found.settings.availabilityType ?? 'not set'}, not REGIONAL`;
        throw refuseFailover(
          instance,
          reason,
          'Make it highly available (availability type REGIONAL) or name another one.',
        );
      }
      // The version makes Cloud SQL refuse when the instance was changed since it was looked at.
      const failoverContext = { settingsVersion: found.settings.settingsVersion };
      const operation = await call('instances.failover', operationReply, signal, (limited) =>
        // Asked for once: a second request after a lost answer could bring it back to where it was.
        api.instances.failover(
          { project, instance, requestBody: { failoverContext } },
          { retry: false, signal: limited },
        ),
      );
      return `instances.failover was accepted; operation ${operation.name} (${operation.operationType}) is ${operation.status}`;
    },
    async eventsSince(wall, signal) {
      const since = parseWall(wall);
      const events: DatabaseEvent[] = [];
      let pageToken: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const asked = {
          project,
          instance,
          maxResults: OPERATIONS_PER_PAGE,
          ...(pageToken === undefined ? {} : { pageToken }),
        };
        const { items, nextPageToken } = await call('operations.list', operationListReply, signal, (limited) =>
          api.operations.list(asked, { ...reading, signal: limited }),
        );
        const recent = items.flatMap(momentsOf).filter((moment) => Date.parse(moment.wall) >= since);
        events.push(...recent);
        pageToken = nextPageToken;
        // Newest first (REST reference, operations.list): after a page without anything recent there is nothing recent.
        if (pageToken === undefined || recent.length === 0) break;
      }
      return events.toSorted((a, b) => Date.parse(a.wall) - Date.parse(b.wall));
    },
    async close() {
      // Nothing is kept open: each request has its own connection.
    },
  };
}
