import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { ChaosError } from '../../core/errors.ts';
import { runProgram } from '../program.ts';

/** With a slash at its end. */
export const KIND_CONFIG = fileURLToPath(new URL('../../../kind-config/', import.meta.url));
/** Builds, from package registries alone, what kind would take from an image registry. */
export const OFFLINE_PROGRAM = `${KIND_CONFIG}offline/main.ts`;

const built = z.object({
  type: z.literal('built'),
  tools: z.object({ kind: z.string(), kubectl: z.string() }),
  images: z.object({
    node: z.string(),
    loadedNode: z.string(),
    temporal: z.string(),
    postgres: z.string(),
    reference: z.string(),
    backup: z.string(),
    objectStore: z.string(),
    gateway: z.string(),
  }),
});

/** Images of what runs outside of the clusters; PostgreSQL and the reference components are those of the stack. */
export interface OutsideImages {
  readonly objectStore: string;
  readonly gateway: string;
  readonly postgres: string;
  readonly reference: string;
}

/** Programs and images that clusters are made with. */
export interface KindTools {
  readonly kind: string;
  readonly kubectl: string;
  readonly nodeImage: string;
  /** The same with the images of the stack in it, as they are now: new nodes are made of it. */
  readonly loadedNodeImage: string;
  /** Images of the stack, by the name that its manifests use: `postgres` for `airbyte-chaos/postgres`. */
  readonly stackImages: Readonly<Record<string, string>>;
  /** Not loaded into nodes. */
  readonly outsideImages: OutsideImages;
}

/**
 * Builds what is missing (from nothing 24 minutes on two cores; under a second when all is there).
 * @throws ChaosError `install` with the part that could not be built.
 */
export async function prepareKindTools(onProgress: (text: string) => void, signal: AbortSignal): Promise<KindTools> {
  const done = await runProgram({ program: OFFLINE_PROGRAM, args: [], result: built, onProgress, signal });
  if (done === undefined)
    throw new ChaosError({ code: 'install', message: 'The build of the images reported nothing.' });
  const { node, loadedNode, objectStore, gateway, ...stackImages } = done.images;
  const { postgres, reference } = stackImages;
  const nodeImages = { nodeImage: node, loadedNodeImage: loadedNode };
  return { ...done.tools, ...nodeImages, stackImages, outsideImages: { objectStore, gateway, postgres, reference } };
}
