import { fileURLToPath } from 'node:url';
import { hashFiles } from '../hash-files.ts';
import type { Part } from '../part.ts';
import { imageOf, imagePart, LABEL } from './docker.ts';
import { nodeJsImage } from './node-js.ts';
import { debianImage } from './roots.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

interface StackImage {
  /** Folder in `fixtures/kubernetes/images`. */
  readonly name: string;
  readonly title: string;
  /** What stands in for the images that its Dockerfile begins with, by the argument by which it is told so. */
  readonly bases: Readonly<Record<string, Part>>;
  /** What the Dockerfile copies. */
  readonly copies: readonly string[];
}

/** An image of the stack, from its own ordinary Dockerfile. */
function stackImage({ name, title, bases, copies }: StackImage): Part {
  const dockerfile = `${ROOT}fixtures/kubernetes/images/${name}/Dockerfile`;
  // What .dockerignore keeps out.
  const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.includes('/testing/');
  const inputs = [LABEL, hashFiles([dockerfile, ...copies.map((path) => ROOT + path)], isTest)];
  return imagePart({ name, title, inputs, needs: Object.values(bases) }, async ({ run }, image) => {
    const args = Object.entries(bases).flatMap(([argument, base]) => ['--build-arg', `${argument}=${imageOf(base)}`]);
    const options = ['--file', dockerfile, ...args, '--label', LABEL];
    await run('docker', ['build', '--quiet', '--force-rm', ...options, '--tag', image, ROOT]);
  });
}

/** All reference components. */
export const referenceImage = stackImage({
  name: 'reference',
  title: 'image: the reference stack',
  bases: { NODE_IMAGE: nodeJsImage },
  copies: ['package.json', 'package-lock.json', 'fixtures/reference'],
});

/** PostgreSQL under Patroni, with barman. */
export const postgresImage = stackImage({
  name: 'postgres',
  title: 'image: PostgreSQL under Patroni',
  bases: { DEBIAN_IMAGE: debianImage },
  copies: ['fixtures/local/install/requirements'],
});

/** SeaweedFS, outside of the clusters. */
export const objectStoreImage = stackImage({
  name: 'object-store',
  title: 'image: the object store',
  bases: { DEBIAN_IMAGE: debianImage },
  copies: ['fixtures/local/install/requirements/object-store.txt', 'fixtures/kubernetes/images/object-store'],
});

/** The way from the machine into the clusters. */
export const gatewayImage = stackImage({
  name: 'gateway',
  title: 'image: the gateway',
  bases: { DEBIAN_IMAGE: debianImage },
  copies: ['fixtures/kubernetes/images/gateway'],
});

/** What takes the backups of the database and restores them. */
export const backupImage = stackImage({
  name: 'backup',
  title: 'image: backup and restore',
  bases: { POSTGRES_IMAGE: postgresImage, REFERENCE_IMAGE: referenceImage },
  copies: [
    'fixtures/kubernetes/images/backup/python-in-primary',
    'fixtures/kubernetes/recovery',
    'fixtures/local/local-error.ts',
    'fixtures/local/recovery',
  ],
});
