import { fileURLToPath } from 'node:url';
import { hashFiles } from '../hash-files.ts';
import { imageOf, imagePart, LABEL } from './docker.ts';
import { nodeImage } from './node-image.ts';
import { nodeWith, preload, PRELOAD_SOURCE } from './preload.ts';
import { postgresImage, referenceImage } from './stack-images.ts';
import { temporalImage } from './temporal.ts';

const CONTAINED = [referenceImage, postgresImage, temporalImage];

/** The node image with the images of the stack in it: unpacked once, here, and not in each node of every new cluster. */
export const loadedNodeImage = imagePart(
  {
    name: 'kind-node-loaded',
    title: 'image: node of a kind cluster with the images of the stack',
    inputs: [LABEL, hashFiles([fileURLToPath(import.meta.url), PRELOAD_SOURCE])],
    needs: [nodeImage, ...CONTAINED],
  },
  async (context, image) => {
    const preloaded = `${image}-preloaded`;
    try {
      await preload(context, { from: imageOf(nodeImage), to: preloaded, images: CONTAINED.map(imageOf) });
      await nodeWith(context, preloaded, image);
    } finally {
      await context.run('docker', ['image', 'rm', '--force', preloaded]);
    }
  },
);
