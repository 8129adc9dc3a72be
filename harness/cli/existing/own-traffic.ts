import { openAirbyteWorkspace, type AirbyteWorkspace } from '../../clients/airbyte-workspace.ts';
import type { ApiCredentials } from '../../clients/monitor/api-credentials.ts';
import type { UndoAction } from '../../core/platform.ts';
import type { ClusterConfig } from '../../platforms/cluster/cluster-config.ts';
import type { OwnPlatformTraffic } from '../../platforms/cluster/cluster-platform.ts';
import type { GuardedApi } from '../../platforms/cluster/guarded-api.ts';
import { withValues, type OwnTraffic } from '../../platforms/cluster/own-traffic-config.ts';
import { ownConnection, type OwnConnection, type OwnConnector } from '../../workload/own-connection.ts';
import { findDefinition } from '../../workload/own-definitions.ts';
import { findOwn, listOwn, removeOwn, type RemoveOwnOptions } from '../../workload/remove-own.ts';
import { readReference, TEXT } from './api-credentials.ts';
import { leftByAnother } from './left-by-runs.ts';

/** A call of Airbyte's API that waits for nothing else, in milliseconds. */
const CALL_MS = 30_000;
/** How long what does not go at once is tried to be removed: a sync needs a minute to end, and a server may just be coming back. In milliseconds. */
const PATIENCE_MS = 120_000;
/** After a request without an answer: it may be carried out for so long. What a connection waits for in Temporal comes after it is in the list. In milliseconds. */
const SETTLE_MS = 10_000;

/** Where the workspace is, and who asks. */
export interface OwnAccess {
  readonly url: URL;
  readonly credentials: ApiCredentials;
}

export interface OwnTrafficOptions extends OwnAccess {
  readonly config: ClusterConfig;
  readonly api: GuardedApi;
  /** The absolute path of the configuration: with it `cleanup` finds back. */
  readonly configFile: string;
  readonly runId: string;
}

/** What a run needs for a connection of its own. Nothing has been made. */
export interface PreparedTraffic extends OwnPlatformTraffic {
  /** Values that must not be written anywhere. */
  readonly secrets: readonly string[];
  /** To be made when the run asks for it. */
  connection(signal: AbortSignal): OwnConnection;
  close(): void;
}

/**
 * Gets ready what the configuration says of a connection of the run's own; undefined where it says nothing. Only reads.
 * @throws ChaosError `config` for a connector or a value that is not there, `cleanup-needed` where an earlier run left something, `client` where Airbyte does not answer.
 */
export async function prepareTraffic(options: OwnTrafficOptions): Promise<PreparedTraffic | undefined> {
  const { config, configFile, runId } = options;
  const own = config.traffic?.own;
  if (own === undefined) return undefined;
  const secrets: string[] = [];
  const looking = openOwn(own.workspace, options, new AbortController().signal);
  let ends: { readonly source: OwnConnector; readonly destination: OwnConnector };
  try {
    await looking.requireThere();
    ends = {
      source: await endOf(options, own, looking, secrets, 'source'),
      destination: await endOf(options, own, looking, secrets, 'destination'),
    };
    await refuseLeftOvers(looking);
  } finally {
    looking.close();
  }
  const undo: UndoAction = { kind: 'remove-own', config: configFile, workspaceId: own.workspace, runId };
  let making: AirbyteWorkspace | undefined;
  let made: OwnConnection | undefined;
  return {
    secrets,
    undo,
    close: () => making?.close(),
    connection(signal) {
      const workspace = openOwn(own.workspace, options, signal);
      making = workspace;
      made = ownConnection({ workspace, runId, ...ends, streams: own.streams });
      return made;
    },
    remove: (signal) =>
      removeWithin(
        options,
        { workspaceId: own.workspace, runId, made: made?.made() ?? [] },
        signal,
        made?.isUnclear() === true,
      ),
    async leftOvers() {
      const workspace = openOwn(own.workspace, options, AbortSignal.timeout(CALL_MS));
      try {
        return (await findOwn(workspace, runId)).map(({ name, id }) => `"${name}" (${id}) in Airbyte`);
      } finally {
        workspace.close();
      }
    },
  };
}

export interface RemovalScope {
  readonly workspaceId: string;
  /** Undefined: of any run. */
  readonly runId: string | undefined;
  /** What the run remembers to have made. */
  readonly made?: RemoveOwnOptions['made'];
}

/** Removes what runs made. @throws ChaosError `client` with what is still there. */
export async function removeWithin(
  access: OwnAccess,
  { workspaceId, runId, made }: RemovalScope,
  signal: AbortSignal,
  mayComeLate: boolean,
): Promise<string> {
  const workspace = openOwn(workspaceId, access, signal);
  try {
    const settleMs = mayComeLate ? SETTLE_MS : 0;
    const more = made === undefined ? {} : { made };
    return await removeOwn({ workspace, runId, settleMs, patienceMs: PATIENCE_MS, signal, ...more });
  } finally {
    workspace.close();
  }
}

function openOwn(workspaceId: string, { url, credentials }: OwnAccess, signal: AbortSignal): AirbyteWorkspace {
  return openAirbyteWorkspace({ url, credentials, timeoutMs: CALL_MS, signal, workspaceId });
}

async function endOf(
  { api, config: { namespace } }: OwnTrafficOptions,
  own: OwnTraffic,
  workspace: AirbyteWorkspace,
  secrets: string[],
  kind: 'source' | 'destination',
): Promise<OwnConnector> {
  const { definition, connectionConfiguration } = own[kind];
  const { id } = await findDefinition(workspace, kind, definition);
  const configuration: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(connectionConfiguration)) {
    const place = `traffic.own.${kind}.connectionConfiguration`;
    configuration[key] = await withValues(value, async (reference, at) => {
      const secret = await readReference({ api, namespace }, [place, key, ...at].join('.'), reference, TEXT);
      secrets.push(secret);
      return secret;
    });
  }
  return { definitionId: id, configuration };
}

/** Two runs on one Airbyte would disturb each other, and what a dead run left is not another run's to keep. @throws ChaosError `cleanup-needed`. */
async function refuseLeftOvers(workspace: AirbyteWorkspace): Promise<void> {
  const found = await findOwn(workspace);
  if (found.length === 0) return;
  throw leftByAnother(
    `In workspace ${workspace.workspaceId} of Airbyte there is what another run made: ${listOwn(found)}.`,
  );
}
