import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where the manifests of the stack are, with a slash at the end. */
export const MANIFESTS = fileURLToPath(new URL('../../../fixtures/kubernetes/', import.meta.url));

/** Changes with every manifest. */
export function hashOfManifests(): string {
  const hash = createHash('sha256');
  for (const folder of ['base', 'components', 'overlays']) {
    const files = readdirSync(MANIFESTS + folder, { recursive: true, withFileTypes: true }).filter((one) =>
      one.isFile(),
    );
    for (const path of files.map(({ parentPath, name }) => join(parentPath, name)).toSorted()) {
      hash.update(path.slice(MANIFESTS.length)).update(readFileSync(path));
    }
  }
  return hash.digest('hex').slice(0, 12);
}
