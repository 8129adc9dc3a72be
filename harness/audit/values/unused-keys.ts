import { isMap } from './is-map.ts';
import type { Path, ReadValues } from './template-reading.ts';

/**
 * The keys of a file of values that no template looks at, the topmost of each branch: setting them changes nothing. `also` are read by Helm itself: the
 * conditions and tags of dependencies.
 */
export function unusedKeys(values: unknown, read: ReadValues, also: readonly Path[] = []): readonly Path[] {
  const whole = [...read.whole].map(parse);
  const tested = [...[...read.tested].map(parse), ...also];
  const isRead = (key: Path): boolean => whole.some((path) => startsWith(key, path)) || leadsToRead(key);
  /** Something below it is read, or it is asked for itself. */
  const leadsToRead = (key: Path): boolean => [...whole, ...tested].some((path) => startsWith(path, key));

  function look(value: unknown, at: Path): readonly Path[] {
    if (at.length > 0 && whole.some((path) => startsWith(at, path))) return [];
    if (!isMap(value) || Object.keys(value).length === 0) return isRead(at) ? [] : [at];
    if (at.length > 0 && !leadsToRead(at)) return [at];
    return Object.entries(value).flatMap(([key, below]) => look(below, [...at, key]));
  }
  return isMap(values) ? look(values, []) : [];
}

function startsWith(path: Path, beginning: Path): boolean {
  return beginning.every((key, at) => path[at] === key);
}

function parse(text: string): Path {
  const path: unknown = JSON.parse(text);
  return Array.isArray(path) ? path.map(String) : [];
}
