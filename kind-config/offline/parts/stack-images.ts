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
  /** What stands in for the image that its Dockerfile begins with, and the argument by which it is told so. */
  readonly base: Part;
  readonly baseArgument: string;
  /** What the Dockerfile copies. */
  readonly copies: readonly string[];
}

/** An image of the stack, from its own ordinary Dockerfile. */
function stackImage({ name, title, base, baseArgument, copies }: StackImage): Part {
  const dockerfile = `${ROOT}fixtures/kubernetes/images/${name}/Dockerfile`;
  // What .dockerignore keeps out.
  const isTest = (path: string): boolean => path.endsWith('.test.ts') || path.includes('/testing/');
  const inputs = [LABEL, hashFiles([dockerfile, ...copies.map((path) => ROOT + path)], isTest)];
  return imagePart({ name, title, inputs, needs: [base] }, async ({ run }, image) => {
    const options = ['--file', dockerfile, '--build-arg', `${baseArgument}=${imageOf(base)}`, '--label', LABEL];
    await run('docker', ['build', '--quiet', '--force-rm', ...options, '--tag', image, ROOT]);
  });
}

/** All reference components. */
export const referenceImage = stackImage({
  name: 'reference',
  title: 'image: the reference stack',
  base: nodeJsImage,
  baseArgument: 'NODE_IMAGE',
  copies: ['package.json', 'package-lock.json', 'fixtures/reference'],
});

/** PostgreSQL under Patroni, with barman. */
export const postgresImage = stackImage({
  name: 'postgres',
  title: 'image: PostgreSQL under Patroni',
  base: debianImage,
  baseArgument: 'DEBIAN_IMAGE',
  copies: ['fixtures/local/install/requirements'],
});

/** SeaweedFS, outside of the clusters. */
export const objectStoreImage = stackImage({
  name: 'object-store',
  title: 'image: the object store',
  base: debianImage,
  baseArgument: 'DEBIAN_IMAGE',
  copies: ['fixtures/local/install/requirements/object-store.txt', 'fixtures/kubernetes/images/object-store'],
});

/** The way from the machine into the clusters. */
export const gatewayImage = stackImage({
  name: 'gateway',
  title: 'image: the gateway',
  base: debianImage,
  baseArgument: 'DEBIAN_IMAGE',
  copies: ['fixtures/kubernetes/images/gateway'],
});
