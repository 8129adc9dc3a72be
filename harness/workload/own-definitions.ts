import type { ActorKind, AirbyteWorkspace, Definition } from '../clients/airbyte-workspace.ts';
import { ChaosError } from '../core/errors.ts';

/** As many names as a person reads. */
const NAMED = 10;

/**
 * The connector of a workspace that is meant by its id or its exact name.
 * @throws ChaosError `config` where there is none, or more than one, with what is there instead.
 */
export async function findDefinition(
  workspace: Pick<AirbyteWorkspace, 'definitions'>,
  kind: ActorKind,
  wanted: string,
): Promise<Definition> {
  const all = await workspace.definitions(kind);
  const meant = all.filter(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
  const [only, ...others] = meant;
  if (only !== undefined && others.length === 0) return only;
  throw new ChaosError({
    code: 'config',
    message:
      only === undefined
        ? `traffic.own.${kind}.definition: the workspace has no ${kind} connector "${wanted}". ${nearest(all, wanted)}`
        : `traffic.own.${kind}.definition: the workspace has ${meant.length} ${kind} connectors "${wanted}": ${meant.map(({ id }) => id).join(', ')}.`,
    tryThis:
      only === undefined ? 'Name one of them, by its exact name or its id.' : 'Name the one that is meant by its id.',
  });
}

/** Those that share a word with it; where none does, the first ones. */
function nearest(all: readonly Definition[], wanted: string): string {
  const words = wordsOf(wanted);
  const alike = all.filter(({ name }) => wordsOf(name).some((word) => words.includes(word)));
  const shown = (alike.length > 0 ? alike : all).slice(0, NAMED).map(({ name, id }) => `"${name}" (${id})`);
  return `Of its ${all.length}${alike.length > 0 ? ', these come near' : ''}: ${shown.join(', ') || 'none'}.`;
}

function wordsOf(name: string): readonly string[] {
  return name
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length > 2);
}
