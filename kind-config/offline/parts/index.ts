import type { Part } from '../part.ts';
import { imageOf } from './docker.ts';
import { kubernetes } from './kubernetes.ts';
import { loadedNodeImage } from './loaded-node.ts';
import { nodeImage } from './node-image.ts';
import { kind } from './programs.ts';
import { backupImage, gatewayImage, objectStoreImage, postgresImage, referenceImage } from './stack-images.ts';
import { temporalImage } from './temporal.ts';

/** Everything that is built offline; each brings what it needs. */
export const ALL_PARTS: readonly Part[] = [
  kind,
  nodeImage,
  loadedNodeImage,
  temporalImage,
  postgresImage,
  referenceImage,
  objectStoreImage,
  gatewayImage,
  backupImage,
];

/** What the parts are for, once they are there. */
export interface Offline {
  /** Programs to run, by name, as folder and file. */
  readonly tools: Readonly<Record<'kind' | 'kubectl', readonly [Part, string]>>;
  /** Images in the machine's Docker, by use. */
  readonly images: Readonly<
    Record<'node' | 'loadedNode' | 'temporal' | 'postgres' | 'reference' | 'backup' | 'objectStore' | 'gateway', string>
  >;
}

export const OFFLINE: Offline = {
  tools: { kind: [kind, 'kind'], kubectl: [kubernetes, 'kubectl'] },
  images: {
    node: imageOf(nodeImage),
    loadedNode: imageOf(loadedNodeImage),
    temporal: imageOf(temporalImage),
    postgres: imageOf(postgresImage),
    reference: imageOf(referenceImage),
    backup: imageOf(backupImage),
    objectStore: imageOf(objectStoreImage),
    gateway: imageOf(gatewayImage),
  },
};
