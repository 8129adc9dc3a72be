import type { ActorKind, AirbyteWorkspace, DiscoveredStream } from '../clients/airbyte-workspace.ts';
import type { Called } from '../clients/monitor/monitor-api.ts';
import { ChaosError } from '../core/errors.ts';
import { ownName, type OwnPart } from '../core/own-mark.ts';
import { sentOnce } from '../core/sent-once.ts';

/** A connector with its configuration, secret values and all. */
export interface OwnConnector {
  readonly definitionId: string;
  readonly configuration: Readonly<Record<string, unknown>>;
}

export interface OwnConnectionOptions {
  /** Of the run: an interruption ends what is under way. */
  readonly workspace: AirbyteWorkspace;
  /** Everything carries it in its name: {@link ownName}. */
  readonly runId: string;
  readonly source: OwnConnector;
  readonly destination: OwnConnector;
  /** Names of the streams that are synced; undefined for all. */
  readonly streams: readonly string[] | undefined;
}

/** A source, a destination and a connection between them that a run makes for itself. Whoever makes it has written its undo down before. */
export interface OwnConnection {
  /**
   * Makes it, at the first call, and gives its id.
   * @throws ChaosError `not-steady` where a job of a connector fails, `config` for streams that there are not, `client` where Airbyte refuses or does not answer.
   */
  make(say: (text: string) => void): Promise<string>;
  /** Something was asked for and not answered: it may be made yet. */
  isUnclear(): boolean;
  /** What Airbyte said that it made, with its ids: for people. */
  made(): readonly { readonly part: OwnPart; readonly id: string }[];
}

export function ownConnection(options: OwnConnectionOptions): OwnConnection {
  const { workspace, runId, source, destination, streams } = options;
  let made: Promise<string> | undefined;
  const once = sentOnce();
  const parts: { readonly part: OwnPart; readonly id: string }[] = [];

  async function asked(part: OwnPart, ask: () => Promise<Called<string>>): Promise<string> {
    const called = await once.send(ask, { ofAnswer: mayBeDone, ofError: () => true });
    if (called.ok) {
      parts.push({ part, id: called.value });
      return called.value;
    }
    const message = once.isUnclear()
      ? `Whether the ${part} of the run was made is not known: ${called.detail}. Nothing was broken; it is looked for by its name.`
      : `The ${part} of the run was not made, and nothing was broken: ${called.detail}.`;
    const tryThis =
      called.status === 422 || called.status === 400
        ? `Hold traffic.own against what the connector asks for: its page in Airbyte’s documentation.`
        : 'Look at Airbyte’s server.';
    throw new ChaosError({ code: 'client', message, tryThis });
  }

  async function makeAll(say: (text: string) => void): Promise<string> {
    await workspace.requireThere();
    const actor = (kind: ActorKind, { definitionId, configuration }: OwnConnector): Promise<string> =>
      asked(kind, () => workspace.create(kind, { name: ownName(runId, kind), definitionId, configuration }));
    const sourceId = await actor('source', source);
    say(`Made ${ownName(runId, 'source')} (${sourceId}); asking it for its streams`);
    const { streams: found, catalogId, failure } = await workspace.discover(sourceId);
    if (found === undefined) throw jobFailed('source', `its streams could not be listed: ${failure}`);
    const chosen = chooseStreams(found, streams);
    const destinationId = await actor('destination', destination);
    say(`Made ${ownName(runId, 'destination')} (${destinationId}); asking it whether its configuration is well`);
    const fault = await workspace.check('destination', destinationId);
    if (fault !== undefined) throw jobFailed('destination', `its check failed: ${fault}`);
    const name = ownName(runId, 'connection');
    const wish = { name, sourceId, destinationId, catalogId, streams: chosen };
    const connectionId = await asked('connection', () => workspace.connect(wish));
    say(`Made ${name} (${connectionId}), without a schedule, of ${chosen.map(({ stream }) => stream.name).join(', ')}`);
    return connectionId;
  }

  return {
    make: (say) => (made ??= makeAll(say)),
    isUnclear: () => once.isUnclear(),
    made: () => parts,
  };
}

/** A refusal leaves nothing behind; a silence, an error of the server, and an answer that is not understood may. */
function mayBeDone(called: Called<unknown>): boolean {
  return !called.ok && (called.status === undefined || called.status < 300 || called.status >= 500);
}

function jobFailed(kind: ActorKind, why: string): ChaosError {
  return new ChaosError({
    code: 'not-steady',
    message: `Nothing was broken, because the ${kind} of the run does not work: ${why}.`,
    tryThis: `Look at its job in Airbyte, and at traffic.own.${kind} in the configuration.`,
  });
}

/** @throws ChaosError `config` for a name that is none of them. */
function chooseStreams(
  found: readonly DiscoveredStream[],
  wanted: readonly string[] | undefined,
): readonly DiscoveredStream[] {
  const names = found.map(({ stream }) => stream.name);
  const missing = wanted?.filter((name) => !names.includes(name)) ?? [];
  if (missing.length === 0 && found.length > 0) {
    return wanted === undefined ? found : found.filter(({ stream }) => wanted.includes(stream.name));
  }
  throw new ChaosError({
    code: 'config',
    message: `traffic.own.streams: the source has no stream ${missing.map((name) => `"${name}"`).join(', ') || 'at all'}, so nothing was broken.`,
    tryThis: names.length === 0 ? 'Look at the configuration of the source.' : `It has: ${names.join(', ')}.`,
  });
}
