import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { stateDirectory } from '../../core/state-directory.ts';

/** What the harness keeps about a cluster that it made. On disk before the cluster is, so that one that was half made is found. */
const recordSchema = z.object({
  name: z.string(),
  /** `destroyed`: lost on purpose with all that was on it; what is beside it is still there. */
  state: z.enum(['creating', 'up', 'destroyed']),
  nodeImage: z.string(),
  /** Hash of its configuration. */
  config: z.string(),
  createdAt: z.string(),
  /** What the stack on it was asked to be; missing until all of it is ready. */
  stack: z
    .object({
      settings: z.record(z.string(), z.string()),
      weaknesses: z.array(z.string()),
      images: z.array(z.string()),
      /** Hash of its manifests. */
      manifests: z.string(),
    })
    .exactOptional(),
});
export type ClusterRecord = z.infer<typeof recordSchema>;
/** What a stack was asked to be. */
export type StackRecord = NonNullable<ClusterRecord['stack']>;

/** Writes the record in one step and makes sure that it is on the disk. */
export function writeClusterRecord(record: ClusterRecord): void {
  const path = recordPath(record.name);
  const file = openSync(`${path}.new`, 'w', 0o600);
  writeSync(file, JSON.stringify(record));
  fsyncSync(file);
  closeSync(file);
  renameSync(`${path}.new`, path);
}

/** Of one cluster, or undefined when this user's harness has not made it. */
export function readClusterRecord(name: string): ClusterRecord | undefined {
  const path = recordPath(name);
  return existsSync(path) ? recordSchema.parse(JSON.parse(readFileSync(path, 'utf8'))) : undefined;
}

/** All that this user's harness has made and not removed. */
export function clusterRecords(): readonly ClusterRecord[] {
  return readdirSync(kindDirectory())
    .filter((name) => name.endsWith('.json'))
    .flatMap((name) => readClusterRecord(name.slice(0, -'.json'.length)) ?? []);
}

/** The cluster that the stack lives on: the one on which all of it is ready, or else the one that is there. */
export function clusterOfStack(): ClusterRecord | undefined {
  const records = clusterRecords();
  return records.find(({ stack }) => stack !== undefined) ?? records.find(({ state }) => state === 'up') ?? records[0];
}

/** Forgets a cluster that is gone, and how it was reached. */
export function forgetCluster(name: string): void {
  rmSync(stackDirectoryOf(name), { recursive: true, force: true });
  forgetSite(name);
}

/** Forgets a cluster that is gone while the stack lives on elsewhere, with what belongs to it in its directory. */
export function forgetSite(name: string): void {
  rmSync(kubeconfigOf(name), { force: true });
  rmSync(recordPath(name), { force: true });
}

/** The file by which a cluster is reached: never the user's own kubeconfig. */
export function kubeconfigOf(name: string): string {
  return join(kindDirectory(), `${name}.kubeconfig`);
}

/** What belongs to the stack on a cluster: its manifests with their images, and what runs leave while they are under way. */
export function stackDirectoryOf(name: string): string {
  return join(kindDirectory(), name);
}

function recordPath(name: string): string {
  return join(kindDirectory(), `${name}.json`);
}

function kindDirectory(): string {
  const directory = join(stateDirectory(), 'kind');
  mkdirSync(directory, { recursive: true });
  return directory;
}
