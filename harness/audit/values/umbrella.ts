import { isMap } from './is-map.ts';
import type { Path } from './template-reading.ts';

/** Values of an Airbyte as its own chart is given them, and where they are in the file. */
export interface AirbyteValues {
  /** Airbyte's own, with what is global. */
  readonly values: unknown;
  /** Where a key of them stands in the file. */
  readonly inFile: (key: Path) => Path;
}

/** Parts of every generation: a map that has one of them holds values of Airbyte. */
const PARTS = ['server', 'worker', 'webapp', 'temporal', 'postgresql'] as const;

/**
 * Values of Airbyte out of those of a chart that has Airbyte's as its dependency: there they stand under the name of the dependency, and what is global
 * stands beside it. Values of Airbyte's own chart are handed back as they are.
 */
export function airbyteValues(file: unknown): AirbyteValues {
  const asItIs = { values: file, inFile: (key: Path) => key };
  if (!isMap(file) || hasPart(file)) return asItIs;
  const [found, ...others] = Object.entries(file).filter(([name, below]) => name !== 'global' && hasPart(below));
  if (found === undefined || others.length > 0) return asItIs;
  const [name, own] = found;
  const { global } = file;
  if (!isMap(own) || (global !== undefined && !isMap(global))) return asItIs;
  const ofOwn = isMap(own['global']) ? own['global'] : {};
  return {
    values: global === undefined ? own : { ...own, global: { ...ofOwn, ...global } },
    inFile: (key) =>
      key[0] === 'global' && isMap(global) && (key[1] === undefined || key[1] in global) ? key : [name, ...key],
  };
}

function hasPart(values: unknown): boolean {
  return isMap(values) && PARTS.some((part) => isMap(values[part]));
}
