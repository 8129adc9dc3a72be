import { isMap } from './is-map.ts';
import type { ChartGeneration } from './known-ignored.ts';
import { LEGACY_KEYS } from './read-keys/legacy.ts';
import { V1_KEYS } from './read-keys/v1.ts';
import { V2_KEYS } from './read-keys/v2.ts';
import type { Path } from './template-reading.ts';

/**
 * The keys that at least one release of a generation looks at, parted by spaces, by the map that they are in: `''` for the file, `global.database` for one below.
 * A map that is not listed is read whole, or not known.
 */
export type KeysRead = Readonly<Record<string, string>>;

interface Known {
  readonly keys: KeysRead;
  /** `2.0.0 to 2.2.0`. */
  readonly releases: string;
}

const KNOWN: Readonly<Record<ChartGeneration, Known>> = {
  legacy: { keys: LEGACY_KEYS, releases: '0.40.6 to 0.67.17 and 0.78.0 to 0.654.0' },
  v1: { keys: V1_KEYS, releases: '1.0.0 to 1.9.2' },
  v2: { keys: V2_KEYS, releases: '2.0.0 to 2.2.0' },
};

/** Which releases of the generation were read. */
export function releasesOf(generation: ChartGeneration): string {
  return KNOWN[generation].releases;
}

/** The keys of a map of values that no release of the generation looks at, the topmost of each branch. */
export function unreadIn(values: unknown, generation: ChartGeneration, at: Path = []): readonly Path[] {
  const listed = KNOWN[generation].keys[at.join('.')]?.split(' ');
  if (listed === undefined || !isMap(values)) return [];
  return Object.entries(values).flatMap(([key, below]) =>
    listed.includes(key) ? unreadIn(below, generation, [...at, key]) : [[...at, key]],
  );
}
