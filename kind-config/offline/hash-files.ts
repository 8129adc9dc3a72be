import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** Hash of files and of everything below folders, by name and content; `isLeftOut` is asked for each path. */
export function hashFiles(paths: readonly string[], isLeftOut: (path: string) => boolean = () => false): string {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of filesOf(path).filter((name) => !isLeftOut(name))) {
      hash.update(file.slice(path.length)).update('\0').update(readFileSync(file)).update('\0');
    }
  }
  return hash.digest('hex');
}

function filesOf(path: string): string[] {
  if (statSync(path).isFile()) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
